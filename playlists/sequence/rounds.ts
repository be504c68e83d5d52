import { type DayMs, type LocalDate, MOST_ROUNDS, type Schedule } from '#protocol'
import type { Calendar } from '../recurrence/calendar.ts'
import type { Span } from '../spans.ts'

/** When the rounds of a window begin, and the first that is too many [RD1, RD4]. */
export type Rounds = { starts: readonly DayMs[]; beyond: DayMs | null }

const MINUTE_MS = 60_000

/** null where the schedule has no cadence. */
export const roundsOf = (
  { cadence }: Pick<Schedule, 'cadence'>,
  date: LocalDate,
  { from, to }: Span,
  calendar: Calendar,
): Rounds | null => {
  // Stored before there was one.
  if (!cadence) return null
  let all: DayMs[] = []
  if (cadence.kind === 'hourly') all = calendar.minuteOfHours(date, cadence.minute, from, to)
  else for (let at = from; at < to; at += cadence.minutes * MINUTE_MS) all.push(at)
  return { starts: all.slice(0, MOST_ROUNDS), beyond: all[MOST_ROUNDS] ?? null }
}

/** The stretch of each round that begins where policy is open: until the next one, or policy, or the end [RD2, RD3]. */
export const roundPieces = (
  { starts, beyond }: Rounds,
  window: Span,
  open: readonly Span[],
): Span[] =>
  starts.flatMap((start, index) => {
    const piece = open.find(({ from, to }) => from <= start && start < to)
    const end = starts[index + 1] ?? beyond ?? window.to
    return piece ? [{ from: start, to: Math.min(end, piece.to) }] : []
  })
