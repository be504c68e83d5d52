import type { DayPlan, LocalDate, Policy, Schedule, TimeZone, Withheld } from '#protocol'
import { type PolicyDay, policyDay } from '../policy/policy-day.ts'
import { windowOn } from '../policy/window.ts'
import { type Calendar, createCalendar } from '../recurrence/calendar.ts'
import { type Happening, happeningOf } from '../recurrence/happening.ts'
import { type Span, within, without } from '../spans.ts'
import { activeThemes } from '../themes/eligibility.ts'
import { type Claim, movedBy } from './claims.ts'
import { layer } from './layer.ts'
import type { Place, Programme } from './programme.ts'
import { lost, type Request, requestOf } from './request.ts'
import { type Settled, settle } from './settle.ts'

/** Values that are made once for each key. */
const memo = <K, V>(make: (key: K) => V) => {
  const made = new Map<K, V>()
  return (key: K): V => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}

/** What the windows of one day ask for, and those that do not exist on it. */
type Asked = { requests: readonly Request[]; withheld: readonly Withheld[]; goesOn: boolean }

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

const listed = (withheld: readonly Withheld[]): Withheld[] => {
  const keyOf = ({ scheduleId, assetId, title, reason, at }: Withheld) =>
    JSON.stringify([scheduleId, assetId, title, reason, at])
  const byKey = new Map(withheld.map((each) => [keyOf(each), each]))
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, each]) => each)
}

const inDay = (spans: readonly Span[], dayMs: number): Span[] =>
  within({ from: 0, to: dayMs }, spans)

/**
 * Compiles days in a span of dates, and works out once what they have in common: when each schedule
 * happens, what may be played on a date, what an area's policy says of it.
 */
export const createCompiler = (programme: Programme, first: LocalDate, last: LocalDate) => {
  const calendars = memo((timeZone: string) => createCalendar(timeZone))
  const activeOn = memo((date: LocalDate) => activeThemes(programme.campaigns, date))
  const earliest = calendars('UTC').dayAfter(first, -2)
  const happening = memo(({ time }: Schedule): Happening => happeningOf(time, earliest, last))
  const policyDays = memo((calendar: Calendar) =>
    memo((policy: Policy) =>
      memo((date: LocalDate): PolicyDay => policyDay(policy, date, calendar)),
    ),
  )
  const requests = memo((calendar: Calendar) =>
    memo((policy: Policy) =>
      memo((schedule: Schedule) =>
        memo((date: LocalDate): Request | Withheld | null => {
          const channel = programme.playlists.get(schedule.playlistId)?.channel
          if (!channel || !happening(schedule).on(date)) return null
          const window = windowOn(schedule.time, date, policy, calendar)
          if (!window) return lost(schedule, 'daypart-missing', null)
          const { timeZone } = calendar
          return requestOf(
            schedule,
            window,
            programme,
            { timeZone, channel, policy },
            {
              date,
              turn: () => happening(schedule).turnOf(date),
              active: activeOn(date),
              policyDay: policyDays(calendar)(policy)(date),
            },
          )
        }),
      ),
    ),
  )

  const askedOn = (heard: readonly Schedule[], place: Place, date: LocalDate): Asked => {
    const calendar = calendars(place.timeZone)
    const found = heard.flatMap((schedule) => {
      const isHere = programme.playlists.get(schedule.playlistId)?.channel === place.channel
      return isHere ? (requests(calendar)(place.policy)(schedule)(date) ?? []) : []
    })
    const asked = found.filter((each) => 'script' in each)
    const dayMs = calendar.lengthOf(date)
    return {
      requests: asked,
      withheld: found.filter((each) => 'reason' in each),
      goesOn: asked.some(({ window }) => window.to > dayMs),
    }
  }

  const settledOn = (
    heard: readonly Schedule[],
    place: Place,
    date: LocalDate,
  ): { today: Settled; earlier: Claim[]; asked: Asked } => {
    const calendar = calendars(place.timeZone)
    const asked = askedOn(heard, place, date)
    const earlier: Claim[] = []
    const yesterday = calendar.dayAfter(date, -1)
    const before = askedOn(heard, place, yesterday)
    if (!before.goesOn) return { today: settle(asked.requests, [], place), earlier, asked }

    const dayMs = calendar.lengthOf(yesterday)
    const reaching = (claims: readonly Claim[], length: number) =>
      claims.filter(({ to }) => to > length).map((claim) => movedBy(claim, -length))
    const eve = calendar.dayAfter(date, -2)
    const eveMs = calendar.lengthOf(eve)
    const eveAsked = askedOn(heard, place, eve)
    const eveAlone = eveAsked.goesOn ? settle(eveAsked.requests, [], place).claims : []
    const fromEve = reaching(eveAlone, eveMs)
    const settled = settle(before.requests, fromEve, place)
    const alone = fromEve.length > 0 ? settle(before.requests, [], place) : settled
    earlier.push(...fromEve.map((claim) => movedBy(claim, -dayMs)))
    earlier.push(...settled.claims.map((claim) => movedBy(claim, -dayMs)))
    return { today: settle(asked.requests, reaching(alone.claims, dayMs), place), earlier, asked }
  }

  return {
    calendarOf: (timeZone: TimeZone): Calendar => calendars(timeZone),

    /** The dates in [from, to] on which a schedule happens, sorted. */
    datesOf: (schedule: Schedule, from: LocalDate, to: LocalDate): LocalDate[] =>
      happening(schedule).between(from, to),

    /** What the windows of a date ask for, each by itself. */
    requestsOn: (heard: readonly Schedule[], place: Place, date: LocalDate) =>
      askedOn(heard, place, date).requests,

    /** Everything that wants a channel on a date, before any of it gives way to a higher one. */
    claimsOn: (heard: readonly Schedule[], place: Place, date: LocalDate) => {
      const { today, earlier, asked } = settledOn(heard, place, date)
      const { claims: own, withheld } = today
      return { own, claims: [...earlier, ...own], withheld, requests: asked.requests }
    },

    /** The timeline of one channel on one local day, from the schedules that are heard there. */
    day(heard: readonly Schedule[], place: Place, date: LocalDate): DayPlan {
      const calendar = calendars(place.timeZone)
      const dayMs = calendar.lengthOf(date)
      const law = policyDays(calendar)(place.policy)(date)
      const { today, earlier, asked } = settledOn(heard, place, date)
      const laid = layer([...earlier, ...today.claims], dayMs, place, law)
      const emergencies = laid.segments.filter(({ because }) => because.priority === 'emergency')
      const isSound = place.channel === 'audio'
      const ceilings = law.ceilings.flatMap(({ volume, ...span }) =>
        inDay(without(span, emergencies), dayMs).map(({ from, to }) => ({ from, to, volume })),
      )
      return {
        v: 1,
        channel: place.channel,
        segments: laid.segments,
        withheld: listed([...asked.withheld, ...today.withheld, ...laid.withheld]),
        ceilings: isSound ? ceilings : [],
        blank: isSound ? [] : inDay(law.blank, dayMs),
      }
    },
  }
}

export type Compiler = ReturnType<typeof createCompiler>
