import type { LocalDate, PolicyWindow, Span } from '#protocol'
import type { Calendar } from '../recurrence/calendar.ts'
import { datesFrom } from '../recurrence/local-time.ts'
import { shifted, within } from '../spans.ts'

/** Every instant of the days: what an area has that lays no windows down. */
export const wholeDays = (calendar: Calendar, first: LocalDate, last: LocalDate): Span => ({
  from: calendar.startOf(first),
  to: calendar.startOf(calendar.dayAfter(last, 1)),
})

/** Where windows of a policy lie on the axis of time, clipped to the days asked about. */
export const policySpans = (
  windows: readonly PolicyWindow[],
  calendar: Calendar,
  first: LocalDate,
  last: LocalDate,
): Span[] => {
  // What began the evening before goes on into the first day.
  const spans = datesFrom(calendar.dayAfter(first, -1), last).flatMap((date) =>
    windows
      .filter(({ weekdays }) => weekdays.includes(calendar.weekdayOf(date)))
      .map((window) => shifted(calendar.windowOf(date, window), calendar.startOf(date))),
  )
  return within(wholeDays(calendar, first, last), spans)
}
