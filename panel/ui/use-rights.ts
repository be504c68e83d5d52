import { useQuery } from '@tanstack/react-query'
import { type Action, type AreaId, ROLES } from '#protocol'
import { serverNow } from '../server.ts'
import { SIGNED_OUT, sessionQuery } from './session-query.ts'
import { useAreas } from './use-programme.ts'

/**
 * Whether the reader may do something in an area: a right is inherited by everything below it. The
 * server decides; this only keeps the panel from offering what it would refuse.
 */
export const useRights = (): ((action: Action, areaId: AreaId) => boolean) => {
  const { data: me } = useQuery(sessionQuery)
  const { data: areas = [] } = useAreas()
  const parentOf = new Map(areas.map(({ id, parentId }) => [id, parentId]))
  return (action, areaId) => {
    const now = serverNow()
    const above = new Set<AreaId>()
    for (let id: AreaId | null = areaId; id; id = parentOf.get(id) ?? null) above.add(id)
    return (me && me !== SIGNED_OUT ? me.grants : []).some(
      ({ role, areaId: where, validFrom, validTo }) =>
        ROLES[role].includes(action) &&
        validFrom <= now &&
        (validTo === null || now < validTo) &&
        (where === null || above.has(where)),
    )
  }
}
