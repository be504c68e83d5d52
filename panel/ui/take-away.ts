import type { PlaylistId, ScheduleId } from '#protocol'
import { api } from '../server.ts'

/** Takes back a schedule that was added, as it is by now: undoing edits of it gave it other versions. */
export const takeAwaySchedule = async (id: ScheduleId): Promise<void> => {
  const now = (await api.schedules()).find((one) => one.id === id)
  if (now) await api.removeSchedule(id, now.version)
}

/** The same for a playlist. */
export const takeAwayPlaylist = async (id: PlaylistId): Promise<void> => {
  const now = (await api.playlists()).find((one) => one.id === id)
  if (now) await api.removePlaylist(id, now.version)
}
