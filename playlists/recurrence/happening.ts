import type { LocalDate, TimeRule } from '#protocol'
import { datesOf } from './occurrences.ts'

/** The dates of a schedule in a span, expanded once, and counted from its beginning where asked. */
export type Happening = {
  on: (date: LocalDate) => boolean
  dates: readonly LocalDate[]
  /** How many times it has happened before a date of the span. */
  turnOf: (date: LocalDate) => number
}

/** @throws AppError recurrence-invalid */
export const happeningOf = (rule: TimeRule, first: LocalDate, last: LocalDate): Happening => {
  const dates = datesOf(rule, first, last)
  const set = new Set(dates)
  let before: number | undefined
  return {
    dates,
    on: (date) => set.has(date),
    turnOf(date) {
      const earliest = [rule.startDate, ...rule.extraDates].sort()[0] ?? rule.startDate
      before ??= datesOf(rule, earliest, first).filter((other) => other < first).length
      return before + dates.filter((other) => other < date).length
    },
  }
}
