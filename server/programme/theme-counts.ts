import { addDays, datesFrom, type Programme, startOfDay } from '#playlists'
import { entriesBetween } from '#playlists/timeline'
import type { LocalDate, ThemeId } from '#protocol'
import type { Audience } from './audiences.ts'
import { timelineFor } from './device-timeline.ts'
import type { Plans } from './plans.ts'

export type ThemeCount = { plays: number; minutes: number }

/** Whole plays and minutes of each theme on one device of an audience on some days. */
export const themeCounts = (
  audience: Audience,
  programme: Programme,
  plans: Plans,
  first: LocalDate,
  last: LocalDate,
): Map<ThemeId, ThemeCount> => {
  const counts = new Map<ThemeId, ThemeCount>()
  const dates = datesFrom(first, last)
  const from = startOfDay(first, audience.timeZone)
  const to = startOfDay(addDays(last, 1), audience.timeZone)
  for (const channel of audience.channels) {
    const timeline = timelineFor(audience, programme, plans, channel, dates)
    for (const entry of entriesBetween(timeline, from, to)) {
      // What is cut or joined late is not a play of the theme.
      if (entry.from < from || entry.to - entry.from < entry.item.durationMs) continue
      for (const { id } of entry.item.themes) {
        const count = counts.get(id) ?? { plays: 0, minutes: 0 }
        count.plays += 1
        count.minutes += entry.item.durationMs / 60_000
        counts.set(id, count)
      }
    }
  }
  return counts
}
