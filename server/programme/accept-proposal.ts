import {
  type Campaign,
  type Playlist,
  type PlaylistId,
  PlaylistInput,
  type Proposal,
  type Schedule,
  type ScheduleId,
  ScheduleInput,
} from '#protocol'
import type { Entry } from '../store/content.ts'

type Session = Proposal['sessions'][number]

const VOLUME = 80

/** Sessions with the same items at the same time of day are one schedule on several dates. */
const together = (sessions: readonly Session[]): Session[][] => [
  ...Map.groupBy(sessions, ({ startTime, endTime, items }) =>
    JSON.stringify([startTime, endTime, items.map(({ assetId }) => assetId)]),
  ).values(),
]

/** What a proposal becomes once somebody has agreed: playlists and schedules of the draft. */
export const entriesOf = (
  { areaId, sessions }: Proposal,
  { name: campaign }: Campaign,
  newId: () => string,
): Entry[] =>
  together(sessions).flatMap((group): Entry[] => {
    const [first, ...others] = group.toSorted((a, b) => (a.date < b.date ? -1 : 1))
    if (!first) return []
    const [, month, day] = first.date.split('-')
    const name = `${campaign} · ${day}/${month} ${first.startTime.slice(0, 5)}`.slice(0, 200)
    const items = first.items.map(({ assetId }) => ({ kind: 'asset', assetId, durationMs: null }))
    const playlist: Playlist = {
      id: newId() as PlaylistId,
      version: 1,
      ...PlaylistInput.parse({ name, areaId, channel: 'audio', items }),
    }
    const schedule: Schedule = {
      id: newId() as ScheduleId,
      version: 1,
      ...ScheduleInput.parse({
        name,
        areaId,
        playlistId: playlist.id,
        audience: { areaIds: [areaId], deviceIds: [] },
        // By the clock: the planner has found this time free inside the daypart.
        time: {
          startDate: first.date,
          startTime: first.startTime,
          endTime: first.endTime,
          rrule: null,
          extraDates: others.map(({ date }) => date),
          exceptDates: [],
        },
        priority: 'normal',
        fill: 'end',
        volume: VOLUME,
      }),
    }
    return [
      { what: 'playlist', id: playlist.id, value: playlist },
      { what: 'schedule', id: schedule.id, value: schedule },
    ]
  })
