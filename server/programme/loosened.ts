import { effectivePolicy, looserFields } from '#playlists'
import { type AreaId, NO_POLICY, type Policy, type PolicyField } from '#protocol'
import type { Content } from '../store/content.ts'
import type { Known } from './memory.ts'

/** A field in which an area allows more than the area above it that lays the field down. */
export type Loosened = {
  areaId: AreaId
  above: AreaId
  field: PolicyField
  /** The same as long as neither of the two lays down something else. */
  key: string
}

/** The areas above one, the nearest first, without itself. */
const aboveOf = (areas: Known['areas'], areaId: AreaId): AreaId[] =>
  (areas.get(areaId)?.ids ?? []).slice(0, -1).toReversed()

/** Which area above lays a field down, the nearest; undefined where none does. */
export const laidDownAbove = (
  areas: Known['areas'],
  policies: ReadonlyMap<string, Policy>,
  areaId: AreaId,
  field: PolicyField,
): AreaId | undefined =>
  aboveOf(areas, areaId).find((id) => (policies.get(id)?.[field] ?? null) !== null)

/** In what one area is looser than what holds above it. */
export const loosenedIn = (
  areas: Known['areas'],
  { policies }: Pick<Content, 'policies'>,
  areaId: AreaId,
): Loosened[] => {
  const own = new Map<string, Policy>(policies.map(({ id, policy }) => [id, policy]))
  const policy = own.get(areaId)
  if (!policy) return []
  const chain = aboveOf(areas, areaId).toReversed()
  const held = effectivePolicy(chain.map((id) => own.get(id) ?? NO_POLICY))
  return looserFields(held, policy).flatMap((field) => {
    const above = laidDownAbove(areas, own, areaId, field)
    if (!above) return []
    const laidDown = [policy[field], own.get(above)?.[field]]
    return [{ areaId, above, field, key: JSON.stringify([areaId, above, field, laidDown]) }]
  })
}
