import type { Action, AreaId, Grant } from '#protocol'
import { may } from '../access/grants.ts'
import type { Difference } from './changes.ts'
import type { Known } from './memory.ts'

type Asking = { grants: readonly Grant[]; at: number }

/**
 * Whether somebody has a right over everything that a difference touches: an emergency needs the right to
 * it besides, and what makes a rule looser is published by somebody who may publish where the rule is from.
 */
const mayTouch = (
  { areaIds, isEmergency, loosened }: Pick<Difference, 'areaIds' | 'isEmergency' | 'loosened'>,
  action: Action,
  known: Pick<Known, 'areas'>,
  { grants, at }: Asking,
): boolean => {
  const mayIn = (needed: Action, id: AreaId) =>
    may(grants, needed, known.areas.get(id)?.ids ?? [], at)
  if (areaIds.length === 0) return may(grants, action, [], at)
  if (isEmergency && !areaIds.every((id) => mayIn('emergency', id))) return false
  if (action === 'publish' && !loosened.every((id) => mayIn(action, id))) return false
  return areaIds.every((id) => mayIn(action, id))
}

/** Parts differences into those that somebody has a right over and the others, within an area. */
export const select = (
  all: readonly Difference[],
  action: Action,
  known: Pick<Known, 'areas'>,
  asking: Asking,
  within?: AreaId,
): { own: Difference[]; foreign: Difference[] } => {
  const isWithin = ({ areaIds }: Difference) =>
    within === undefined || areaIds.some((id) => known.areas.get(id)?.ids.includes(within) ?? false)
  const own: Difference[] = []
  const foreign: Difference[] = []
  for (const difference of all) {
    if (mayTouch(difference, action, known, asking)) {
      if (isWithin(difference)) own.push(difference)
    } else foreign.push(difference)
  }
  return { own, foreign }
}
