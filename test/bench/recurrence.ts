import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { datesOf, ruleProblem } from '#playlists'
import type { TimeRule } from '#protocol'
import { atMost, type Report, reportOf, rounded } from './report.ts'

/**
 * Random rules that RFC 5545 allows, expanded by the server's code, python-dateutil and libical.
 * Needs python3 with dateutil, and libical: `apt-get install python3-dateutil libical3`.
 */

const SEEDS = [5545, 2445, 7529, 20_261_130]
const RULES_PER_SEED = 250
const YEARS = 12
const SHOWN = 40

/** Where no peer answers as the server does, and why RFC 5545 is on its side; dates in test/playlists/recurrence.test.ts. */
const JUDGED: Readonly<Record<string, string>> = {
  'FREQ=WEEKLY;BYDAY=FR;BYSETPOS=2': 'a week has one Friday; libical passes over BYSETPOS',
  'FREQ=WEEKLY;BYMONTH=6;BYSETPOS=2;UNTIL=20300410': 'as above',
  'FREQ=WEEKLY;BYDAY=TU,FR;BYSETPOS=2': 'the set is the whole week, also before the start',
  'FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,SA,MO;BYSETPOS=1': 'as above',
  'FREQ=YEARLY;INTERVAL=4;BYWEEKNO=53;BYDAY=SA,TU,MO': 'neither 2031 nor 2038 has a week 53',
  'FREQ=YEARLY;INTERVAL=1;BYDAY=45SA,TH': 'dateutil wants both of a day',
  'FREQ=YEARLY;BYDAY=49SU,SA,TH': 'as above',
  'FREQ=YEARLY;INTERVAL=2;BYWEEKNO=52,50,35;BYDAY=SU,MO': 'years are calendar years [RC13]',
  'FREQ=YEARLY;BYMONTHDAY=13,22,11,2;BYDAY=MO,-20WE,12SA;UNTIL=20300411':
    'BYDAY limits the days of the month (Note 2), each weekday with its number or without',
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

const createDice = (seed: number) => {
  let state = seed
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}
type Dice = ReturnType<typeof createDice>

const some = (dice: Dice, most: number, draw: () => string | number): string =>
  [...new Set(Array.from({ length: 1 + dice(most) }, draw))].join(',')

const signed = (dice: Dice, most: number) => (dice(4) === 0 ? -1 : 1) * (1 + dice(most))

const weekday = (dice: Dice): string => WEEKDAYS[dice(7)] as string

/** A rule that RFC 5545 allows: each frequency with the parts that its table has for it. */
const drawRule = (dice: Dice): string => {
  const frequency = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'YEARLY'][dice(5)] as string
  const parts: string[] = [`FREQ=${frequency}`]
  const isYearly = frequency === 'YEARLY'
  const has = (one: number) => dice(one) === 0
  if (has(3)) parts.push(`INTERVAL=${1 + dice(4)}`)
  if (has(3)) parts.push(`BYMONTH=${some(dice, 3, () => 1 + dice(12))}`)
  const weeks = isYearly && has(4)
  if (weeks) parts.push(`BYWEEKNO=${some(dice, 3, () => signed(dice, 53))}`)
  if (isYearly && has(4)) parts.push(`BYYEARDAY=${some(dice, 4, () => signed(dice, 366))}`)
  if (frequency !== 'WEEKLY' && has(3))
    parts.push(`BYMONTHDAY=${some(dice, 4, () => signed(dice, 31))}`)
  const isNumbered = (frequency === 'MONTHLY' || isYearly) && !weeks && has(2)
  const most = parts.some((part) => part.startsWith('BYMONTH=')) || !isYearly ? 5 : 53
  const numbered = () => `${isNumbered && !has(4) ? signed(dice, most) : ''}${weekday(dice)}`
  if (weeks || has(2)) parts.push(`BYDAY=${some(dice, 3, numbered)}`)
  if (parts.some((part) => part.startsWith('BY')) && has(5))
    parts.push(`BYSETPOS=${some(dice, 2, () => signed(dice, frequency === 'DAILY' ? 1 : 2))}`)
  if (has(4)) parts.push(`WKST=${weekday(dice)}`)
  // The peers follow a rule that is counted and never happens to the year 9999.
  const isSimple = parts.filter((part) => part.startsWith('BY')).length < 2
  if (isSimple && has(3)) parts.push(`COUNT=${1 + dice(30)}`)
  else if (has(4)) parts.push(`UNTIL=20${30 + dice(4)}0${1 + dice(9)}1${dice(9)}`)
  return parts.join(';')
}

type Question = { seed: number; rule: string; start: string; last: string }

const draw = (seed: number): Question[] => {
  const dice = createDice(seed)
  return Array.from({ length: RULES_PER_SEED }, () => {
    const two = (value: number) => String(value).padStart(2, '0')
    const year = 2024 + dice(4)
    const start = `${year}-${two(1 + dice(12))}-${two(1 + dice(28))}`
    return { seed, rule: drawRule(dice), start, last: `${year + YEARS}-12-31` }
  })
}

const ours = ({ rule, start, last }: Question): string[] => {
  const time: TimeRule = {
    startDate: start,
    startTime: '00:00',
    endTime: '01:00',
    daypart: null,
    rrule: rule,
    extraDates: [],
    exceptDates: [],
  }
  if (ruleProblem(time)) throw new Error(`refused, though allowed: ${rule}`)
  return datesOf(time, start, last, 'UTC')
}

type Answers = { dateutil: string[] | null; libical: string[] | null }

/** Undefined where this machine has not got what it takes. */
const peers = (questions: readonly Question[]): Answers[] | undefined => {
  const script = join(import.meta.dirname, 'recurrence-peers.py')
  const asked = spawnSync('python3', [script], {
    input: JSON.stringify(questions.map(({ rule, start, last }) => [rule, start, last])),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  return asked.status === 0 ? (JSON.parse(asked.stdout) as Answers[]) : undefined
}

const isEqual = (a: readonly string[], b: readonly string[] | null): boolean =>
  b !== null && a.join() === b.join()

export const recurrence = async (): Promise<Report> => {
  const questions = SEEDS.flatMap(draw)
  const started = performance.now()
  const found = questions.map(ours)
  const ms = performance.now() - started
  const answers = peers(questions)
  const counts = { dateutil: 0, libical: 0, nobody: 0 }
  let shown = 0
  questions.forEach((question, index) => {
    const own = found[index] as string[]
    const { dateutil = null, libical = null } = answers?.[index] ?? {}
    const agrees = {
      dateutil: isEqual(own, dateutil),
      libical: isEqual(own, libical),
    }
    for (const name of ['dateutil', 'libical'] as const) if (!agrees[name]) counts[name] += 1
    if (Object.values(agrees).some(Boolean) || question.rule in JUDGED) return
    counts.nobody += 1
    shown += 1
    if (shown <= SHOWN)
      process.stderr.write(
        `seed ${question.seed}: ${question.rule} from ${question.start}\n` +
          `  here     ${own.slice(0, 6).join(' ')}\n` +
          `  dateutil ${dateutil?.slice(0, 6).join(' ') ?? 'refused'}\n` +
          `  libical  ${libical?.slice(0, 6).join(' ') ?? 'refused'}\n`,
      )
  })
  const isComplete = answers !== undefined
  return reportOf('recurrence', {
    figures: {
      'rules, with kept seeds': questions.length,
      'ms a rule, 12 years': rounded(ms / questions.length, 3),
      'otherwise than python-dateutil': isComplete ? counts.dateutil : 'not here',
      'otherwise than libical': isComplete ? counts.libical : 'not here',
    },
    limit: {},
    goals: isComplete
      ? [atMost('rules with which no peer agrees, not judged', counts.nobody, 0)]
      : [],
  })
}
