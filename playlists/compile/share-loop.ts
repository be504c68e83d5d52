import { comparePriority, type DurationMs, type PlanItem } from '#protocol'
import { durationOf } from '../sequence/lay-out.ts'
import { lengthOf, meet, type Span } from '../spans.ts'
import type { Claim } from './claims.ts'
import { partsOf } from './left-out.ts'

/** What has the screen for a stretch: one claim, or several that share a loop. */
export type Holding = Span &
  Pick<Claim, 'anchor' | 'repeat' | 'items'> & { claims: readonly Claim[] }

/** Longer than this no shared loop gets, and this many rounds are tried to come near the weights. */
const MOST_ITEMS = 600
const MOST_ROUNDS = 12
/** So many items all shared loops of a day hold beyond what is on air of them. */
const SPARE_ITEMS = 6_000

const weightOf = ({ schedule }: Claim): number => schedule.weight

/** How often each claim goes round in one loop, so that times are as weights [SH2]. */
const roundsOf = (claims: readonly Claim[]): number[] => {
  const lengths = claims.map(({ items }) => durationOf(items))
  const paces = claims.map((claim, index) => (lengths[index] as number) / weightOf(claim))
  const slowest = Math.max(...paces)
  const whole = claims.reduce((sum, claim) => sum + weightOf(claim), 0)
  const roundsAt = (times: number) =>
    paces.map((pace) => Math.max(1, Math.round((times * slowest) / pace)))
  const sizeOf = (rounds: readonly number[]) =>
    rounds.reduce((sum, count, index) => sum + count * (claims[index] as Claim).items.length, 0)
  const errorOf = (rounds: readonly number[]) => {
    const times = rounds.map((count, index) => count * (lengths[index] as number))
    const total = times.reduce((sum, time) => sum + time, 0)
    return Math.max(
      ...times.map((time, index) =>
        Math.abs(time / total - weightOf(claims[index] as Claim) / whole),
      ),
    )
  }
  let best = roundsAt(1)
  if (sizeOf(best) > MOST_ITEMS) {
    const scale = MOST_ITEMS / sizeOf(best)
    return best.map((count) => Math.max(1, Math.floor(count * scale)))
  }
  for (let times = 2; times <= MOST_ROUNDS; times++) {
    const rounds = roundsAt(times)
    if (sizeOf(rounds) > MOST_ITEMS) break
    if (errorOf(rounds) < errorOf(best) - 1e-9) best = rounds
  }
  return best
}

/** Where the items of a claim stand in a loop, one after another. */
type Turns = {
  claim: Claim
  count: number
  total: number
  turn: number
  elapsed: number
  at: number
}

const placed = (turns: Turns): void => {
  const { claim, count, total, turn, elapsed } = turns
  const { items } = claim
  const item = turn < count * items.length ? items[turn % items.length] : undefined
  turns.at = item ? (elapsed + item.durationMs / 2) / total : Number.POSITIVE_INFINITY
}

/**
 * The items of all claims in one loop, each claim spread evenly over it [SH2].
 * @param lengthMs how long the loop is on air
 * @param whole what would come after that is left out of a loop of more items than this [CP4]
 */
const sharedLoop = (claims: readonly Claim[], lengthMs: DurationMs, whole: number): PlanItem[] => {
  const rounds = roundsOf(claims)
  const all = claims.map((claim, order): Turns => {
    const count = rounds[order] as number
    const total = count * durationOf(claim.items)
    const turns = { claim, count, total, turn: 0, elapsed: 0, at: 0 }
    placed(turns)
    return turns
  })
  const loop: PlanItem[] = []
  for (let lastedMs = 0; lastedMs < lengthMs || loop.length < whole; ) {
    const next = all.reduce((first, turns) => (turns.at < first.at ? turns : first))
    if (next.at === Number.POSITIVE_INFINITY) break
    const { items } = next.claim
    const item = items[next.turn % items.length] as PlanItem
    loop.push(item)
    lastedMs += item.durationMs
    next.turn += 1
    next.elapsed += item.durationMs
    placed(next)
  }
  return loop
}

const alone = (claim: Claim, { from, to }: Span): Holding => ({
  from,
  to,
  anchor: claim.anchor,
  repeat: claim.repeat,
  items: claim.items,
  claims: [claim],
})

/**
 * A loop that crosses midnight is written in two plans: both hold it as far as it could be needed in
 * either, so that it is one loop on the device [TL3].
 */
const loopIn = (
  span: Span,
  present: readonly Claim[],
  dayMs: DurationMs,
  stretches: number,
): PlanItem[] => {
  const crosses = span.from < 0 || span.to > dayMs
  if (crosses) {
    const to = Math.max(...present.map((claim) => claim.to))
    return sharedLoop(present, to - span.from, MOST_ITEMS)
  }
  const whole = Math.min(MOST_ITEMS, Math.floor(SPARE_ITEMS / stretches))
  return sharedLoop(present, lengthOf(span), whole)
}

/** Claims of one class on a screen, as stretches in which the same ones share it [SH1]. */
const sharedOut = (claims: readonly Claim[], dayMs: DurationMs): Holding[] => {
  const ordered = claims.toSorted(
    (a, b) =>
      (a.schedule.id < b.schedule.id ? -1 : Number(a.schedule.id > b.schedule.id)) ||
      a.from - b.from,
  )
  const edges = [...new Set(claims.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  return edges.slice(1).flatMap((to, index): Holding[] => {
    const span = { from: edges[index] as number, to }
    const present = ordered.filter((claim) => meet(claim, span))
    const [first] = present
    if (!first) return []
    if (present.length === 1) return [alone(first, span)]
    const items = loopIn(span, present, dayMs, edges.length)
    return [{ ...span, anchor: span.from, repeat: true, items, claims: present }]
  })
}

/** Everything that wants the screen, the highest class first; within a class nothing meets. */
export const shareScreen = (claims: readonly Claim[], dayMs: DurationMs): Holding[] => {
  const classes = [...new Set(claims.map(({ schedule }) => schedule.priority))].sort((a, b) =>
    comparePriority(b, a),
  )
  return classes.flatMap((priority) =>
    sharedOut(
      claims.filter(({ schedule }) => schedule.priority === priority),
      dayMs,
    ),
  )
}

/** Everything that wants the loudspeaker, in the order of the claims. */
export const holdSound = (claims: readonly Claim[]): Holding[] =>
  partsOf(claims).flatMap(({ claim, parts }) => parts.map((part) => alone(claim, part)))
