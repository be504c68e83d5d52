import { addDays, datesFrom, instantAt, startOfDay, weekdayOf } from '#playlists'
import type { LocalDate, PolicyWindow, Span, TimeZone } from '#protocol'

/** Spans that meet or overlap become one. */
const joined = (spans: readonly Span[]): Span[] => {
  const result: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else result.push({ ...span })
  }
  return result
}

/** Where windows of a policy lie on the axis of time, clipped to the days asked about. */
export const policySpans = (
  windows: readonly PolicyWindow[],
  timeZone: TimeZone,
  first: LocalDate,
  last: LocalDate,
): Span[] => {
  const begin = startOfDay(first, timeZone)
  const end = startOfDay(addDays(last, 1), timeZone)
  const spans: Span[] = []
  for (const date of datesFrom(addDays(first, -1), last)) {
    const weekday = weekdayOf(date)
    for (const { startTime, endTime, weekdays } of windows) {
      if (!weekdays.includes(weekday)) continue
      const endDate = endTime <= startTime ? addDays(date, 1) : date
      const from = Math.max(begin, instantAt(date, startTime, timeZone))
      const to = Math.min(end, instantAt(endDate, endTime, timeZone))
      if (from < to) spans.push({ from, to })
    }
  }
  return joined(spans)
}

/** Every instant of the days: what an area has that lays no windows down. */
export const wholeDays = (timeZone: TimeZone, first: LocalDate, last: LocalDate): Span[] => [
  { from: startOfDay(first, timeZone), to: startOfDay(addDays(last, 1), timeZone) },
]
