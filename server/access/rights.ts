import { AppError, type AreaId, type EpochMs, type Grant } from '#protocol'
import { type Action, may } from './grants.ts'

/** What somebody may do, answered from memory: for decisions that must not wait. */
export const rightsFrom = (
  grants: readonly Grant[],
  at: EpochMs,
  { areas }: { areas: ReadonlyMap<AreaId, { ids: readonly AreaId[] }> },
) => {
  const mayIn = (action: Action, areaId: AreaId | null): boolean =>
    may(grants, action, areaId === null ? [] : (areas.get(areaId)?.ids ?? []), at)
  return {
    grants,
    at,
    may: mayIn,
    /** @throws AppError not-allowed, or reference-unknown where the area does not exist */
    require(action: Action, areaId: AreaId | null, field = 'areaId'): void {
      if (areaId !== null && !areas.has(areaId))
        throw new AppError('reference-unknown', { field, what: 'area' })
      if (!mayIn(action, areaId)) throw new AppError('not-allowed')
    },
  }
}

export type Rights = ReturnType<typeof rightsFrom>
