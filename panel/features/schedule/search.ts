import { getRouteApi } from '@tanstack/react-router'
import { z } from 'zod'
import { addDays, dateAt } from '#playlists'
import { AreaId, DeviceId, LocalDate, LocalTime, PlaylistId, ScheduleId } from '#protocol'
import { serverNow } from '../../server.ts'
import { HOME_ZONE } from '../../ui/when.ts'
import { mondayOf } from './recurrence/weekday.ts'

const RowId = z.union([AreaId, DeviceId])

/** What the address of the schedule page says. */
export const scheduleSearchShape = {
  areaId: AreaId,
  view: z.enum(['day', 'week', 'month']),
  date: LocalDate,
  rows: z.enum(['communes', 'children', 'devices']),
  channel: z.enum(['audio', 'screen']),
  draft: z.enum(['draft', 'published']),
  hours: z.enum(['air', 'all']),
  /** The opened block: its schedule, its day and its row. */
  block: ScheduleId,
  on: LocalDate,
  row: RowId,
  /** The opened form, and what it is filled with. */
  edit: z.union([z.literal('new'), ScheduleId]),
  playlistId: PlaylistId,
  from: LocalTime,
  to: z.string().regex(/^\d\d:\d\d$/),
  copy: z.enum(['days', 'areas']),
}
const Search = z.object(scheduleSearchShape).partial()
export type ScheduleSearch = z.infer<typeof Search>

const route = getRouteApi('/schedule/')

/** Where on the schedule page one is, and how to go elsewhere. */
export const useScheduleSearch = () => {
  const search = route.useSearch() as ScheduleSearch
  const navigate = route.useNavigate()
  return {
    search,
    go: (change: ScheduleSearch, ignoreBlocker = false) =>
      void navigate({
        search: (before: ScheduleSearch) => ({ ...before, ...change }) as never,
        ignoreBlocker,
      }),
  }
}

const daysOfMonth = (date: LocalDate): number =>
  new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate()

/** The days that are shown. */
export const rangeOf = ({
  view = 'week',
  date,
}: ScheduleSearch): { from: LocalDate; days: number } => {
  const day = date ?? dateAt(serverNow(), HOME_ZONE)
  if (view === 'day') return { from: day, days: 1 }
  if (view === 'month') return { from: `${day.slice(0, 8)}01`, days: daysOfMonth(day) }
  return { from: mondayOf(day), days: 7 }
}

/** What to ask the server for to show them. */
export const questionOf = (search: ScheduleSearch) => {
  const { from, days } = rangeOf(search)
  return {
    areaId: search.areaId,
    rows: search.rows ?? 'communes',
    channel: search.channel,
    from,
    to: addDays(from, days - 1),
    view: search.draft ?? 'draft',
  } as const
}

/** The first day of the range before or after. */
export const stepped = (search: ScheduleSearch, step: 1 | -1): LocalDate => {
  const { from, days } = rangeOf(search)
  return step > 0 ? addDays(from, days) : addDays(from, search.view === 'month' ? -1 : -days)
}
