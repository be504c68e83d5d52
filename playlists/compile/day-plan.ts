import type { DayPlan, DurationMs, Withheld } from '#protocol'
import type { PolicyDay } from '../policy/policy-day.ts'
import { type Span, within, without } from '../spans.ts'
import type { Claim } from './claims.ts'
import { layer } from './layer.ts'
import type { Place } from './programme.ts'
import type { Settled } from './settle.ts'

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/** What is withheld, each thing once, in an order that follows from it alone [EL5]. */
const listed = (withheld: readonly Withheld[]): Withheld[] => {
  if (withheld.length === 0) return []
  const keyOf = ({ scheduleId, assetId, title, reason, at }: Withheld) =>
    JSON.stringify([scheduleId, assetId, title, reason, at])
  const byKey = new Map(withheld.map((each) => [keyOf(each), each]))
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, each]) => each)
}

const inDay = (spans: readonly Span[], dayMs: DurationMs): Span[] =>
  within({ from: 0, to: dayMs }, spans)

/**
 * @param earlier what windows of the days before want, counted from the start of this day
 * @param missing windows that do not exist on this day
 */
export const dayPlan = (
  today: Settled,
  earlier: readonly Claim[],
  missing: readonly Withheld[],
  dayMs: DurationMs,
  place: Place,
  law: PolicyDay,
): DayPlan => {
  const { segments, withheld } = layer([...earlier, ...today.claims], dayMs, place, law)
  const emergencies = segments.filter(({ because }) => because.priority === 'emergency')
  const isSound = place.channel === 'audio'
  const ceilings = law.ceilings.flatMap(({ volume, ...span }) =>
    inDay(without(span, emergencies), dayMs).map(({ from, to }) => ({ from, to, volume })),
  )
  return {
    v: 1,
    channel: place.channel,
    segments,
    withheld: listed([...missing, ...today.withheld, ...withheld]),
    ceilings: isSound ? ceilings : [],
    blank: isSound ? [] : inDay(law.blank, dayMs),
  }
}
