import type { LocalDate, TimeRule } from '#protocol'
import { addDays } from './local-time.ts'
import { datesOf } from './occurrences.ts'

/** The dates of a schedule: expanded once for a span, and once more where somebody looks beyond it. */
export type Happening = {
  on: (date: LocalDate) => boolean
  /** Sorted, both ends included. */
  between: (first: LocalDate, last: LocalDate) => LocalDate[]
  /** How many times it has happened before a date. */
  turnOf: (date: LocalDate) => number
}

const BEYOND_DAYS = 40

/** @throws AppError recurrence-invalid, when it is first looked at */
export const happeningOf = (rule: TimeRule, first: LocalDate, last: LocalDate): Happening => {
  let span = { first, last }
  let dates: LocalDate[] | undefined
  let set: ReadonlySet<LocalDate> = new Set()
  let ever: LocalDate[] | undefined
  let until = last

  const expanded = (from: LocalDate, to: LocalDate): LocalDate[] => {
    if (dates && span.first <= from && to <= span.last) return dates
    if (from < span.first) span = { ...span, first: addDays(from, -BEYOND_DAYS) }
    if (to > span.last) span = { ...span, last: addDays(to, BEYOND_DAYS) }
    dates = datesOf(rule, span.first, span.last)
    set = new Set(dates)
    return dates
  }

  return {
    on(date) {
      expanded(date, date)
      return set.has(date)
    },
    between: (from, to) => expanded(from, to).filter((date) => from <= date && date <= to),
    turnOf(date) {
      if (!ever || until < date) {
        const earliest = [rule.startDate, ...rule.extraDates].sort()[0] ?? rule.startDate
        until = [date, span.last].sort().at(-1) ?? date
        ever = datesOf(rule, earliest, until)
      }
      const turn = ever.findIndex((other) => other >= date)
      return turn < 0 ? ever.length : turn
    },
  }
}
