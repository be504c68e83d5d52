import {
  AppError,
  FIRST_DATE,
  fieldProblem,
  LAST_DATE,
  type LocalDate,
  type TimeRule,
  type TimeZone,
} from '#protocol'
import { lastDateOf } from './last-date.ts'
import { addDays } from './local-time.ts'
import { type RuleProblem, readRule } from './rule.ts'
import { datesOfRule } from './rule-dates.ts'

/** A rule that has not happened for so long after its start never will: leap days return within 8 years. */
const HORIZONS_DAYS = [60, 366, 366 * 12]

/** Why the rule of a schedule is refused; undefined where it can be worked out. */
export const ruleProblem = ({ rrule }: Pick<TimeRule, 'rrule'>): RuleProblem | undefined => {
  const read = rrule === null ? undefined : readRule(rrule)
  return read && 'message' in read ? read : undefined
}

const refusal = ({ part, message }: RuleProblem): AppError => {
  const fields = [{ field: 'time.rrule', message: fieldProblem(message) }]
  return new AppError('recurrence-invalid', { detail: part }, { fields })
}

const earliest = (...dates: LocalDate[]): LocalDate => dates.sort()[0] as LocalDate

const ruledDates = (
  time: TimeRule,
  first: LocalDate,
  last: LocalDate,
  timeZone: TimeZone,
): LocalDate[] => {
  const { startDate, startTime, rrule } = time
  if (rrule === null) return [startDate]
  const rule = readRule(rrule)
  if ('message' in rule) throw refusal(rule)
  const { until } = rule
  const to = earliest(last, LAST_DATE, until ? lastDateOf(until, startTime, timeZone) : LAST_DATE)
  return startDate <= to && first <= to ? datesOfRule(rule, startDate, first, to) : []
}

/**
 * The dates in [first, last] on which a window starts, sorted.
 * @param timeZone the zone in which its times are meant
 * @throws AppError recurrence-invalid
 */
export const datesOf = (
  time: TimeRule,
  first: LocalDate,
  last: LocalDate,
  timeZone: TimeZone,
): LocalDate[] => {
  const dates = new Set([...time.extraDates, ...ruledDates(time, first, last, timeZone)])
  for (const date of time.exceptDates) dates.delete(date)
  return [...dates].filter((date) => first <= date && date <= last).sort()
}

/**
 * Refuses a rule that cannot be read or that never happens. Looks ahead in growing steps: most rules
 * happen soon.
 * @throws AppError bad-input, recurrence-invalid, recurrence-empty
 */
export const checkRecurrence = (time: TimeRule, timeZone: TimeZone): void => {
  requireDates(time)
  const first = earliest(time.startDate, ...time.extraDates)
  for (const days of HORIZONS_DAYS) {
    const last = [addDays(time.startDate, days), ...time.extraDates].sort().at(-1) as LocalDate
    if (datesOf(time, first, last, timeZone).length > 0) return
  }
  const fields = [{ field: 'time.rrule', message: fieldProblem('rule-never') }]
  throw new AppError('recurrence-empty', {}, { fields })
}

/** Dates may be worked out, not only read: those that are read are bounded already [RC7]. */
function requireDates({ startDate, extraDates }: TimeRule): void {
  const isOutside = (date: LocalDate) => date < FIRST_DATE || date > LAST_DATE
  const outside = [
    ...(isOutside(startDate) ? ['time.startDate'] : []),
    ...extraDates.flatMap((date, index) => (isOutside(date) ? [`time.extraDates.${index}`] : [])),
  ]
  if (outside.length === 0) return
  const message = fieldProblem('date-out-of-range')
  throw new AppError('bad-input', {}, { fields: outside.map((field) => ({ field, message })) })
}
