import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type AreaId, type Audience, type Channel, reachOf } from '#protocol'
import { useAreas, useDevices } from '../../ui/use-programme.ts'

/** How many; null as long as that is not known. */
export type Reach = { devices: number | null; where: string }

/** How many devices an audience has, and in words where they are. */
export const useReach = () => {
  const { t } = useTranslation()
  const { data: areas } = useAreas()
  const { data: devices } = useDevices()
  return useMemo(() => {
    const byId = new Map(areas?.map((area) => [area.id, area]))
    const live = devices ?? []
    return (audience: Audience, channel: Channel): Reach => {
      const idsOf = (areaId: AreaId): AreaId[] => {
        const above = byId.get(areaId)?.parentId
        return above ? [...idsOf(above), areaId] : [areaId]
      }
      const isReached = reachOf(audience)
      const reached = live.filter(
        ({ device: { id, areaId, channels } }) =>
          channels.includes(channel) && isReached({ id, areaIds: idsOf(areaId) }),
      )
      const namesOf = ({ areaIds, deviceIds }: Pick<Audience, 'areaIds' | 'deviceIds'>): string => {
        const named = new Set<string>(deviceIds)
        const names = [
          ...areaIds.map((id) => byId.get(id)?.name ?? '…'),
          ...live.filter(({ device }) => named.has(device.id)).map(({ device }) => device.name),
        ]
        const [first = '…'] = names
        return names.length > 2
          ? t('schedule.sentence.areasMore', { first, count: names.length - 1 })
          : names.join(', ')
      }
      const except = audience.except && namesOf(audience.except)
      const all = namesOf(audience)
      const where = except ? t('schedule.sentence.except', { all, except }) : all
      return { devices: areas && devices ? reached.length : null, where }
    }
  }, [areas, devices, t])
}
