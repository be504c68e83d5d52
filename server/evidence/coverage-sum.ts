import { dateAt, startOfDay } from '#playlists'
import {
  type AreaId,
  type Channel,
  type DeviceId,
  type Dimension,
  type EpochMs,
  type Labels,
  type LocalDate,
  NO_TALLY,
  type Play,
  type Tally,
  type ThemeId,
  type TimeZone,
} from '#protocol'

/** One counter of the table `coverage`. */
export type CoverageEntry = {
  dimension: Dimension | 'all'
  value: string
  /** A day, or the month that it lies in. */
  period: string
  areaId: string
  /** '' counts every play once, however many themes it carries. */
  themeId: string
  channel: Channel
  tally: Tally
}

/** What one play or one planned occurrence is counted under. */
export type Counted = {
  date: LocalDate
  areaId: AreaId
  deviceId: DeviceId
  channel: Channel
  themeIds: readonly ThemeId[]
  labels: Labels | undefined
  approvedBy: string
}

const COUNTERS = Object.keys(NO_TALLY) as (keyof Tally)[]

export const addTally = (sum: Tally, more: Readonly<Partial<Tally>>, sign: 1 | -1 = 1): void => {
  for (const name of COUNTERS) sum[name] += sign * (more[name] ?? 0)
}

const dimensionsOf = ({ deviceId, labels, approvedBy }: Counted) => {
  const values: [Dimension | 'all', string][] = [
    ['all', ''],
    ['device', deviceId],
    ['approver', approvedBy],
  ]
  if (labels) values.push(['language', labels.language])
  if (labels?.strand) values.push(['strand', labels.strand])
  if (labels?.sector) values.push(['sector', labels.sector])
  return values
}

/** Adds up what a batch of records or a day of plans means for the counters, each touched once. */
export const createCoverageSum = () => {
  const entries = new Map<string, CoverageEntry>()

  return {
    add(counted: Counted, tally: Readonly<Partial<Tally>>, sign: 1 | -1 = 1): void {
      const { date, areaId, channel } = counted
      for (const [dimension, value] of dimensionsOf(counted)) {
        for (const period of [date, date.slice(0, 7)]) {
          for (const themeId of new Set(['', ...counted.themeIds])) {
            const key = [dimension, value, period, areaId, themeId, channel].join('\u0000')
            const known = entries.get(key)
            const entry = known ?? {
              ...{ dimension, value, period, areaId, themeId, channel },
              tally: { ...NO_TALLY },
            }
            if (!known) entries.set(key, entry)
            addTally(entry.tally, tally, sign)
          }
        }
      }
    },

    /** In one order for all writers, so that no two wait for each other. */
    entries: (): CoverageEntry[] =>
      [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry),
  }
}

export const tallyOf = (play: Play): Partial<Tally> => ({
  plays: play.outcome === 'failed' ? 0 : 1,
  // Muted or silent throughout it went its way, and nobody heard it.
  playedMs: play.outcome === 'failed' ? 0 : play.playedMs,
  completed: play.outcome === 'completed' ? 1 : 0,
  partial: play.outcome === 'partial' || play.outcome === 'interrupted' ? 1 : 0,
  failed: play.outcome === 'failed' ? 1 : 0,
})

/** The local date of instants; those of one batch mostly lie on one day. */
export const createDateOf = (timeZone: TimeZone): ((at: EpochMs) => LocalDate) => {
  let known = { date: '', from: 0, to: 0 }
  return (at) => {
    if (at < known.from || at >= known.to) {
      const date = dateAt(at, timeZone)
      const from = startOfDay(date, timeZone)
      // No day of any zone is shorter than 20 hours: what lies beyond is asked for again.
      known = { date, from, to: from + 20 * 3_600_000 }
      if (at >= known.to) known = { date, from, to: at + 1 }
    }
    return known.date
  }
}
