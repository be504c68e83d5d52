import type { EpochMs, LocalDate, TimeZone } from '#protocol'

/** Zone of times that belong to no device. */
export const HOME_ZONE: TimeZone = 'Asia/Ho_Chi_Minh'

const formats = new Map<string, Intl.DateTimeFormat>()

const format = (timeZone: TimeZone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = timeZone + JSON.stringify(options)
  const known =
    formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options })
  formats.set(key, known)
  return known
}

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
const DATE = { day: '2-digit', month: '2-digit', year: 'numeric' } as const

/** HH:mm:ss */
export const timeOfDay = (at: EpochMs, timeZone: TimeZone): string =>
  format(timeZone, TIME).format(at)

/** dd/mm/yyyy HH:mm */
export const dateTime = (at: EpochMs, timeZone: TimeZone): string =>
  format(timeZone, { ...DATE, hour: '2-digit', minute: '2-digit' })
    .format(at)
    .replace(',', '')

/** dd/mm/yyyy HH:mm:ss */
export const exactTime = (at: EpochMs, timeZone: TimeZone): string =>
  format(timeZone, { ...DATE, ...TIME })
    .format(at)
    .replace(',', '')

/** HH:mm:ss today, with the date before on other days. */
export const recentTime = (at: EpochMs, timeZone: TimeZone, now: EpochMs): string => {
  const day = format(timeZone, DATE)
  return day.format(at) === day.format(now) ? timeOfDay(at, timeZone) : dateTime(at, timeZone)
}

/** m:ss, or h:mm:ss from an hour on. */
export const length = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const rest = String(seconds % 60).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${rest}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

/** HH:mm */
export const clock = (at: EpochMs, timeZone: TimeZone): string =>
  format(timeZone, { hour: '2-digit', minute: '2-digit' }).format(at)

/** dd/mm/yyyy */
export const dayOf = (date: LocalDate): string => date.split('-').toReversed().join('/')

/** dd/mm */
export const shortDay = (date: LocalDate): string => dayOf(date).slice(0, 5)
