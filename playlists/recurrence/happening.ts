import type { LocalDate, TimeRule, TimeZone } from '#protocol'
import { addDays } from './local-time.ts'
import { datesOf, ruleProblem } from './occurrences.ts'

/** The dates of a schedule: expanded once for a span, and once more where somebody looks beyond it. */
export type Happening = {
  /** Its rule is refused: it was stored before that was so. It happens on no date [RC12]. */
  isRefused: boolean
  on: (date: LocalDate) => boolean
  /** Sorted, both ends included. */
  between: (first: LocalDate, last: LocalDate) => LocalDate[]
  /** How many times it has happened before a date. */
  turnOf: (date: LocalDate) => number
}

const BEYOND_DAYS = 40

const REFUSED: Happening = {
  isRefused: true,
  on: () => false,
  between: () => [],
  turnOf: () => 0,
}

/** @param timeZone the zone in which its times are meant */
export const happeningOf = (
  rule: TimeRule,
  timeZone: TimeZone,
  first: LocalDate,
  last: LocalDate,
): Happening => {
  if (ruleProblem(rule)) return REFUSED
  let span = { first, last }
  let dates: LocalDate[] | undefined
  let set: ReadonlySet<LocalDate> = new Set()
  let ever: LocalDate[] | undefined
  let until = last

  const expanded = (from: LocalDate, to: LocalDate): LocalDate[] => {
    if (dates && span.first <= from && to <= span.last) return dates
    if (from < span.first) span = { ...span, first: addDays(from, -BEYOND_DAYS) }
    if (to > span.last) span = { ...span, last: addDays(to, BEYOND_DAYS) }
    dates = datesOf(rule, span.first, span.last, timeZone)
    set = new Set(dates)
    return dates
  }

  return {
    isRefused: false,
    on(date) {
      expanded(date, date)
      return set.has(date)
    },
    between: (from, to) => expanded(from, to).filter((date) => from <= date && date <= to),
    turnOf(date) {
      if (!ever || until < date) {
        const earliest = [rule.startDate, ...rule.extraDates].sort()[0] ?? rule.startDate
        until = [date, span.last].sort().at(-1) ?? date
        ever = datesOf(rule, earliest, until, timeZone)
      }
      const turn = ever.findIndex((other) => other >= date)
      return turn < 0 ? ever.length : turn
    },
  }
}
