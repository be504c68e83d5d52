import type { LocalDate, Policy, TimeRule } from '#protocol'
import type { Calendar } from '../recurrence/calendar.ts'
import type { Span } from '../spans.ts'

/**
 * The window of a schedule on one of its dates, counted from the first instant of the day; undefined
 * where its daypart does not exist in the area, or not on that weekday [PL2].
 */
export const windowOn = (
  time: TimeRule,
  date: LocalDate,
  policy: Policy,
  calendar: Calendar,
): Span | undefined => {
  if (time.daypart === null) return calendar.windowOf(date, time)
  const daypart = policy.dayparts?.find(({ code }) => code === time.daypart)
  if (!daypart) return undefined
  const weekday = calendar.weekdayOf(date)
  const exception = daypart.exceptions.find((other) => other.weekday === weekday)
  if (exception) return exception.times ? calendar.windowOf(date, exception.times) : undefined
  return calendar.windowOf(date, daypart)
}
