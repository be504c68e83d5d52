import { type AreaId, NO_POLICY, type Policy } from '#protocol'
import type { Content } from '../store/content.ts'
import type { Known } from './memory.ts'

/** Each field as the lowest area lays it down that lays it down at all. */
const inherit = (above: Policy, own: Policy): Policy => {
  const set = Object.entries(own).filter(([, value]) => value !== null)
  return set.length === 0 ? above : { ...above, ...(Object.fromEntries(set) as Partial<Policy>) }
}

/**
 * What holds in each area once everything above it is inherited. Areas in which nothing else holds
 * than above share one object.
 */
export const createPolicies = (areas: Known['areas'], { policies }: Pick<Content, 'policies'>) => {
  const own = new Map<string, Policy>(policies.map(({ id, policy }) => [id, policy]))
  const effective = new Map<AreaId, Policy>()
  const effectiveIn = (areaId: AreaId): Policy => {
    const found = effective.get(areaId)
    if (found) return found
    const parentId = areas.get(areaId)?.parentId ?? null
    const above = parentId === null ? NO_POLICY : effectiveIn(parentId)
    const laidDown = own.get(areaId)
    const policy = laidDown ? inherit(above, laidDown) : above
    effective.set(areaId, policy)
    return policy
  }
  return effectiveIn
}
