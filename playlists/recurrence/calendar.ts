import type { DayMs, DurationMs, EpochMs, LocalDate, LocalEndTime, TimeZone } from '#protocol'
import { memo } from '../memo.ts'
import { addDays, instantAt, startOfDay, wallTimeAt, weekdayOf } from './local-time.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** The days of one zone, worked out once each. */
export type Calendar = {
  timeZone: TimeZone
  startOf: (date: LocalDate) => EpochMs
  /** Not always 24 hours. */
  lengthOf: (date: LocalDate) => DurationMs
  weekdayOf: (date: LocalDate) => number
  dayAfter: (date: LocalDate, days: number) => LocalDate
  /**
   * [startTime, endTime) of a date, counted from the first instant of that day; an end at or before
   * the start lies on the next day [TM2].
   */
  windowOf: (
    date: LocalDate,
    times: { startTime: LocalEndTime; endTime: LocalEndTime },
  ) => { from: DayMs; to: DayMs }
  /** When the clock shows a minute of an hour, in [from, to) of a date [RD5]. */
  minuteOfHours: (date: LocalDate, minute: number, from: DayMs, to: DayMs) => DayMs[]
}

const msOf = memo((time: LocalEndTime): DurationMs => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000
})

export const createCalendar = (timeZone: TimeZone): Calendar => {
  const startOf = memo((date: LocalDate) => startOfDay(date, timeZone))
  const moved = memo((days: number) => memo((date: LocalDate) => addDays(date, days)))
  const dayAfter = (date: LocalDate, days: number) => moved(days)(date)
  const lengthOf = memo((date: LocalDate) => startOf(dayAfter(date, 1)) - startOf(date))
  // Only a day on which the clocks change needs the zone's tables for its times.
  const positionOf = (date: LocalDate, time: LocalEndTime): DayMs =>
    lengthOf(date) === DAY_MS ? msOf(time) : instantAt(date, time, timeZone) - startOf(date)

  return {
    timeZone,
    startOf,
    lengthOf,
    weekdayOf: memo(weekdayOf),
    dayAfter,
    windowOf(date, { startTime, endTime }) {
      const from = positionOf(date, startTime)
      const wallMs = msOf(endTime) - msOf(startTime)
      const to =
        wallMs > 0
          ? positionOf(date, endTime)
          : lengthOf(date) + positionOf(dayAfter(date, 1), endTime)
      // Only its start was skipped: it would end before it begins [TM5].
      return { from, to: to > from ? to : from + wallMs }
    },
    minuteOfHours(date, minute, from, to) {
      const isPlain = [date, dayAfter(date, 1)].every((day) => lengthOf(day) === DAY_MS)
      const wallMs = (at: DayMs): DayMs =>
        isPlain ? at : msOf(wallTimeAt(startOf(date) + at, timeZone))
      const found: DayMs[] = []
      let at = from
      // Where the clocks change in between, what was reached is not the minute: it waits once more.
      while (at < to) {
        const waitMs = (((minute * MINUTE_MS - wallMs(at)) % HOUR_MS) + HOUR_MS) % HOUR_MS
        if (waitMs === 0) found.push(at)
        at += waitMs === 0 ? MINUTE_MS : waitMs
      }
      return found
    },
  }
}
