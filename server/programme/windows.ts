import { addDays, datesOf, instantAt, weekdayOf } from '#playlists'
import type { Daypart, EpochMs, LocalDate, Policy, Schedule, TimeZone } from '#protocol'

export type Window = { date: LocalDate; from: EpochMs; to: EpochMs }

/** The times of a named window on a date; undefined where it does not exist on it. */
const daypartTimes = ({ startTime, endTime, exceptions }: Daypart, date: LocalDate) => {
  const exception = exceptions.find(({ weekday }) => weekday === weekdayOf(date))
  return exception ? (exception.times ?? undefined) : { startTime, endTime }
}

/** When a schedule wants to be on air in an area on dates, by its own rule and the area's dayparts. */
export const windowsOf = (
  { time }: Pick<Schedule, 'time'>,
  { policy, timeZone }: { policy: Policy; timeZone: TimeZone },
  first: LocalDate,
  last: LocalDate,
): Window[] => {
  const daypart =
    time.daypart === null ? undefined : policy.dayparts?.find(({ code }) => code === time.daypart)
  return datesOf(time, first, last).flatMap((date) => {
    const times = daypart ? daypartTimes(daypart, date) : time
    if (!times) return []
    const endDate = times.endTime <= times.startTime ? addDays(date, 1) : date
    const from = instantAt(date, times.startTime, timeZone)
    return [{ date, from, to: instantAt(endDate, times.endTime, timeZone) }]
  })
}
