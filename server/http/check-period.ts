import { daysBetween } from '#playlists'
import { AppError, type FieldProblemCode, fieldProblem, type LocalDate } from '#protocol'

/** Six weeks are compiled or gone through item by item; ten years are read from counters. */
const MOST_DAYS = { weeks: 42, years: 3_660 } as const
const TOO_LONG = { weeks: 'too-many-days', years: 'period-too-long' } as const

/**
 * Refuses a period that ends before it begins or is too long to be answered at once.
 * @param from first day; @param to last day, included
 * @param field what the last day is called in the request
 * @throws AppError bad-input
 */
export const checkPeriod = (
  { from, to }: { from: LocalDate; to: LocalDate },
  most: keyof typeof MOST_DAYS,
  field = 'to',
): void => {
  const days = daysBetween(from, to) + 1
  const problem: FieldProblemCode | undefined =
    days < 1 ? 'ends-before-start' : days > MOST_DAYS[most] ? TOO_LONG[most] : undefined
  if (!problem) return
  throw new AppError('bad-input', {}, { fields: [{ field, message: fieldProblem(problem) }] })
}
