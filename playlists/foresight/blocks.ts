import type { Block, LocalDate, ScheduleId } from '#protocol'
import type { Claim } from '../compile/claims.ts'
import type { Compiler } from '../compile/compiler.ts'
import { meet, type Span, shifted, union, without } from '../spans.ts'
import type { Hearers } from './hearers.ts'

/** Where each schedule really is on air, on the axis of time. */
const airedOf = (
  compiler: Compiler,
  { schedules, place }: Hearers,
  dates: readonly LocalDate[],
) => {
  const calendar = compiler.calendarOf(place.timeZone)
  const aired = new Map<ScheduleId, Span[]>()
  for (const date of dates) {
    for (const segment of compiler.day(schedules, place, date).segments) {
      for (const { id } of segment.because.schedules) {
        const spans = aired.get(id) ?? []
        spans.push(shifted({ from: segment.from, to: segment.to }, calendar.startOf(date)))
        aired.set(id, spans)
      }
    }
  }
  return aired
}

const codesOf = (claims: readonly Claim[]): string[] =>
  [
    ...new Set(
      claims.flatMap(({ items }) => items.flatMap(({ themes }) => themes.map(({ code }) => code))),
    ),
  ].sort()

const blocksOn = (
  compiler: Compiler,
  hearers: Hearers,
  date: LocalDate,
  aired: ReadonlyMap<ScheduleId, readonly Span[]>,
  drafts: ReadonlySet<ScheduleId>,
): Block[] => {
  const { schedules, place } = hearers
  const start = compiler.calendarOf(place.timeZone).startOf(date)
  const { own, claims, requests } = compiler.claimsOn(schedules, place, date)
  return requests.map(({ schedule, window, withheld }): Block => {
    const { id, name, priority } = schedule
    const mine = own.filter((claim) => claim.schedule.id === id)
    const wish = mine.length > 0 ? union(mine) : [window]
    const rivals = claims.filter(
      (other) => other.schedule.id !== id && other.schedule.priority === priority,
    )
    const isConflict =
      place.channel === 'audio' && mine.some((claim) => rivals.some((rival) => meet(rival, claim)))
    const overridden = wish
      .map((span) => shifted(span, start))
      .flatMap((span) => without(span, aired.get(id) ?? []))
    return {
      from: start + (wish[0] ?? window).from,
      to: start + (wish.at(-1) ?? window).to,
      schedule: { id, name },
      channel: place.channel,
      priority,
      themeCodes: codesOf(mine),
      devices: hearers.devices.length,
      withheld: withheld.length,
      overridden,
      isConflict,
      isDraft: drafts.has(id),
    }
  })
}

/**
 * The blocks of one row of the schedule page: one for each window of each schedule, as long as it is
 * on air, or as its window where nothing of it is. Equal blocks of several hearers are one.
 * @param drafts the schedules that are not published as they are
 */
export const blocksOf = (
  compiler: Compiler,
  groups: readonly Hearers[],
  first: LocalDate,
  last: LocalDate,
  drafts: ReadonlySet<ScheduleId> = new Set(),
): Block[] => {
  const blocks = new Map<string, Block>()
  for (const hearers of groups) {
    const calendar = compiler.calendarOf(hearers.place.timeZone)
    const dates: LocalDate[] = []
    for (let date = first; date <= last; date = calendar.dayAfter(date, 1)) dates.push(date)
    const aired = airedOf(compiler, hearers, [...dates, calendar.dayAfter(last, 1)])
    for (const date of dates) {
      for (const { devices, ...block } of blocksOn(compiler, hearers, date, aired, drafts)) {
        const key = JSON.stringify(block)
        const known = blocks.get(key)
        blocks.set(key, { ...block, devices: devices + (known?.devices ?? 0) })
      }
    }
  }
  return [...blocks.values()].sort(
    (a, b) => a.from - b.from || a.to - b.to || (a.schedule.id < b.schedule.id ? -1 : 1),
  )
}
