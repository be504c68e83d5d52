import type { LocalDate, LocalTime, TimeZone } from '#protocol'
import { addDays, dateAt, instantAt } from './local-time.ts'
import type { Until } from './rule.ts'

/**
 * The last date on which a window that starts at `startTime` may begin: at UNTIL at the latest, which
 * is a date, a wall time of the zone or an instant [RC11].
 */
export const lastDateOf = (
  { date, time, isUtc }: Until,
  startTime: LocalTime,
  timeZone: TimeZone,
): LocalDate => {
  if (time === null) return date
  const until = instantAt(date, time, isUtc ? 'UTC' : timeZone)
  const localDate = dateAt(until, timeZone)
  return instantAt(localDate, startTime, timeZone) <= until ? localDate : addDays(localDate, -1)
}
