import { v7 as uuid } from 'uuid'
import { AppError, type CopyDays, type CopyToAreas, type EpochMs, fieldProblem } from '#protocol'
import { chosenSchedules, copiedDays, copiedToAreas } from '../programme/copy.ts'
import { daypartFaults } from '../programme/dayparts.ts'
import { type Entry, withEntries } from '../store/content.ts'
import type { Ground } from './ground.ts'
import { requireSizes } from './require-sizes.ts'

/** What is to be written into the draft, and the stamp of the draft that it was worked out from. */
type Copies = { draft: number; entries: Entry[] }

const copiesOf = (entries: Entry[], { known, foresight }: Ground, at: EpochMs): Copies => {
  const content = withEntries(known.draft, entries)
  const schedules = entries.flatMap(({ what, value }) =>
    what === 'schedule' && value ? [value] : [],
  )
  requireSizes(schedules, foresight.audiences(known, content), { known, foresight }, at)
  return { draft: known.stamps.draft, entries }
}

/**
 * Schedules with the dates on which they are to happen as well.
 * @throws AppError not-found, bad-input, recurrence-invalid, plan-too-large, plan-too-long
 */
export const daysToCopy = async (
  { scheduleIds, at, ...days }: CopyDays & { at: EpochMs },
  ground: Ground,
): Promise<Copies> => {
  const { known } = ground
  const schedules = chosenSchedules(known.draft, scheduleIds)
  const entries = copiedDays(schedules, days, known).map(
    (value): Entry => ({ what: 'schedule', id: value.id, value }),
  )
  const faults = schedules.flatMap((schedule) =>
    daypartFaults(schedule, known.draft, known).map((fault) => ({
      ...fault,
      field: `scheduleIds.${scheduleIds.indexOf(schedule.id)}`,
    })),
  )
  if (faults.length > 0) throw new AppError('bad-input', {}, { fields: faults })
  if (entries.length === 0) {
    const fields = [{ field: 'to', message: fieldProblem('nothing-to-copy') }]
    throw new AppError('bad-input', {}, { fields })
  }
  return copiesOf(entries, ground, at)
}

/**
 * Copies of schedules in other areas, with what they play.
 * @throws AppError not-found, bad-input, recurrence-invalid, plan-too-large, plan-too-long
 */
export const areasToCopy = async (
  { scheduleIds, areaIds, at }: CopyToAreas & { at: EpochMs },
  ground: Ground,
): Promise<Copies> => {
  const { known } = ground
  const schedules = chosenSchedules(known.draft, scheduleIds)
  return copiesOf(copiedToAreas(schedules, areaIds, known.draft, known, uuid), ground, at)
}
