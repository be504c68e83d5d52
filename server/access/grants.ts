import { type Action, type AreaId, type EpochMs, type Grant, ROLES } from '#protocol'

const holding = (grants: readonly Grant[], action: Action, now: EpochMs): Grant[] =>
  grants.filter(
    (grant) =>
      ROLES[grant.role].includes(action) &&
      grant.validFrom <= now &&
      (grant.validTo === null || now < grant.validTo),
  )

/**
 * Whether somebody may do something in an area: a right is inherited by everything below it.
 * @param areaIds the area and all areas above it; empty for what belongs to no area
 */
export const may = (
  grants: readonly Grant[],
  action: Action,
  areaIds: readonly string[],
  now: EpochMs,
): boolean =>
  holding(grants, action, now).some(
    (grant) => grant.areaId === null || areaIds.includes(grant.areaId),
  )

/** Where somebody may do something: everywhere, or in these areas and below them. */
export const scopeOf = (
  grants: readonly Grant[],
  action: Action,
  now: EpochMs,
): 'everywhere' | AreaId[] => {
  const areaIds = holding(grants, action, now).map((grant) => grant.areaId)
  return areaIds.includes(null) ? 'everywhere' : areaIds.filter((id) => id !== null)
}
