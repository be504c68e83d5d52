import { addDays } from '#playlists'
import { type AreaId, isSameTime, type Playlist, type PlaylistId, type Schedule } from '#protocol'
import type { ScheduleSearch } from '../search.ts'
import { audienceOf } from '../use-grid-actions.ts'

/** What the form holds: everything that is said of a schedule. A playlist may not be chosen yet. */
export type Draft = Omit<Schedule, 'id' | 'version' | 'playlistId'> & {
  playlistId: PlaylistId | null
}

export const draftOf = ({ id: _, version: __, ...schedule }: Schedule): Draft => schedule

/** A schedule as it would be sent, or undefined while something is missing. */
export const completeOf = (draft: Draft, playlists: ReadonlyMap<string, Playlist>) => {
  const { playlistId, audience } = draft
  const playlist = playlistId && playlists.get(playlistId)
  if (!playlistId || !playlist) return undefined
  if (audience.areaIds.length + audience.deviceIds.length === 0) return undefined
  if (draft.time.daypart === null && isSameTime(draft.time)) return undefined
  if (draft.fill === 'playlist' && draft.fillPlaylistId === null) return undefined
  if (draft.exception && draft.exception.reason.trim().length < 5) return undefined
  return { ...draft, playlistId, name: draft.name.trim() || playlist.name }
}

/** When a session begins where nobody says otherwise. */
export const USUAL_START = '05:00'

type RowOrArea = { kind: 'area' | 'device'; id: string; parentId: string | null }

/** A new schedule, filled with what was drawn on the grid or dragged onto it. */
export const newDraft = (options: {
  search: ScheduleSearch
  row: RowOrArea | undefined
  areaId: AreaId
  today: string
  /** HH:MM now, in the zone of the schedule. */
  clock: string
  playlist: Playlist | undefined
  to: string
}): Draft => {
  const { search, row, areaId, today, clock, playlist, to } = options
  const from = search.from ?? USUAL_START
  const owner = row?.kind === 'area' ? (row.id as AreaId) : ((row?.parentId ?? areaId) as AreaId)
  return {
    name: '',
    areaId: owner,
    playlistId: playlist?.id ?? null,
    // Nobody hears what nobody was chosen for: a whole province is never the default.
    audience: row
      ? audienceOf(row as Parameters<typeof audienceOf>[0])
      : { areaIds: [], deviceIds: [] },
    time: {
      startDate: search.on ?? (from > clock ? today : addDays(today, 1)),
      startTime: from,
      endTime: search.to ?? to,
      daypart: null,
      rrule: null,
      extraDates: [],
      exceptDates: [],
    },
    priority: 'normal',
    fill: 'end',
    fillPlaylistId: null,
    volume: 80,
    session: false,
    repeats: { count: 1, gapMs: 0 },
    cadence: null,
    weight: 1,
    onConflict: 'refuse',
    exception: null,
  }
}
