import type { Conflict, LocalDate, Schedule } from '#protocol'
import { byPrecedence } from '../compile/claims.ts'
import type { Compiler } from '../compile/compiler.ts'
import { performAlone } from '../compile/perform.ts'
import { meet, type Span } from '../spans.ts'
import type { Hearers } from './hearers.ts'

const NAMED = 5

/** A window as it would be on air if nobody else were. */
type Wish = Span & { schedule: Schedule; windowStart: number; date: LocalDate; runs: Span[] }

type Meeting = Pick<Conflict, 'from' | 'to' | 'schedule' | 'other' | 'winner' | 'choice'> & {
  dates: Set<LocalDate>
  devices: Set<string>
}

const wishesOn = (compiler: Compiler, { schedules, place }: Hearers, date: LocalDate): Wish[] => {
  const start = compiler.calendarOf(place.timeZone).startOf(date)
  return compiler.requestsOn(schedules, place, date).flatMap((request): Wish[] => {
    const runs = performAlone(request, place).runs.map(({ from, to }) => ({
      from: from + start,
      to: to + start,
    }))
    const [head, tail] = [runs[0], runs.at(-1)]
    if (!head || !tail) return []
    const { schedule, window } = request
    const windowStart = start + window.from
    return [{ from: head.from, to: tail.to, schedule, windowStart, date, runs }]
  })
}

const firstMeeting = (a: Wish, b: Wish): Span | undefined => {
  for (const one of a.runs) {
    const other = b.runs.find((run) => meet(run, one))
    if (other) return { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
  }
  return undefined
}

const note = (found: Map<string, Meeting>, a: Wish, b: Wish, span: Span, hearers: Hearers) => {
  const [first, second] = byPrecedence(a, b) < 0 ? [a, b] : [b, a]
  // Who takes is the one that was made to: the other would have had it.
  const isTaken = first.schedule.onConflict === 'replace'
  const [asks, has] = isTaken ? [first, second] : [second, first]
  const key = `${asks.schedule.id} ${has.schedule.id}`
  const { id, name, onConflict } = asks.schedule
  const known = found.get(key)
  const meeting = known ?? {
    ...span,
    schedule: { id, name },
    other: { id: has.schedule.id, name: has.schedule.name },
    winner: first.schedule.id,
    choice: onConflict,
    dates: new Set<LocalDate>(),
    devices: new Set<string>(),
  }
  if (span.from < meeting.from) Object.assign(meeting, span)
  meeting.dates.add(asks.date)
  for (const device of hearers.devices) meeting.devices.add(device)
  found.set(key, meeting)
}

/**
 * Where two schedules of one class want one loudspeaker at the same time [CF1], over all hearers and
 * days. Whoever would be silent anyway, by policy or because its playlist has ended, is in nobody's way.
 * @param only keep to the conflicts of this schedule
 */
export const findConflicts = (
  compiler: Compiler,
  groups: readonly Hearers[],
  first: LocalDate,
  last: LocalDate,
  only?: Schedule['id'],
): Conflict[] => {
  const found = new Map<string, Meeting>()
  for (const hearers of groups) {
    if (hearers.place.channel !== 'audio' || hearers.devices.length === 0) continue
    const calendar = compiler.calendarOf(hearers.place.timeZone)
    let before = wishesOn(compiler, hearers, calendar.dayAfter(first, -1))
    for (let date = first; date <= last; date = calendar.dayAfter(date, 1)) {
      const today = wishesOn(compiler, hearers, date)
      const start = calendar.startOf(date)
      const all = [...before.filter(({ to }) => to > start), ...today]
      for (const [index, a] of today.entries()) {
        for (const b of all.slice(0, all.length - today.length + index)) {
          if (a.schedule.id === b.schedule.id || a.schedule.priority !== b.schedule.priority)
            continue
          if (only !== undefined && a.schedule.id !== only && b.schedule.id !== only) continue
          const span = firstMeeting(a, b)
          if (span) note(found, a, b, span, hearers)
        }
      }
      before = today
    }
  }
  return [...found.values()]
    .map(({ dates, devices, ...conflict }) => ({
      ...conflict,
      devices: devices.size,
      deviceNames: [...devices].sort().slice(0, NAMED),
      days: dates.size,
    }))
    .sort(
      (a, b) =>
        a.from - b.from || (a.schedule.id + a.other.id < b.schedule.id + b.other.id ? -1 : 1),
    )
}
