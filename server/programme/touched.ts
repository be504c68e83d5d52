import type { Playlist, Priority, Schedule } from '#protocol'
import type { Content, Entry } from '../store/content.ts'

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
  chosen: readonly { entry: Pick<Entry, 'id'> }[],
  { schedules, playlists }: Content,
): Schedule[] => {
  const ids = holding(new Set(chosen.map(({ entry }) => entry.id)), playlists)
  return schedules.filter(
    ({ id, playlistId, fillPlaylistId }) =>
      ids.has(id) || ids.has(playlistId) || (fillPlaylistId !== null && ids.has(fillPlaylistId)),
  )
}

/** Ids of the schedules of a class and of all playlists that they play, however deep. */
export const playedBy = (
  { schedules, playlists }: Pick<Content, 'schedules' | 'playlists'>,
  priority: Priority,
): Set<string> => {
  const found = new Set<string>()
  const byId = new Map<string, Playlist>(playlists.map((playlist) => [playlist.id, playlist]))
  const add = (id: string | null) => {
    if (id === null || found.has(id)) return
    found.add(id)
    for (const item of byId.get(id)?.items ?? []) if (item.kind === 'playlist') add(item.playlistId)
  }
  for (const schedule of schedules) {
    if (schedule.priority !== priority) continue
    for (const id of [schedule.id, schedule.playlistId, schedule.fillPlaylistId]) add(id)
  }
  return found
}
