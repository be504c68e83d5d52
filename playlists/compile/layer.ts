import type { Because, DurationMs, ScheduleId, ScheduleRef, Segment, Withheld } from '#protocol'
import type { PolicyDay } from '../policy/policy-day.ts'
import { lengthOf, meet, type Span, totalOf, within, without } from '../spans.ts'
import { byPrecedence, type Claim } from './claims.ts'
import type { Place } from './programme.ts'
import { lost } from './request.ts'
import { type Holding, holdSound, shareScreen } from './share-loop.ts'

/** What of the area's policy is broken by this being on air [PL3, PL4, PL7, LM5]. */
const breaksOf = (
  span: Span,
  claims: readonly Claim[],
  { channel }: Place,
  { quiet, windows, ceilings }: PolicyDay,
): Because['breaks'] => {
  const [claim] = claims
  if (channel === 'screen' || !claim) return []
  const { priority, volume } = claim.schedule
  const isEmergency = priority === 'emergency'
  const isLouder = ceilings.some((ceiling) => ceiling.volume < volume && meet(ceiling, span))
  const isOutside = windows !== null && totalOf(within(span, windows)) < lengthOf(span)
  return [
    ...(isEmergency && quiet.some((hours) => meet(hours, span)) ? ['quiet-hours' as const] : []),
    ...(isOutside ? ['broadcast-window' as const] : []),
    ...(claim.isAboveLimit || (isEmergency && isLouder) ? ['limit' as const] : []),
  ]
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/** The schedules that wanted the time of others: their names, and their ids in the same order [PR4]. */
const overrodeBy = (
  own: readonly ScheduleRef[],
  below: readonly Holding[],
): Pick<Because, 'overrode' | 'overrodeIds'> => {
  if (below.length === 0) return { overrode: [] }
  const others = new Map<ScheduleId, string>()
  for (const { claims } of below) {
    for (const { schedule } of claims)
      if (!own.some(({ id }) => id === schedule.id)) others.set(schedule.id, schedule.name)
  }
  const refs = [...others].sort(
    ([a, left], [b, right]) => compareText(left, right) || compareText(a, b),
  )
  if (refs.length === 0) return { overrode: [] }
  return { overrode: refs.map(([, name]) => name), overrodeIds: refs.map(([id]) => id) }
}

const clipped = <T extends Span>(holding: T, dayMs: DurationMs): T => ({
  ...holding,
  from: Math.max(0, holding.from),
  to: Math.min(dayMs, holding.to),
})

const refsOf = ({ claims }: Holding): Because['schedules'] => {
  const [{ schedule: only } = {}] = claims
  if (only && claims.length === 1) return [{ id: only.id, name: only.name }]
  const refs = new Map(claims.map(({ schedule: { id, name } }) => [id, { id, name }]))
  return [...refs.values()]
}

/** When a claim first loses something to others of its own class [CF1]. */
const conflictsOf = (claim: Claim, above: readonly Holding[]): Withheld[] => {
  const { schedule } = claim
  const met = above.filter((other) => meet(other, claim))
  if (met.length === 0) return []
  const others = met.filter(({ claims: [other] }) => other?.schedule.id !== schedule.id)
  const isRival = ({ claims: [other] }: Holding) => other?.schedule.priority === schedule.priority
  const wanted = without(
    claim,
    others.filter((other) => !isRival(other)),
  )
  const missed = wanted.flatMap((span) => within(span, others.filter(isRival)))
  const [first] = missed
  return first ? [lost(schedule, 'conflict', first.from)] : []
}

/**
 * Lays what is wanted over each other. What is lost to a higher one is cut out; anchors stay, so that
 * everything resumes where it would be by then [PR2].
 * @param claims counted from the start of the day, those of the days before among them
 */
export const layer = (
  claims: readonly Claim[],
  dayMs: DurationMs,
  place: Place,
  policyDay: PolicyDay,
): { segments: Segment[]; withheld: Withheld[] } => {
  const isSound = place.channel === 'audio'
  const held = isSound ? holdSound(claims.toSorted(byPrecedence)) : shareScreen(claims, dayMs)
  const today = held.map((holding) => clipped(holding, dayMs)).filter(({ from, to }) => from < to)
  const segments: Segment[] = []
  const withheld: Withheld[] = []
  const looked = new Set<Claim>()
  today.forEach((holding, index) => {
    const [above, below] = [today.slice(0, index), today.slice(index + 1)]
    const [claim] = holding.claims
    if (!claim) return
    if (isSound && !looked.has(claim))
      withheld.push(...conflictsOf({ ...claim, ...clipped(claim, dayMs) }, above))
    looked.add(claim)
    const schedules = refsOf(holding)
    const volume = Math.min(...holding.claims.map(({ schedule }) => schedule.volume))
    for (const { from, to } of without(holding, above)) {
      const span = { from, to }
      const lower = below.filter((other) => meet(other, span))
      segments.push({
        from,
        to,
        anchor: holding.anchor,
        repeat: holding.repeat,
        items: holding.items as Segment['items'],
        volume,
        because: {
          schedules,
          priority: claim.schedule.priority,
          ...overrodeBy(schedules, lower),
          breaks: breaksOf(span, holding.claims, place, policyDay),
        },
      })
    }
  })
  return { segments: segments.sort((a, b) => a.from - b.from), withheld }
}
