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

export const addDays = (date: LocalDate, days: number): LocalDate =>
  Temporal.PlainDate.from(date).add({ days }).toString()

/** Monday is 1, Sunday is 7 (ISO 8601). */
export const weekdayOf = (date: LocalDate): number => Temporal.PlainDate.from(date).dayOfWeek

/** How many days after the first date the last one lies; below 0 where it lies before. */
export const daysBetween = (first: LocalDate, last: LocalDate): number =>
  Temporal.PlainDate.from(first).until(last, { largestUnit: 'day' }).days

/** Dates from the first to the last, both included. */
export const datesFrom = (first: LocalDate, last: LocalDate): LocalDate[] =>
  Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, day) => addDays(first, day))
