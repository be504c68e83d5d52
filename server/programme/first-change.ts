import { addDays, dateAt, datesFrom, type Programme, startOfDay } from '#playlists'
import type { EpochMs, Segment } from '#protocol'
import { DAYS_AHEAD } from '../publish/compile-audience.ts'
import type { Audience } from './audiences.ts'
import type { Plans } from './plans.ts'

const isEqual = (a: Segment | undefined, b: Segment | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

/** The first position of a day from `after` on at which two plans differ; null where they do not. */
const firstDifference = (
  before: readonly Segment[],
  after: readonly Segment[],
  from: number,
): number | null => {
  const old = before.filter(({ to }) => to > from)
  const fresh = after.filter(({ to }) => to > from)
  for (let index = 0; index < Math.max(old.length, fresh.length); index++) {
    const [a, b] = [old[index], fresh[index]]
    if (isEqual(a, b)) continue
    const starts = [a?.from, b?.from].filter((start) => start !== undefined)
    return Math.max(from, Math.min(...starts))
  }
  return null
}

/** The first instant at which something else is on air than before; null where nothing ever is. */
export const firstChange = async (
  { before, after }: { before: Audience; after: Audience },
  oldProgramme: Programme,
  newProgramme: Programme,
  plans: Plans,
  now: EpochMs,
  pause: () => Promise<void> | undefined,
): Promise<EpochMs | null> => {
  const today = dateAt(now, after.timeZone)
  for (const date of datesFrom(today, addDays(today, DAYS_AHEAD))) {
    const startsAt = startOfDay(date, after.timeZone)
    let first: EpochMs | null = null
    for (const channel of after.channels) {
      const old = plans(before, oldProgramme, date, channel)
      const fresh = plans(after, newProgramme, date, channel)
      if (old.sha256 === fresh.sha256) continue
      const from = Math.max(0, now - startsAt)
      const position = firstDifference(old.plan.segments, fresh.plan.segments, from)
      if (position !== null)
        first = Math.min(first ?? Number.POSITIVE_INFINITY, startsAt + position)
    }
    await pause()
    if (first !== null) return first
  }
  return null
}
