import { RRuleTemporal } from 'rrule-temporal'
import { AppError, type LocalDate, type TimeRule } from '#protocol'
import { addDays, utcMidnight } from './local-time.ts'

/** A rule that has not happened for so long after its start never will: leap days return within 8 years. */
const HORIZON_DAYS = 366 * 12

const SUB_DAY = /FREQ=(HOURLY|MINUTELY|SECONDLY)|BY(HOUR|MINUTE|SECOND)=/i

/** Dates need no zone: counted in UTC, where every day has 24 hours. */
const ruleOf = (rule: TimeRule, rrule: string): RRuleTemporal => {
  if (SUB_DAY.test(rrule)) {
    throw new AppError('recurrence-invalid', { detail: 'FREQ/BY… < 1 day' })
  }
  try {
    return new RRuleTemporal({
      rruleString: `DTSTART;TZID=UTC:${rule.startDate.replaceAll('-', '')}T000000\nRRULE:${rrule}`,
    })
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('recurrence-invalid', { detail }, { cause })
  }
}

/**
 * The dates in [first, last] on which a window starts, sorted.
 * @throws AppError recurrence-invalid
 */
export const datesOf = (rule: TimeRule, first: LocalDate, last: LocalDate): LocalDate[] => {
  const dates = new Set(rule.extraDates)
  if (rule.rrule === null) dates.add(rule.startDate)
  else if (last >= rule.startDate) {
    const from = first > rule.startDate ? first : rule.startDate
    const found = ruleOf(rule, rule.rrule).between(utcMidnight(from), utcMidnight(last), true)
    for (const occurrence of found) dates.add(occurrence.toPlainDate().toString())
  }
  for (const date of rule.exceptDates) dates.delete(date)
  return [...dates].filter((date) => first <= date && date <= last).sort()
}

/**
 * Refuses a rule that cannot be read or that never happens.
 * @throws AppError recurrence-invalid, recurrence-empty
 */
export const checkRecurrence = (rule: TimeRule): void => {
  const earliest = [rule.startDate, ...rule.extraDates].sort()[0] ?? rule.startDate
  const last = [addDays(rule.startDate, HORIZON_DAYS), ...rule.extraDates].sort().at(-1)
  if (datesOf(rule, earliest, last ?? rule.startDate).length === 0) {
    throw new AppError('recurrence-empty')
  }
}
