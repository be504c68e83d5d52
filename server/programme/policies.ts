import { effectivePolicy } from '#playlists'
import { type AreaId, NO_POLICY, type Policy } from '#protocol'
import type { Content } from '../store/content.ts'
import type { Known } from './memory.ts'

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
    const policy = laidDown ? effectivePolicy([above, laidDown]) : above
    effective.set(areaId, policy)
    return policy
  }
  return effectiveIn
}
