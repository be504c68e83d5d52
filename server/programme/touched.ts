import type { Playlist, Schedule } from '#protocol'
import type { Content } from '../store/content.ts'
import type { Difference } from './changes.ts'

/** Playlists that hold one of some, however deep, and these themselves. */
const holding = (ids: ReadonlySet<string>, playlists: readonly Playlist[]): Set<string> => {
  const found = new Set(ids)
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const { id, items } of playlists) {
      if (items.some((item) => item.kind === 'playlist' && found.has(item.playlistId)))
        found.add(id)
    }
  }
  return found
}

/** Schedules that changes are about: themselves, or what they play, however deep it is nested. */
export const touchedBy = (
  chosen: readonly Pick<Difference, 'entry'>[],
  { schedules, playlists }: Content,
): Schedule[] => {
  const ids = holding(new Set(chosen.map(({ entry }) => entry.id)), playlists)
  return schedules.filter(
    ({ id, playlistId, fillPlaylistId }) =>
      ids.has(id) || ids.has(playlistId) || (fillPlaylistId !== null && ids.has(fillPlaylistId)),
  )
}
