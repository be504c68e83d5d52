import type { LocalDate } from '#protocol'
import { isoWeekday } from './weekday.ts'

/** The day of a month that is its last, whichever that is (RFC 5545 counts from the end). */
export const LAST_DAY = -1

/** A recurrence as people set it; `other` is one that they cannot, kept as it is. */
export type Recurrence =
  | { kind: 'once' }
  | { kind: 'daily'; interval: number; until: LocalDate | null }
  | { kind: 'weekly'; interval: number; weekdays: number[]; until: LocalDate | null }
  | { kind: 'monthly'; interval: number; monthDays: number[]; until: LocalDate | null }
  | {
      kind: 'monthlyByWeekday'
      interval: number
      /** Which of them: 1 is the first of the month, LAST_DAY the last. */
      nths: number[]
      weekdays: number[]
      until: LocalDate | null
    }
  | { kind: 'other'; rrule: string }

/** "The second and fourth Saturday" are chosen among these. */
export const NTHS = [1, 2, 3, 4, -1] as const

const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

const KNOWN = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'UNTIL', 'WKST'])

const partsOf = (rrule: string): Map<string, string> =>
  new Map(
    rrule
      .split(';')
      .filter(Boolean)
      .map((part) => {
        const [name = '', value = ''] = part.split('=')
        return [name.toUpperCase(), value]
      }),
  )

const untilOf = (value: string | undefined): LocalDate | null =>
  value ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}` : null

const NUMBERED = /^([+-]?\d+)(MO|TU|WE|TH|FR|SA|SU)$/

/** Every one of some weekdays by every one of some numbers, or undefined where a list is less than that. */
const numberedOf = (
  days: readonly string[],
): { nths: number[]; weekdays: number[] } | undefined => {
  const found = days.map((day) => NUMBERED.exec(day.toUpperCase()))
  const nths = [...new Set(found.map((match) => Number(match?.[1])))]
  const weekdays = [...new Set(found.map((match) => CODES.indexOf(match?.[2] ?? '') + 1))]
  const isWhole = new Set(days).size === nths.length * weekdays.length
  const isKnown = nths.every((nth) => NTHS.some((known) => known === nth)) && !weekdays.includes(0)
  return isWhole && isKnown ? { nths: inOrder(nths), weekdays: weekdays.sort() } : undefined
}

/** Days of a month as they come; the last one last. */
export const inOrder = (monthDays: readonly number[]): number[] =>
  monthDays.toSorted((a, b) => (a === LAST_DAY ? 1 : b === LAST_DAY ? -1 : a - b))

/** Reads an RRULE of RFC 5545. `startDate` decides where the rule itself does not. */
export const readRule = (rrule: string | null, startDate: LocalDate): Recurrence => {
  if (rrule === null) return { kind: 'once' }
  const parts = partsOf(rrule)
  const other: Recurrence = { kind: 'other', rrule }
  if ([...parts.keys()].some((name) => !KNOWN.has(name))) return other
  // An end with a time of day is nothing that people set here: it is kept as it is.
  if (parts.get('UNTIL')?.includes('T')) return other
  const interval = Number(parts.get('INTERVAL') ?? 1)
  const until = untilOf(parts.get('UNTIL'))
  const days = parts.get('BYDAY')?.split(',')
  const monthDays = parts.get('BYMONTHDAY')?.split(',').map(Number)
  switch (parts.get('FREQ')?.toUpperCase()) {
    case 'DAILY':
      return days || monthDays ? other : { kind: 'daily', interval, until }
    case 'WEEKLY': {
      const weekdays = (days ?? []).map((code) => CODES.indexOf(code.toUpperCase()) + 1)
      if (monthDays || weekdays.includes(0)) return other
      return {
        kind: 'weekly',
        interval,
        weekdays: weekdays.length > 0 ? weekdays.sort() : [isoWeekday(startDate)],
        until,
      }
    }
    case 'MONTHLY': {
      const numbered = days && !monthDays ? numberedOf(days) : undefined
      if (numbered) return { kind: 'monthlyByWeekday', interval, ...numbered, until }
      if (days || monthDays?.some((day) => !(day >= LAST_DAY && day !== 0))) return other
      return {
        kind: 'monthly',
        interval,
        monthDays: monthDays ?? [Number(startDate.slice(8))],
        until,
      }
    }
    default:
      return other
  }
}

/** The RRULE, or null for one day only. */
export const writeRule = (recurrence: Recurrence): string | null => {
  if (recurrence.kind === 'once') return null
  if (recurrence.kind === 'other') return recurrence.rrule
  const { interval, until } = recurrence
  const frequency = recurrence.kind === 'monthlyByWeekday' ? 'monthly' : recurrence.kind
  const parts = [`FREQ=${frequency.toUpperCase()}`]
  if (interval > 1) parts.push(`INTERVAL=${interval}`)
  if (recurrence.kind === 'weekly') {
    const codes = recurrence.weekdays.toSorted().map((day) => CODES[day - 1])
    parts.push(`BYDAY=${codes.join(',')}`)
  }
  if (recurrence.kind === 'monthly')
    parts.push(`BYMONTHDAY=${inOrder(recurrence.monthDays).join(',')}`)
  if (recurrence.kind === 'monthlyByWeekday') {
    const { nths, weekdays } = recurrence
    const codes = weekdays.toSorted().map((day) => CODES[day - 1])
    parts.push(`BYDAY=${inOrder(nths).flatMap((nth) => codes.map((code) => `${nth}${code}`))}`)
  }
  if (until) parts.push(`UNTIL=${until.replaceAll('-', '')}`)
  return parts.join(';')
}
