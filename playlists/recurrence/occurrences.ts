import { RRuleTemporal } from 'rrule-temporal'
import {
  AppError,
  FIRST_DATE,
  fieldProblem,
  LAST_DATE,
  type LocalDate,
  type TimeRule,
} from '#protocol'
import { addDays, utcMidnight } from './local-time.ts'
import { badPart } from './rrule-parts.ts'

/** A rule that has not happened for so long after its start never will: leap days return within 8 years. */
const HORIZONS_DAYS = [60, 366, 366 * 12]

const unreadable = (detail: string, cause?: unknown): AppError => {
  const fields = [{ field: 'time.rrule', message: fieldProblem('rule-unreadable') }]
  return new AppError('recurrence-invalid', { detail }, { cause, fields })
}

/** What is counted is counted from the start, at most once a day from the first year to the last [RC8]. */
const MOST_TURNS = 80_000

/** Dates need no zone: counted in UTC, where every day has 24 hours. */
const ruleOf = (rule: TimeRule, rrule: string): RRuleTemporal => {
  const bad = badPart(rrule)
  if (bad !== undefined) throw unreadable(bad)
  try {
    return new RRuleTemporal({
      rruleString: `DTSTART;TZID=UTC:${rule.startDate.replaceAll('-', '')}T000000\nRRULE:${rrule}`,
      maxIterations: MOST_TURNS,
    })
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/**
 * The dates in [first, last] on which a window starts, sorted.
 * @throws AppError recurrence-invalid
 */
export const datesOf = (rule: TimeRule, first: LocalDate, last: LocalDate): LocalDate[] => {
  const dates = new Set(rule.extraDates)
  if (rule.rrule === null) dates.add(rule.startDate)
  else if (last >= rule.startDate && first <= LAST_DATE) {
    const from = first > rule.startDate ? first : rule.startDate
    const until = last < LAST_DATE ? last : LAST_DATE
    const recurrence = ruleOf(rule, rule.rrule)
    for (const occurrence of recurrence.between(utcMidnight(from), utcMidnight(until), true))
      dates.add(occurrence.toPlainDate().toString())
  }
  for (const date of rule.exceptDates) dates.delete(date)
  return [...dates].filter((date) => first <= date && date <= last).sort()
}

/**
 * Refuses a rule that cannot be read or that never happens. Looks ahead in growing steps: most rules
 * happen soon.
 * @throws AppError bad-input, recurrence-invalid, recurrence-empty
 */
export const checkRecurrence = (rule: TimeRule): void => {
  requireDates(rule)
  const earliest = [rule.startDate, ...rule.extraDates].sort()[0] ?? rule.startDate
  for (const days of HORIZONS_DAYS) {
    const last = [addDays(rule.startDate, days), ...rule.extraDates].sort().at(-1)
    if (datesOf(rule, earliest, last ?? rule.startDate).length > 0) return
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
