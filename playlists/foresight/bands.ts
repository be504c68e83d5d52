import type { LocalDate } from '#protocol'
import type { Compiler } from '../compile/compiler.ts'
import type { Place } from '../compile/programme.ts'
import { type Span, shifted, union, within } from '../spans.ts'

/** What policy says of some days, on the axis of time. */
export type Bands = {
  /** The days themselves, from the first instant to the last. */
  days: Span
  /** When sound may be on air; all of the days where no windows are laid down. */
  windows: Span[]
  quiet: Span[]
}

/** Broadcast windows and quiet hours of a place from one day to another, both included, as they are compiled. */
export const bandsOf = (
  compiler: Compiler,
  place: Place,
  first: LocalDate,
  last: LocalDate,
): Bands => {
  const calendar = compiler.calendarOf(place.timeZone)
  const windows: Span[] = []
  const quiet: Span[] = []
  for (let date = first; date <= last; date = calendar.dayAfter(date, 1)) {
    const law = compiler.policyOn(place, date)
    const day = { from: 0, to: calendar.lengthOf(date) }
    const placed = (spans: readonly Span[]) =>
      within(day, spans).map((span) => shifted(span, calendar.startOf(date)))
    windows.push(...placed(law.windows ?? [day]))
    quiet.push(...placed(law.quiet))
  }
  const days = { from: calendar.startOf(first), to: calendar.startOf(calendar.dayAfter(last, 1)) }
  return { days, windows: union(windows), quiet: union(quiet) }
}
