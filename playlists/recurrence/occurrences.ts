import { RRuleTemporal } from 'rrule-temporal'
import { AppError, type LocalDate, type TimeRule } from '#protocol'
import { addDays, utcMidnight } from './local-time.ts'
import { badPart } from './rrule-parts.ts'

/** A rule that has not happened for so long after its start never will: leap days return within 8 years. */
const HORIZONS_DAYS = [60, 366, 366 * 12]

/** Dates of schedules lie in between; what lies outside is a slip of the hand [RC7]. */
const EARLIEST: LocalDate = '2000-01-01'
const LATEST: LocalDate = '2999-12-31'

/** The library gives up on more than 10,000 occurrences at a time. */
const AT_A_TIME_DAYS = 5_000

/** What is counted is counted from the start, at most once a day from the first year to the last [RC8]. */
const MOST_TURNS = 400_000

/** Dates need no zone: counted in UTC, where every day has 24 hours. */
const ruleOf = (rule: TimeRule, rrule: string): RRuleTemporal => {
  const bad = badPart(rrule)
  if (bad !== undefined) throw new AppError('recurrence-invalid', { detail: bad })
  try {
    return new RRuleTemporal({
      rruleString: `DTSTART;TZID=UTC:${rule.startDate.replaceAll('-', '')}T000000\nRRULE:${rrule}`,
      maxIterations: MOST_TURNS,
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
  else if (last >= rule.startDate && first <= LATEST) {
    const from = first > rule.startDate ? first : rule.startDate
    const until = last < LATEST ? last : LATEST
    const recurrence = ruleOf(rule, rule.rrule)
    for (let start = from; start <= until; start = addDays(start, AT_A_TIME_DAYS)) {
      const end = [until, addDays(start, AT_A_TIME_DAYS - 1)].sort()[0] ?? until
      const found = recurrence.between(utcMidnight(start), utcMidnight(end), true)
      for (const occurrence of found) dates.add(occurrence.toPlainDate().toString())
    }
  }
  for (const date of rule.exceptDates) dates.delete(date)
  return [...dates].filter((date) => first <= date && date <= last).sort()
}

/**
 * Refuses a rule that cannot be read or that never happens. Looks ahead in growing steps: most rules
 * happen soon.
 * @throws AppError recurrence-invalid, recurrence-empty
 */
export const checkRecurrence = (rule: TimeRule): void => {
  const [earliest = rule.startDate, ...others] = [rule.startDate, ...rule.extraDates].sort()
  if (earliest < EARLIEST || (others.at(-1) ?? earliest) > LATEST) {
    throw new AppError('recurrence-invalid', { detail: `${EARLIEST} – ${LATEST}` })
  }
  for (const days of HORIZONS_DAYS) {
    const last = [addDays(rule.startDate, days), ...rule.extraDates].sort().at(-1)
    if (datesOf(rule, earliest, last ?? rule.startDate).length > 0) return
  }
  throw new AppError('recurrence-empty')
}
