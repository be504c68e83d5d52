import type { DayPlan, LocalDate, Policy, PolicyWindow, VolumeCeiling, Weekday } from '#protocol'
import type { Calendar } from '../recurrence/calendar.ts'
import { meet, type Span, shifted, union } from '../spans.ts'

/** What a policy says from the day before a date to the day after it, counted from that date's start. */
export type PolicyDay = {
  /** null: always. */
  windows: readonly Span[] | null
  quiet: readonly Span[]
  blank: readonly Span[]
  ceilings: DayPlan['ceilings']
}

const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7]

/** Where ceilings lie over each other the lowest holds [PL8]. */
const lowest = (ceilings: readonly (Span & { volume: number })[]): DayPlan['ceilings'] => {
  const edges = [...new Set(ceilings.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const flat: DayPlan['ceilings'] = []
  edges.slice(1).forEach((to, index) => {
    const span = { from: edges[index] as number, to }
    const over = ceilings.filter((ceiling) => meet(ceiling, span))
    if (over.length === 0) return
    const volume = Math.min(...over.map((ceiling) => ceiling.volume))
    const last = flat.at(-1)
    if (last?.to === span.from && last.volume === volume) last.to = to
    else flat.push({ ...span, volume })
  })
  return flat
}

export const policyDay = (policy: Policy, date: LocalDate, calendar: Calendar): PolicyDay => {
  const days: { date: LocalDate; at: number }[] = [{ date, at: 0 }]
  for (const by of [-2, -1, 1, 2]) {
    const other = calendar.dayAfter(date, by)
    days.push({ date: other, at: calendar.startOf(other) - calendar.startOf(date) })
  }
  const spansOf = (window: Pick<PolicyWindow, 'startTime' | 'endTime'> & { weekdays: Weekday[] }) =>
    days
      .filter((day) => window.weekdays.includes(calendar.weekdayOf(day.date)))
      .map((day) => shifted(calendar.windowOf(day.date, window), day.at))
  const all = (windows: readonly PolicyWindow[] | null): Span[] =>
    union((windows ?? []).flatMap(spansOf))
  const ceilingSpans = ({ volume, ...times }: VolumeCeiling) =>
    spansOf({ ...times, weekdays: [...EVERY_DAY] }).map((span) => ({ ...span, volume }))
  return {
    windows: policy.broadcastWindows && all(policy.broadcastWindows),
    quiet: all(policy.quietHours),
    blank: all(policy.screenBlank),
    ceilings: lowest((policy.volumeCeilings ?? []).flatMap(ceilingSpans)),
  }
}
