import type { Conflict, EpochMs, Playlist, PlaylistId, Schedule } from '#protocol'
import { conflictsOf } from '../programme/find-conflicts.ts'
import type { Known } from '../programme/memory.ts'
import { type Content, type Entry, withEntries } from '../store/content.ts'
import type { Ground } from './ground.ts'
import { requireSizes } from './require-sizes.ts'

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
