import type { z } from 'zod'
import { addDays } from '#playlists'
import {
  AppError,
  type Campaign,
  type FieldProblem,
  fieldProblem,
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

/** @throws AppError bad-input: what is made of a proposal follows the same rules as what a person enters */
const checked = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new AppError('bad-input', {}, { cause: result.error })
}

/** A proposal comes back from the reader, who may have changed it. @throws AppError bad-input */
const requireWeek = ({ week, sessions }: Proposal): void => {
  const sunday = addDays(week, 6)
  const fields = sessions.flatMap(({ date }, index): FieldProblem[] =>
    week <= date && date <= sunday
      ? []
      : [{ field: `proposal.sessions.${index}.date`, message: fieldProblem('date-outside-week') }],
  )
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}

/**
 * What a proposal becomes once somebody has agreed: playlists and schedules of the draft.
 * @throws AppError bad-input
 */
export const entriesOf = (
  proposal: Proposal,
  { name: campaign }: Campaign,
  newId: () => string,
): Entry[] => {
  requireWeek(proposal)
  const { areaId, sessions } = proposal
  return together(sessions).flatMap((group): Entry[] => {
    const [first, ...others] = group.toSorted((a, b) => (a.date < b.date ? -1 : 1))
    if (!first) return []
    const extraDates = [...new Set(others.map(({ date }) => date))]
    const [, month, day] = first.date.split('-')
    const name = `${campaign} · ${day}/${month} ${first.startTime.slice(0, 5)}`.slice(0, 200)
    const items = first.items.map(({ assetId }) => ({ kind: 'asset', assetId, durationMs: null }))
    const playlist: Playlist = {
      id: newId() as PlaylistId,
      version: 1,
      ...checked(PlaylistInput, { name, areaId, channel: 'audio', items }),
    }
    const schedule: Schedule = {
      id: newId() as ScheduleId,
      version: 1,
      ...checked(ScheduleInput, {
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
          extraDates,
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
}
