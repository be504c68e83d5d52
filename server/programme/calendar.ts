import ical, { ICalEventStatus } from 'ical-generator'
import { addDays, dateAt, occurrencesOf } from '#playlists'
import type { EpochMs } from '#protocol'
import { type Audience, type Audiences, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'

const DAYS_BEHIND = 14
const DAYS_AHEAD = 90
const READ_AGAIN_S = 900

/**
 * When schedules are on, as a calendar (RFC 5545). Each occurrence is an event of its own, in UTC:
 * dayparts and policies move them in ways that no RRULE can tell.
 */
export const calendarOf = (
  name: string,
  audiences: readonly Audience[],
  { programme }: Pick<Audiences, 'programme'>,
  now: EpochMs,
): string => {
  const calendar = ical({
    name,
    prodId: { company: 'Loabang', product: 'Lịch phát', language: 'VI' },
    ttl: READ_AGAIN_S,
  })
  const told = new Set<string>()
  for (const audience of audiences) {
    const today = dateAt(now, audience.timeZone)
    const [first, last] = [addDays(today, -DAYS_BEHIND), addDays(today, DAYS_AHEAD)]
    const compiler = compilerFor(programme, first)
    for (const schedule of audience.schedules) {
      const playlist = programme.playlists.get(schedule.playlistId)
      const place = placeOf(audience, playlist?.channel ?? 'audio')
      for (const { from, to } of occurrencesOf(compiler, schedule, place, first, last)) {
        const id = `${schedule.id}-${from}@loabang`
        if (told.has(id)) continue
        told.add(id)
        calendar.createEvent({
          id,
          start: new Date(from),
          end: new Date(to),
          stamp: new Date(now),
          summary: schedule.name,
          description: playlist?.name ?? '',
          categories: [{ name: schedule.priority }],
          status: ICalEventStatus.CONFIRMED,
        })
      }
    }
  }
  return calendar.toString()
}
