import type { DayPlan, Segment, ThemeId, ThemeSnapshot } from '#protocol'

/** What is planned of a theme on one device. */
export type ThemeCoverage = { theme: ThemeSnapshot; plays: number; minutes: number }

/** How many instants `start`, `start + every`, … lie in [from, to). */
const turnsIn = (from: number, to: number, start: number, every: number): number =>
  Math.max(0, Math.ceil((to - start) / every)) - Math.max(0, Math.ceil((from - start) / every))

/** The milliseconds of [from, to) in which something is on that lasts `ms` and comes round every `every`. */
const timeIn = (from: number, to: number, start: number, ms: number, every: number): number => {
  const until = (at: number): number => {
    if (at <= start) return 0
    const rounds = Math.floor((at - start) / every)
    return rounds * ms + Math.min(ms, at - start - rounds * every)
  }
  return until(to) - until(from)
}

const playsOf = function* ({ items, repeat, from, to, anchor }: Segment) {
  const loopMs = items.reduce((sum, item) => sum + item.durationMs, 0)
  let start = anchor
  for (const item of items) {
    const every = repeat ? loopMs : Number.POSITIVE_INFINITY
    const end = repeat ? to : Math.min(to, start + item.durationMs)
    const isOnce = !repeat
    const plays = isOnce ? Number(from <= start && start < to) : turnsIn(from, to, start, every)
    const ms = isOnce
      ? Math.max(0, end - Math.max(from, start))
      : timeIn(from, to, start, item.durationMs, every)
    yield { item, plays, ms }
    start += item.durationMs
  }
}

/**
 * Plays and minutes of every theme in plans of one device. A play counts where it begins [CV1]; tunes,
 * calls and chimes carry no theme.
 */
export const coverageOf = (
  plans: Iterable<Pick<DayPlan, 'segments'>>,
): Map<ThemeId, ThemeCoverage> => {
  const covered = new Map<ThemeId, ThemeCoverage>()
  for (const { segments } of plans) {
    for (const segment of segments) {
      for (const { item, plays, ms } of playsOf(segment)) {
        for (const theme of item.themes) {
          const sum = covered.get(theme.id) ?? { theme, plays: 0, minutes: 0 }
          sum.plays += plays
          sum.minutes += ms / 60_000
          covered.set(theme.id, sum)
        }
      }
    }
  }
  return covered
}
