import { Temporal } from 'temporal-polyfill'
import type { EpochMs, LocalDate, LocalEndTime, LocalTime, TimeZone } from '#protocol'

/** The only place that knows zones and calendars. */

/** The first instant of a local day: not always 00:00, where a zone changes its clocks at midnight. */
export const startOfDay = (date: LocalDate, timeZone: TimeZone): EpochMs =>
  Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds

/** The instant of a wall time on a date [TM4]; 24:00 is the first instant of the next day [TM3]. */
export const instantAt = (date: LocalDate, time: LocalEndTime, timeZone: TimeZone): EpochMs =>
  time.startsWith('24')
    ? startOfDay(addDays(date, 1), timeZone)
    : Temporal.PlainDate.from(date).toZonedDateTime({
        timeZone,
        plainTime: Temporal.PlainTime.from(time),
      }).epochMilliseconds

export const dateAt = (instant: EpochMs, timeZone: TimeZone): LocalDate =>
  Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()

/** The wall time of an instant, HH:MM:SS. */
export const wallTimeAt = (instant: EpochMs, timeZone: TimeZone): LocalTime =>
  Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'second' })

const DAY_MS = 86_400_000
// Dates by themselves know no zone: counting days is right, and 40 times as fast as Temporal.

/** Days since 1970-01-01, which was a Thursday. */
// biome-ignore lint/style/noRestrictedGlobals: reads the date it is given; no clock is asked
const numberOf = (date: LocalDate): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS
// biome-ignore lint/style/noRestrictedGlobals: writes the day it is given; no clock is asked
const dateOf = (day: number): LocalDate => new Date(day * DAY_MS).toISOString().slice(0, 10)

export const addDays = (date: LocalDate, days: number): LocalDate => dateOf(numberOf(date) + days)

/** Monday is 1, Sunday is 7 (ISO 8601). */
export const weekdayOf = (date: LocalDate): number => ((((numberOf(date) + 3) % 7) + 7) % 7) + 1

/** How many days after the first date the last one lies; below 0 where it lies before. */
export const daysBetween = (first: LocalDate, last: LocalDate): number =>
  numberOf(last) - numberOf(first)

/** Dates from the first to the last, both included. */
export const datesFrom = (first: LocalDate, last: LocalDate): LocalDate[] => {
  const from = numberOf(first)
  const length = Math.max(0, numberOf(last) - from + 1)
  return Array.from({ length }, (_, day) => dateOf(from + day))
}
