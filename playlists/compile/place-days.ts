import type {
  Campaign,
  LocalDate,
  Policy,
  Schedule,
  ThemeId,
  ThemeSnapshot,
  Withheld,
} from '#protocol'
import { interning, memo } from '../memo.ts'
import { type PolicyDay, policyDay } from '../policy/policy-day.ts'
import { windowOn } from '../policy/window.ts'
import type { Calendar } from '../recurrence/calendar.ts'
import type { Happening } from '../recurrence/happening.ts'
import { reachOf } from '../sequence/reach.ts'
import { activeThemes } from '../themes/eligibility.ts'
import type { Place, Programme } from './programme.ts'
import { lost, type Request, requestOf, type Said, scriptOf } from './request.ts'

const DAY_MS = 86_400_000

type Active = { key: number; themes: ReadonlyMap<ThemeId, ThemeSnapshot> }

/** The themes of each date, one object for all dates that have the same. */
export const activeOn = (campaigns: readonly Campaign[]) => {
  const intern = interning<Active>()
  let count = 0
  return memo((date: LocalDate): Active => {
    const themes = activeThemes(campaigns, date)
    count += 1
    return intern([...themes.keys()].sort().join(), { key: count, themes })
  })
}

/** What a window of a schedule asks for, or why it does not exist; `key` is the same where that is the same. */
export type Asked = { key: number } & ({ request: Request } | { missing: Withheld })

/** What holds in one place, date by date. */
export type PlaceDays = {
  calendar: Calendar
  policyOn: (date: LocalDate) => { key: string; day: PolicyDay }
  /** null where the schedule does not happen. */
  asked: (schedule: Schedule, date: LocalDate) => Asked | null
}

type Shared = {
  programme: Programme
  active: (date: LocalDate) => Active
  happening: (schedule: Schedule) => Happening
}

export const placeDays = (
  { policy, channel }: { policy: Policy; channel: Place['channel'] },
  calendar: Calendar,
  { programme, active, happening }: Shared,
): PlaceDays => {
  const place: Place = { timeZone: calendar.timeZone, channel, policy }
  let count = 0

  const madePolicyDays = interning<{ key: string; day: PolicyDay }>()
  const policyOn = memo((date: LocalDate) => {
    const around = [-2, -1, 0, 1, 2].map((days) => calendar.dayAfter(date, days))
    const isPlain = around.every((day) => calendar.lengthOf(day) === DAY_MS)
    // Policies speak of weekdays: all plain Mondays are one.
    const key = isPlain ? String(calendar.weekdayOf(date)) : date
    return madePolicyDays(key, { key, day: policyDay(policy, date, calendar) })
  })

  const scheduleDays = memo((schedule: Schedule) => {
    const { turns, isDated } = reachOf(schedule, policy, programme)
    const scripts = new Map<string, Said>()
    const known = memo((_alike: string) => ({ items: new Map(), fill: new Map() }))
    const scriptOn = (date: LocalDate) => {
      const { key, themes } = active(date)
      const valid = turns.filter((turn) => turn <= date).length
      const alike = `${key} ${valid}`
      const name = isDated ? date : alike
      let said = scripts.get(name)
      if (!said) {
        const turn = () => happening(schedule).turnOf(date)
        const day = { date, turn, active: themes, known: known(alike) }
        said = scriptOf(schedule, programme, place, day)
        scripts.set(name, said)
      }
      return { name, said }
    }
    const asking = new Map<string, Asked>()
    const ask = (date: LocalDate): Asked => {
      const window = windowOn(schedule.time, date, policy, calendar)
      const { name, said } = scriptOn(date)
      const law = policyOn(date)
      const text = window ? `${window.from} ${window.to} ${law.key} ${name}` : ''
      const known = asking.get(text)
      if (known) return known
      count += 1
      const fresh = window
        ? { key: count, request: requestOf(schedule, window, said, place, law.day) }
        : { key: count, missing: lost(schedule, 'daypart-missing', null) }
      asking.set(text, fresh)
      return fresh
    }
    return memo((date: LocalDate): Asked | null =>
      // A date that the zone leaves out has no time of day [TM7].
      happening(schedule).on(date) && calendar.lengthOf(date) > 0 ? ask(date) : null,
    )
  })

  return { calendar, policyOn, asked: (schedule, date) => scheduleDays(schedule)(date) }
}
