import {
  comparePriority,
  type EpochMs,
  type Explanation,
  type LocalDate,
  type Schedule,
  type Sha256,
  type TimelineEntry,
  type Withheld,
} from '#protocol'
import type { Claim } from '../compile/claims.ts'
import type { Compiler } from '../compile/compiler.ts'
import type { Request } from '../compile/request.ts'
import { dateAt } from '../recurrence/local-time.ts'
import { type Entry, entryAt, nextEntry } from '../timeline/entries.ts'
import { timelineOf } from '../timeline/timeline.ts'
import type { Hearers } from './hearers.ts'
import { toTimelineEntry } from './shown.ts'

type OfChannel = Explanation['channels'][number]

/** How far ahead something is looked for that comes next. */
const DAYS_AHEAD = 7

const contains = ({ from, to }: { from: number; to: number }, at: number): boolean =>
  from <= at && at < to

/** Plans that were never turned into bytes have no hash. */
const UNNAMED = '' as Sha256

const reasonOf = (
  request: Request,
  claims: readonly Claim[],
  at: number,
  entry: TimelineEntry | null,
): OfChannel['others'][number]['reason'] => {
  const { schedule, closed, script } = request
  const wants = claims.some((claim) => claim.schedule.id === schedule.id && contains(claim, at))
  if (wants) {
    const isBelow = entry && comparePriority(entry.because.priority, schedule.priority) > 0
    return isBelow ? 'lower-class' : 'conflict'
  }
  if (script.units.length + script.fill.length === 0) return 'withheld'
  if (closed.some((span) => contains(span, at))) return 'policy'
  // The next round by the clock has not come yet, or the schedule queues behind another one.
  const comesLater = claims.some(({ schedule: { id }, from }) => id === schedule.id && from > at)
  return comesLater ? 'later' : 'ended'
}

/**
 * Why something is on air at an instant, or why nothing is: for past and future alike, from the
 * schedules that were in force [EX1].
 */
export const explainAt = (
  compiler: Compiler,
  { schedules, place }: Pick<Hearers, 'schedules' | 'place'>,
  at: EpochMs,
): OfChannel => {
  const calendar = compiler.calendarOf(place.timeZone)
  const date = dateAt(at, place.timeZone)
  const planned = (day: LocalDate) => {
    const { segments, withheld } = compiler.day(schedules, place, day)
    return { startsAt: calendar.startOf(day), sha256: UNNAMED, segments, withheld }
  }
  const today = planned(date)
  const yesterday = calendar.dayAfter(date, -1)
  const days = [planned(yesterday), today]
  const found = entryAt(timelineOf(days), at)
  const entry = found ? toTimelineEntry(found) : null
  let next: Entry | undefined
  for (let ahead = 1; !next && ahead <= DAYS_AHEAD; ahead++) {
    next = nextEntry(timelineOf(days), found?.to ?? at)
    days.push(planned(calendar.dayAfter(date, ahead)))
  }

  const asked = [yesterday, date].flatMap((day) => {
    const time = at - calendar.startOf(day)
    const { own, withheld, requests } = compiler.claimsOn(schedules, place, day)
    return requests
      .filter(({ window }) => contains(window, time))
      .map((request) => ({ request, own, withheld, time }))
  })
  /** Limits end a schedule for the day; between two rounds only what they took from the last one counts. */
  const isLimited = (
    { id }: Pick<Schedule, 'id'>,
    reason: OfChannel['others'][number]['reason'],
    { own, withheld, time }: { own: readonly Claim[]; withheld: readonly Withheld[]; time: number },
  ): boolean => {
    const cuts = withheld.filter(
      (one) => one.scheduleId === id && one.reason.startsWith('too-many'),
    )
    if (reason === 'ended') return cuts.length > 0
    const ends = own
      .filter(({ schedule, to }) => schedule.id === id && to <= time)
      .map(({ to }) => to)
    const since = Math.max(Number.NEGATIVE_INFINITY, ...ends)
    return (
      reason === 'later' && cuts.some(({ at: cut }) => cut !== null && since <= cut && cut <= time)
    )
  }
  const others = asked
    .filter(
      ({ request: { schedule } }) =>
        entry?.because.schedules.every(({ id }) => id !== schedule.id) ?? true,
    )
    .map(({ request, ...asked }) => {
      const { id, name, priority } = request.schedule
      const found = reasonOf(request, asked.own, asked.time, entry)
      const reason = isLimited({ id }, found, asked) ? ('policy' as const) : found
      return { schedule: { id, name }, priority, reason }
    })
  const ids = new Set<string>(asked.map(({ request }) => request.schedule.id))
  // That another has its time is said of each schedule already.
  const isSaid = ({ scheduleId, reason }: Withheld) =>
    reason === 'conflict' && others.some(({ schedule }) => schedule.id === scheduleId)
  const hasNoWindow = ({ reason }: Withheld) =>
    reason === 'recurrence-refused' || reason === 'daypart-missing'
  const unheard = new Map(
    today.withheld
      .filter((each) => (ids.has(each.scheduleId) && !isSaid(each)) || hasNoWindow(each))
      .map((each) => [`${each.scheduleId} ${each.assetId} ${each.title} ${each.reason}`, each]),
  )
  return {
    channel: place.channel,
    entry,
    others,
    withheld: [...unheard.values()],
    next: next ? toTimelineEntry(next) : null,
  }
}
