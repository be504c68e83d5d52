import { addDays, dateAt } from '#playlists'
import type { EpochMs, Schedule } from '#protocol'
import type { Audience, Audiences } from '../programme/audiences.ts'
import { compilerFor } from '../programme/compilers.ts'
import type { Ground } from './ground.ts'

/** So many days ahead somebody's edit is looked at, and no longer than this: publishing looks at all. */
const DAYS_AHEAD = 34
const MOST_DAYS = 2
const MOST_MS = 1_500
/** Plans with more items than this are written as well: then their length is known. */
const MANY_ITEMS = 4_000

/**
 * Compiles what a schedule changes on its first days, where most others are heard first.
 * @throws AppError plan-too-large, plan-too-long
 */
export const requireSizes = (
  schedules: readonly Schedule[],
  audiences: Audiences,
  { known, foresight }: Pick<Ground, 'known' | 'foresight'>,
  now: EpochMs,
): void => {
  const { programme } = audiences
  const until = performance.now() + MOST_MS
  for (const schedule of schedules) {
    const channel = programme.playlists.get(schedule.playlistId)?.channel
    if (!channel) continue
    const groups = new Map<string, Audience>()
    for (const device of audiences.reached(schedule, known.devices.values())) {
      if (!device.channels.includes(channel)) continue
      const audience = audiences.of(device)
      groups.set(audience.key, audience)
    }
    const fullest = [...groups.values()].sort((a, b) => b.schedules.length - a.schedules.length)
    for (const audience of fullest) {
      const today = dateAt(now, audience.timeZone)
      const compiler = compilerFor(programme, today)
      const dates = compiler.datesOf(schedule, audience.timeZone, today, addDays(today, DAYS_AHEAD))
      for (const date of dates.slice(0, MOST_DAYS)) {
        const compiled = foresight.plans(audience, programme, date, channel)
        const items = compiled.plan.segments.reduce((sum, one) => sum + one.items.length, 0)
        if (items > MANY_ITEMS) void compiled.sha256
      }
      if (performance.now() > until) return
    }
  }
}
