import { addDays, dateAt } from '#playlists'
import type { Conflict, EpochMs, Playlist, PlaylistId, Schedule } from '#protocol'
import type { Audience, Audiences } from '../programme/audiences.ts'
import { compilerFor } from '../programme/compilers.ts'
import { conflictsOf } from '../programme/find-conflicts.ts'
import type { Known } from '../programme/memory.ts'
import { type Content, type Entry, withEntries } from '../store/content.ts'
import type { Ground } from './ground.ts'

/** So many days ahead somebody's edit is looked at, and no longer than this: publishing looks at all. */
const DAYS_AHEAD = 34
const MOST_DAYS = 2
const MOST_MS = 1_500
/** Plans with more items than this are written as well: then their length is known. */
const MANY_ITEMS = 4_000

/** Compiles what a schedule changes on its first days, where most others are heard first. */
const requireSizes = (
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

const withIn = (known: Known, entry: Entry): Content => withEntries(known.draft, [entry])

/**
 * What stands against a schedule that is about to be saved.
 * @returns conflicts, as far as it minds them
 * @throws AppError plan-too-large, plan-too-long
 */
export const scheduleToSave = async (
  { schedule, at, isAccepted }: { schedule: Schedule; at: EpochMs; isAccepted: boolean },
  ground: Ground,
): Promise<{ draft: number; conflicts: Conflict[] }> => {
  const { known, foresight } = ground
  const content = withIn(known, { what: 'schedule', id: schedule.id, value: schedule })
  const audiences = foresight.audiences(known, content)
  requireSizes([schedule], audiences, ground, at)
  const conflicts =
    schedule.onConflict === 'refuse' && !isAccepted
      ? conflictsOf(schedule, audiences, known, at)
      : []
  return { draft: known.stamps.draft, conflicts }
}

/** All playlists that a playlist is part of, and itself. */
const holdersOf = (id: PlaylistId, { playlists }: Content): Set<PlaylistId> => {
  const found = new Set([id])
  for (let before = 0; before < found.size; ) {
    before = found.size
    for (const list of playlists) {
      const holds = list.items.some(
        (item) => item.kind === 'playlist' && found.has(item.playlistId),
      )
      if (holds) found.add(list.id)
    }
  }
  return found
}

/** @throws AppError plan-too-large, plan-too-long where a playlist would make a plan of the draft so */
export const playlistToSave = async (
  { playlist, at }: { playlist: Playlist; at: EpochMs },
  ground: Ground,
): Promise<null> => {
  const { known, foresight } = ground
  const content = withIn(known, { what: 'playlist', id: playlist.id, value: playlist })
  const lists = holdersOf(playlist.id, content)
  const schedules = content.schedules.filter(
    ({ playlistId, fillPlaylistId }) =>
      lists.has(playlistId) || (fillPlaylistId !== null && lists.has(fillPlaylistId)),
  )
  requireSizes(schedules, foresight.audiences(known, content), ground, at)
  return null
}
