import { type FieldProblemCode, LocalDate } from '#protocol'

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
type Frequency = (typeof FREQUENCIES)[number]

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/** The last moment of a rule: a date, a wall time in the schedule's zone, or a time in UTC. */
export type Until = { date: LocalDate; time: string | null; isUtc: boolean }

/** An RRULE over dates, read. A list that is empty was not there. */
export type Rule = {
  frequency: Frequency
  interval: number
  count: number | null
  until: Until | null
  /** Monday is 1. */
  weekStart: number
  months: readonly number[]
  weeks: readonly number[]
  yearDays: readonly number[]
  monthDays: readonly number[]
  /** `nth` is null where every such weekday is meant. */
  weekdays: readonly { weekday: number; nth: number | null }[]
  positions: readonly number[]
}

/** Why a rule is refused: the part of it that is wrong, and what to do about it. */
export type RuleProblem = { part: string; message: FieldProblemCode }

const NUMBERED_DAY = /^([+-]?(?:[1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)$/
const UNTIL = /^(\d{4})(\d\d)(\d\d)(?:T((?:[01]\d|2[0-3])[0-5]\d[0-5]\d)(Z?))?$/
const BELOW_A_DAY = /^FREQ=(HOURLY|MINUTELY|SECONDLY)$|^BY(HOUR|MINUTE|SECOND)=/

const isWithin =
  (least: number, most: number) =>
  (text: string): boolean =>
    text
      .split(',')
      .every(
        (part) =>
          /^[+-]?\d{1,3}$/.test(part) &&
          Math.abs(Number(part)) >= least &&
          Math.abs(Number(part)) <= most,
      )

const isAmong =
  (words: readonly string[]) =>
  (text: string): boolean =>
    words.includes(text)

const untilOf = (text: string): Until | null => {
  const [, year, month, day, time, zone] = UNTIL.exec(text) ?? []
  const date = LocalDate.safeParse(`${year}-${month}-${day}`)
  if (!date.success) return null
  const clock = time ? `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}` : null
  return { date: date.data, time: clock, isUtc: zone === 'Z' }
}

/** What the values of each part look like. */
const PARTS: Readonly<Record<string, (text: string) => boolean>> = {
  FREQ: isAmong(FREQUENCIES),
  INTERVAL: (text) => /^[1-9]\d{0,3}$/.test(text),
  COUNT: (text) => /^[1-9]\d{0,8}$/.test(text),
  UNTIL: (text) => untilOf(text) !== null,
  BYDAY: (text) => text.split(',').every((part) => NUMBERED_DAY.test(part)),
  BYMONTH: (text) => isWithin(1, 12)(text) && !text.includes('-'),
  BYMONTHDAY: isWithin(1, 31),
  BYYEARDAY: isWithin(1, 366),
  BYWEEKNO: isWithin(1, 53),
  BYSETPOS: isWithin(1, 366),
  WKST: isAmong(WEEKDAYS),
}

const wrongPart = (parts: readonly string[]): RuleProblem | undefined => {
  const names: string[] = []
  for (const part of parts) {
    const [name = '', value = '', ...more] = part.split('=')
    const refused = (message: FieldProblemCode) => ({ part, message })
    if (BELOW_A_DAY.test(part)) return refused('rule-below-a-day')
    const isRight = PARTS[name]
    if (!isRight) return refused('rule-part-unknown')
    if (names.includes(name)) return refused('rule-part-twice')
    if (more.length > 0 || !isRight(value))
      return refused(name === 'UNTIL' ? 'rule-until' : 'rule-value')
    names.push(name)
  }
  if (!names.includes('FREQ')) return { part: 'FREQ', message: 'rule-frequency-missing' }
  if (names.includes('COUNT') && names.includes('UNTIL'))
    return { part: 'COUNT, UNTIL', message: 'rule-count-and-until' }
  return undefined
}

/** What RFC 5545, section 3.3.10, forbids of parts that are right by themselves [RC9]. */
const wrongTogether = (values: ReadonlyMap<string, string>): RuleProblem | undefined => {
  const frequency = values.get('FREQ')
  const refused = (name: string, message: FieldProblemCode): RuleProblem => ({
    part: `${name}=${values.get(name)}`,
    message,
  })
  const isNumbered = /\d/.test(values.get('BYDAY') ?? '')
  if (isNumbered && (frequency === 'DAILY' || frequency === 'WEEKLY'))
    return refused('BYDAY', 'rule-numbered-weekday')
  if (isNumbered && values.has('BYWEEKNO')) return refused('BYDAY', 'rule-numbered-in-week')
  if (frequency === 'WEEKLY' && values.has('BYMONTHDAY'))
    return refused('BYMONTHDAY', 'rule-month-day-in-week')
  if (frequency !== 'YEARLY') {
    const ofYears = ['BYYEARDAY', 'BYWEEKNO'].find((name) => values.has(name))
    if (ofYears) return refused(ofYears, 'rule-of-years')
  }
  const chooses = [...values.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS')
  return values.has('BYSETPOS') && !chooses ? refused('BYSETPOS', 'rule-position-alone') : undefined
}

/** Reads the value of an RRULE, or says which part of it is refused and why [RC7, RC9]. */
export const readRule = (rrule: string): Rule | RuleProblem => {
  const text = rrule.toUpperCase()
  const isPlain = /^[^;\s:]+(;[^;\s:]+)*$/.test(text)
  if (!isPlain) return { part: rrule, message: 'rule-punctuation' }
  const parts = text.split(';')
  const wrong = wrongPart(parts)
  if (wrong) return wrong
  const values = new Map(parts.map((part) => part.split('=') as [string, string]))
  const forbidden = wrongTogether(values)
  if (forbidden) return forbidden
  const numbers = (name: string) => values.get(name)?.split(',').map(Number) ?? []
  const weekdayOf = (code: string | undefined) =>
    (WEEKDAYS as readonly string[]).indexOf(code ?? '') + 1
  return {
    frequency: values.get('FREQ') as Frequency,
    interval: Number(values.get('INTERVAL') ?? 1),
    count: values.has('COUNT') ? Number(values.get('COUNT')) : null,
    until: untilOf(values.get('UNTIL') ?? ''),
    weekStart: weekdayOf(values.get('WKST') ?? 'MO'),
    months: numbers('BYMONTH'),
    weeks: numbers('BYWEEKNO'),
    yearDays: numbers('BYYEARDAY'),
    monthDays: numbers('BYMONTHDAY'),
    weekdays: (values.get('BYDAY')?.split(',') ?? []).map((part) => {
      const [, nth, code] = NUMBERED_DAY.exec(part) ?? []
      return { weekday: weekdayOf(code), nth: nth === undefined ? null : Number(nth) }
    }),
    positions: numbers('BYSETPOS'),
  }
}
