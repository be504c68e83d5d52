import { type Action, AppError, type AreaId, type EpochMs, type Grant } from '#protocol'
import { may } from './grants.ts'

/** What lies in an area that somebody may not see is for them as if it were not there. */
export const unknownTo = (what: string | undefined, field = 'areaId'): AppError =>
  what === undefined
    ? new AppError('reference-unknown', { field, what: 'area' })
    : new AppError('not-found', { what })

/** What somebody may do, answered from memory: for decisions that must not wait. */
export const rightsFrom = (
  grants: readonly Grant[],
  at: EpochMs,
  { areas }: { areas: ReadonlyMap<AreaId, { ids: readonly AreaId[] }> },
) => {
  const mayIn = (action: Action, areaId: AreaId | null): boolean =>
    may(grants, action, areaId === null ? [] : (areas.get(areaId)?.ids ?? []), at)
  const isUnseen = (areaId: AreaId | null): boolean =>
    areaId !== null && !(areas.has(areaId) && mayIn('see', areaId))
  return {
    grants,
    at,
    may: mayIn,
    /** @throws AppError not-allowed, or reference-unknown where the user may see no such area */
    require(action: Action, areaId: AreaId | null, field = 'areaId'): void {
      if (isUnseen(areaId)) throw unknownTo(undefined, field)
      if (!mayIn(action, areaId)) throw new AppError('not-allowed')
    },
    /** @throws AppError not-allowed, or not-found where the user may see no such thing */
    requireThing(action: Action, { areaId }: { areaId: AreaId }, what: string): void {
      if (isUnseen(areaId)) throw unknownTo(what)
      if (!mayIn(action, areaId)) throw new AppError('not-allowed')
    },
  }
}

export type Rights = ReturnType<typeof rightsFrom>
