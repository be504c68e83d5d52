import type { AreaId, Grant } from '#protocol'
import { type Action, may } from '../access/grants.ts'
import type { Difference } from './changes.ts'
import type { Known } from './memory.ts'

type Asking = { grants: readonly Grant[]; at: number }

/** Whether somebody has a right over everything that a difference touches. */
export const mayTouch = (
  { areaIds }: Pick<Difference, 'areaIds'>,
  action: Action,
  known: Pick<Known, 'areas'>,
  { grants, at }: Asking,
): boolean =>
  areaIds.length === 0
    ? may(grants, action, [], at)
    : areaIds.every((id) => may(grants, action, known.areas.get(id)?.ids ?? [], at))

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
