import type { DayMs, DurationMs, EpochMs, LocalDate, LocalEndTime, TimeZone } from '#protocol'
import { memo } from '../memo.ts'
import { addDays, instantAt, startOfDay, weekdayOf } from './local-time.ts'

const DAY_MS = 86_400_000

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
  }
}
