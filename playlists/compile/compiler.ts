import type {
  DayPlan,
  EpochMs,
  LocalDate,
  Policy,
  Schedule,
  Segment,
  TimeZone,
  Withheld,
} from '#protocol'
import { interning, memo } from '../memo.ts'
import type { PolicyDay } from '../policy/policy-day.ts'
import { type Calendar, createCalendar } from '../recurrence/calendar.ts'
import { type Happening, happeningOf } from '../recurrence/happening.ts'
import { type Claim, movedBy } from './claims.ts'
import { dayPlan } from './day-plan.ts'
import { activeOn, type PlaceDays, placeDays } from './place-days.ts'
import { requireItems } from './plan-size.ts'
import type { Place, Programme } from './programme.ts'
import type { Request } from './request.ts'
import { type Settled, settle } from './settle.ts'

/** What the windows of one day ask for, and those that do not exist on it. */
type AskedOn = {
  /** The same where the same is asked for. */
  key: string
  requests: readonly Request[]
  missing: readonly Withheld[]
  /** Something of it goes on after midnight. */
  goesOn: boolean
}

/** About what a plan, a segment and an entry of its list take in memory, in bytes. */
const PLAN_BYTES = 2_000
const SEGMENT_BYTES = 500
const ENTRY_BYTES = 24

const bytesOf = ({ items }: Segment): number => SEGMENT_BYTES + ENTRY_BYTES * items.length

const NOTHING: AskedOn = { key: '', requests: [], missing: [], goesOn: false }

/** A day of a span: equal days have the same plan, the very same object. */
export type PlannedDate = { date: LocalDate; startsAt: EpochMs; plan: DayPlan }

/**
 * Compiles days, and works out once what they have in common: when each schedule happens, what may
 * be played on a date, what an area's policy says of it, and what equal days look like. What it is
 * given must not change while it is used.
 * @param first the dates that will be asked for, as far as that is known; others are taken too
 */
export const createCompiler = (programme: Programme, first: LocalDate, last: LocalDate) => {
  let heldBytes = 0
  const calendars = memo((timeZone: TimeZone) => createCalendar(timeZone))
  const earliest = calendars('UTC').dayAfter(first, -2)
  const happening = memo((timeZone: TimeZone) =>
    memo(({ time }: Schedule): Happening => happeningOf(time, timeZone, earliest, last)),
  )
  const active = activeOn(programme.campaigns)

  const intern = interning<Policy>()
  const known = memo((policy: Policy) => intern(JSON.stringify(policy), policy))
  const places = memo((timeZone: TimeZone) =>
    memo((channel: Place['channel']) =>
      memo((policy: Policy) => ({
        days: placeDays({ policy, channel }, calendars(timeZone), {
          programme,
          active,
          happening: happening(timeZone),
        }),
        plans: new Map<string, DayPlan>(),
        /** What the schedules that were asked for last ask for on each day: the next day needs it again. */
        latest: {
          heard: null as readonly Schedule[] | null,
          on: (_date: LocalDate): AskedOn => NOTHING,
        },
      })),
    ),
  )
  const at = ({ timeZone, channel, policy }: Place) => places(timeZone)(channel)(known(policy))

  const hereOf = (heard: readonly Schedule[], { channel }: Place): Schedule[] =>
    heard
      .filter(({ playlistId }) => programme.playlists.get(playlistId)?.channel === channel)
      .sort((a, b) => (a.id < b.id ? -1 : 1))

  const askedOn = (here: readonly Schedule[], days: PlaceDays, date: LocalDate): AskedOn => {
    let asked: AskedOn | undefined
    const requests: Request[] = []
    const missing: Withheld[] = []
    for (const schedule of here) {
      const each = days.asked(schedule, date)
      if (!each) continue
      asked = asked
        ? { ...asked, key: `${asked.key},${each.key}` }
        : { ...NOTHING, key: `${each.key}` }
      if ('request' in each) requests.push(each.request)
      else missing.push(each.missing)
    }
    if (!asked) return NOTHING
    const dayMs = days.calendar.lengthOf(date)
    return { ...asked, requests, missing, goesOn: requests.some(({ window }) => window.to > dayMs) }
  }

  /** A day with what reaches into it: the day before, and what reaches into that. */
  const around = (days: PlaceDays, date: LocalDate, on: (date: LocalDate) => AskedOn) => {
    const { calendar } = days
    const [eve, yesterday] = [-2, -1].map((by) => calendar.dayAfter(date, by)) as [string, string]
    const before = on(yesterday)
    const isAlone = !before.goesOn && calendar.lengthOf(yesterday) > 0
    const earlier = isAlone ? NOTHING : on(eve)
    return {
      asked: on(date),
      before: isAlone ? NOTHING : before,
      earlier: earlier.goesOn ? earlier : NOTHING,
      dayMs: calendar.lengthOf(date),
      beforeMs: calendar.lengthOf(yesterday),
      earlierMs: calendar.lengthOf(eve),
    }
  }
  type Around = ReturnType<typeof around>

  const settledOn = (place: Place, days: Around): { today: Settled; earlier: Claim[] } => {
    const { asked, before, earlier, beforeMs, earlierMs } = days
    const reaching = (claims: readonly Claim[], length: number) =>
      claims.filter(({ to }) => to > length).map((claim) => movedBy(claim, -length))
    const fromEarlier = reaching(settle(earlier.requests, [], place).claims, earlierMs)
    const settled = settle(before.requests, fromEarlier, place)
    // Who queues today sees the day before as that would be by itself: days do not chain without end.
    const alone = fromEarlier.length > 0 ? settle(before.requests, [], place) : settled
    const claims = [...fromEarlier, ...settled.claims].map((claim) => movedBy(claim, -beforeMs))
    return {
      today: settle(asked.requests, reaching(alone.claims, beforeMs), place),
      earlier: claims,
    }
  }

  const planOn = (place: Place, date: LocalDate, on: (date: LocalDate) => AskedOn): DayPlan => {
    const { days, plans } = at(place)
    const found = around(days, date, on)
    const law = days.policyOn(date)
    const { asked, before, earlier, dayMs, beforeMs, earlierMs } = found
    const reach = before.key === '' ? '' : `${before.key} ${beforeMs}|${earlier.key} ${earlierMs}`
    const key = `${law.key} ${dayMs}|${asked.key}|${reach}`
    const held = plans.get(key)
    if (held) return held
    const { today, earlier: claims } = settledOn(place, found)
    const plan = dayPlan(today, claims, asked.missing, dayMs, place, law.day)
    requireItems(plan)
    plans.set(key, plan)
    heldBytes += PLAN_BYTES + key.length + plan.segments.reduce((sum, one) => sum + bytesOf(one), 0)
    return plan
  }

  const onFor = (heard: readonly Schedule[], place: Place) => {
    const { days, latest } = at(place)
    if (latest.heard !== heard) {
      const here = hereOf(heard, place)
      Object.assign(latest, { heard, on: memo((date: LocalDate) => askedOn(here, days, date)) })
    }
    return latest.on
  }

  return {
    /** About how much memory the plans take that are kept at hand. */
    heldBytes: (): number => heldBytes,

    calendarOf: (timeZone: TimeZone): Calendar => calendars(timeZone),

    /** What policy says of a date, and around it. */
    policyOn: (place: Place, date: LocalDate): PolicyDay => at(place).days.policyOn(date).day,

    /** The dates in [from, to] on which a schedule happens in a zone, sorted. */
    datesOf: (
      schedule: Schedule,
      timeZone: TimeZone,
      from: LocalDate,
      to: LocalDate,
    ): LocalDate[] => happening(timeZone)(schedule).between(from, to),

    /** What the windows of a date ask for, each by itself. */
    requestsOn: (heard: readonly Schedule[], place: Place, date: LocalDate) =>
      onFor(heard, place)(date).requests,

    /** Everything that wants a channel on a date, before any of it gives way to a higher one. */
    claimsOn: (heard: readonly Schedule[], place: Place, date: LocalDate) => {
      const found = around(at(place).days, date, onFor(heard, place))
      const { today, earlier } = settledOn(place, found)
      const { claims: own, withheld } = today
      return { own, claims: [...earlier, ...own], withheld, requests: found.asked.requests }
    },

    /** The timeline of one channel on one local day, from the schedules that are heard there. */
    day: (heard: readonly Schedule[], place: Place, date: LocalDate): DayPlan =>
      planOn(place, date, onFor(heard, place)),

    /** The same for the dates from the first to the last, both included. */
    span(heard: readonly Schedule[], place: Place, from: LocalDate, to: LocalDate): PlannedDate[] {
      const calendar = calendars(place.timeZone)
      const on = onFor(heard, place)
      const planned: PlannedDate[] = []
      for (let date = from; date <= to; date = calendar.dayAfter(date, 1)) {
        planned.push({ date, startsAt: calendar.startOf(date), plan: planOn(place, date, on) })
      }
      return planned
    },
  }
}

export type Compiler = ReturnType<typeof createCompiler>
