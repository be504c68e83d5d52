import { addDays, checkRecurrence, datesFrom, datesOf } from '#playlists'
import {
  AppError,
  type AreaId,
  type CopyDays,
  type FieldProblemCode,
  fieldProblem,
  LAST_DATE,
  type LocalDate,
  type Playlist,
  type PlaylistId,
  type Schedule,
  type ScheduleId,
} from '#protocol'
import type { Content, Entry } from '../store/content.ts'
import { daypartFaults } from './dayparts.ts'
import type { Known } from './memory.ts'

/** A schedule holds at most so many extra dates, and one request makes at most so many copies. */
const MOST_DATES = 400
const MOST_COPIES = 2_000

const refuse = (field: string, code: FieldProblemCode): never => {
  throw new AppError('bad-input', {}, { fields: [{ field, message: fieldProblem(code) }] })
}

/** @throws AppError not-found */
export const chosenSchedules = ({ schedules }: Content, ids: readonly ScheduleId[]): Schedule[] =>
  [...new Set(ids)].map((id) => {
    const found = schedules.find((schedule) => schedule.id === id)
    if (!found) throw new AppError('not-found', { what: 'schedule' })
    return found
  })

/** Days farther apart than this are looked at by themselves. */
const NEAR_DAYS = 31

/** Few stretches that hold all these days: a rule is worked out from its beginning for each of them. */
const runsOfDays = (dates: ReadonlySet<LocalDate>): { from: LocalDate; to: LocalDate }[] => {
  const stretches: { from: LocalDate; to: LocalDate }[] = []
  for (const date of [...dates].sort()) {
    const last = stretches.at(-1)
    if (last && date <= addDays(last.to, NEAR_DAYS)) last.to = date
    else stretches.push({ from: date, to: date })
  }
  return stretches
}

/**
 * Schedules that also happen on other dates as they happen on some: the same schedules, with more
 * dates. Where nothing is new nothing is returned.
 * @throws AppError bad-input, where there are too many dates or they lie too far away
 */
export const copiedDays = (
  schedules: readonly Schedule[],
  { from, days, to }: Omit<CopyDays, 'scheduleIds'>,
): Schedule[] => {
  const last = addDays(from, days - 1)
  const source = datesFrom(from, last)
  const copied = new Set(
    to.flatMap((first) => Array.from({ length: days }, (_, index) => addDays(first, index))),
  )
  if (last > LAST_DATE) refuse('from', 'date-out-of-range')
  if ([...copied].some((date) => date > LAST_DATE)) refuse('to', 'date-out-of-range')
  const stretches = runsOfDays(copied)
  const onCopied = (time: Schedule['time']) =>
    new Set(
      stretches.flatMap((stretch) =>
        datesOf(time, stretch.from, stretch.to).filter((date) => copied.has(date)),
      ),
    )
  return schedules.flatMap((schedule) => {
    const { time } = schedule
    const happens = new Set(datesOf(time, from, last))
    const wanted = new Set<LocalDate>()
    for (const first of to) {
      source.forEach((date, index) => {
        if (happens.has(date)) wanted.add(addDays(first, index))
      })
    }
    const before = onCopied(time)
    if ([...wanted].every((date) => before.has(date))) return []
    const exceptDates = time.exceptDates.filter((date) => !wanted.has(date))
    const without = { ...time, exceptDates }
    const allowed = onCopied(without)
    const missing = [...wanted].filter((date) => !allowed.has(date))
    const extraDates = [...new Set([...time.extraDates, ...missing])].sort()
    if (extraDates.length > MOST_DATES) refuse('to', 'too-many-dates')
    const more = { ...without, extraDates }
    checkRecurrence(more)
    return [{ ...schedule, time: more }]
  })
}

/** Ids of a playlist and of all that it holds, itself first. */
const family = (id: PlaylistId, { playlists }: Content, seen = new Set<PlaylistId>()) => {
  if (seen.has(id)) return seen
  seen.add(id)
  for (const item of playlists.find((playlist) => playlist.id === id)?.items ?? [])
    if (item.kind === 'playlist') family(item.playlistId, { playlists } as Content, seen)
  return seen
}

/**
 * Copies schedules into other areas, one for each. A playlist that belongs to the area or above it is
 * shared; another is copied along, so that the area's own people can change it.
 * @param newId makes identities
 * @throws AppError bad-input, where an area lacks the window of a schedule
 */
export const copiedToAreas = (
  schedules: readonly Schedule[],
  areaIds: readonly AreaId[],
  draft: Content,
  known: Pick<Known, 'areas' | 'devices'>,
  newId: () => string,
): Entry[] => {
  const targets = [...new Set(areaIds)]
  if (schedules.length * targets.length > MOST_COPIES) refuse('areaIds', 'too-many-copies')
  const entries: Entry[] = []
  for (const areaId of targets) {
    const above = known.areas.get(areaId)?.ids ?? []
    const copies = new Map<PlaylistId, PlaylistId>()
    const carry = (id: PlaylistId): PlaylistId => {
      const playlist = draft.playlists.find((other) => other.id === id)
      if (!playlist || above.includes(playlist.areaId)) return id
      const lists = [...family(id, draft)].filter((one) => !copies.has(one))
      for (const one of lists) copies.set(one, newId() as PlaylistId)
      for (const one of lists) {
        const original = draft.playlists.find((other) => other.id === one)
        if (!original) continue
        const items = original.items.map((item) =>
          item.kind === 'playlist'
            ? { ...item, playlistId: copies.get(item.playlistId) ?? item.playlistId }
            : item,
        )
        const value: Playlist = {
          ...original,
          id: copies.get(one) ?? one,
          version: 1,
          areaId,
          items,
        }
        entries.push({ what: 'playlist', id: value.id, value })
      }
      return copies.get(id) ?? id
    }
    for (const schedule of schedules) {
      const playlistId = carry(schedule.playlistId)
      const { fillPlaylistId } = schedule
      const value: Schedule = {
        ...schedule,
        id: newId() as ScheduleId,
        version: 1,
        areaId,
        audience: { areaIds: [areaId], deviceIds: [] },
        playlistId,
        fillPlaylistId: fillPlaylistId === null ? null : carry(fillPlaylistId),
      }
      const [fault] = daypartFaults(value, draft, known)
      if (fault) {
        const field = `areaIds.${areaIds.indexOf(areaId)}`
        throw new AppError('bad-input', {}, { fields: [{ ...fault, field }] })
      }
      entries.push({ what: 'schedule', id: value.id, value })
    }
  }
  return entries
}
