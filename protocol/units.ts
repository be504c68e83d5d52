import { z } from 'zod'
import { fieldProblem } from './field-problems.ts'

/**
 * The first and the last date that anything is planned for, asked for or reported: what lies outside
 * is a slip of the hand, a broken clock or an attack. Within them, dates sort as their text does.
 */
export const FIRST_DATE = '2000-01-01'
export const LAST_DATE = '2199-12-31'

/** No instant lies after the last date in any zone. */
export const LAST_INSTANT_MS = Date.UTC(2199, 11, 31)

/**
 * An instant: milliseconds since 1970-01-01T00:00Z, by the server's clock unless a name says
 * otherwise. A device that has never known the time writes from 1970 on.
 */
export const EpochMs = z
  .int()
  .nonnegative()
  .max(LAST_INSTANT_MS, { error: fieldProblem('date-out-of-range') })
  .meta({ description: 'ms since 1970-01-01T00:00Z' })
export type EpochMs = z.infer<typeof EpochMs>

/** What a clock that is right can show, in ms with fractions: from FIRST_DATE to LAST_DATE. */
export const ClockInstant = z.number().min(Date.parse(FIRST_DATE)).max(LAST_INSTANT_MS)

/** A length of time in milliseconds. */
export const DurationMs = z.int().nonnegative().meta({ description: 'ms' })
export type DurationMs = z.infer<typeof DurationMs>

/** A position on a local day: elapsed milliseconds since its first instant; below 0 lies the day before. */
export const DayMs = z.int().meta({ description: 'ms since the first instant of the local day' })
export type DayMs = z.infer<typeof DayMs>

/** A calendar date, `YYYY-MM-DD`, from FIRST_DATE to LAST_DATE, that exists: 31 February is refused. */
export const LocalDate = z.iso
  .date({ error: fieldProblem('date-unknown'), abort: true })
  .refine((date) => FIRST_DATE <= date && date <= LAST_DATE, {
    error: fieldProblem('date-out-of-range'),
  })
export type LocalDate = z.infer<typeof LocalDate>

/** A wall-clock time, `HH:MM` or `HH:MM:SS`, before 24:00. */
export const LocalTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, { error: fieldProblem('time-unknown') })
  .meta({ description: 'HH:MM or HH:MM:SS' })
export type LocalTime = z.infer<typeof LocalTime>

/** The end of a window: as LocalTime, and 24:00 is midnight at the end of the day. */
export const LocalEndTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?|24:00(:00)?)$/, {
    error: fieldProblem('end-time-unknown'),
  })
  .meta({ description: 'HH:MM or HH:MM:SS, up to 24:00' })
export type LocalEndTime = z.infer<typeof LocalEndTime>

/** Whether a pair of times says the same time twice: then nobody can tell a whole day from a slip. */
export const isSameTime = (times: { startTime: string; endTime: string }): boolean =>
  times.startTime.padEnd(8, ':00') === times.endTime.padEnd(8, ':00')

/** Asking the platform about a zone takes a millisecond, and every manifest names one. */
const zones = new Map<string, boolean>()
const MOST_ZONES = 1_000

/** A zone of the IANA database that this machine knows. */
export const TimeZone = z
  .string()
  .refine(isTimeZone, { error: fieldProblem('time-zone-unknown') })
  .meta({ description: 'IANA time zone', example: 'Asia/Ho_Chi_Minh' })
export type TimeZone = z.infer<typeof TimeZone>

function isTimeZone(name: string): boolean {
  const known = zones.get(name)
  if (known !== undefined) return known
  let exists = true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    exists = false
  }
  // Names come from outside: what does not exist is not remembered without end.
  if (zones.size < MOST_ZONES) zones.set(name, exists)
  return exists
}

/** Rises with every edit. An edit names the version that it was made from: nobody's work is lost. */
export const Version = z.int().positive()
export type Version = z.infer<typeof Version>

/** A level relative to full scale; 0 is the loudest sample that fits, silence is `null` where it is allowed. */
export const Dbfs = z.number().max(0).meta({ description: 'dB relative to full scale' })
export type Dbfs = z.infer<typeof Dbfs>

/** Programme loudness after ITU-R BS.1770 (EBU R 128). */
export const Lufs = z.number().meta({ description: 'LUFS' })
export type Lufs = z.infer<typeof Lufs>

/** How loud, 0 to 100, as a share of the amplitude that the device may reach. */
export const VolumePercent = z.int().min(0).max(100)
export type VolumePercent = z.infer<typeof VolumePercent>
