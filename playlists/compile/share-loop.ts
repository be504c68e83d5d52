import { comparePriority, type PlanItem } from '#protocol'
import { durationOf } from '../sequence/lay-out.ts'
import { meet, type Span } from '../spans.ts'
import type { Claim } from './claims.ts'

/** What has the screen for a stretch: one claim, or several that share a loop. */
export type Holding = Span &
  Pick<Claim, 'anchor' | 'repeat' | 'items'> & { claims: readonly Claim[] }

/** Longer than this no shared loop gets, and this many rounds are tried to come near the weights. */
const MOST_ITEMS = 600
const MOST_ROUNDS = 12

const weightOf = ({ schedule }: Claim): number => schedule.weight

/** How often each claim goes round in one loop, so that times are as weights [SH2]. */
const roundsOf = (claims: readonly Claim[]): number[] => {
  const paces = claims.map((claim) => durationOf(claim.items) / weightOf(claim))
  const slowest = Math.max(...paces)
  const whole = claims.reduce((sum, claim) => sum + weightOf(claim), 0)
  const roundsAt = (times: number) =>
    paces.map((pace) => Math.max(1, Math.round((times * slowest) / pace)))
  const sizeOf = (rounds: readonly number[]) =>
    rounds.reduce((sum, count, index) => sum + count * (claims[index] as Claim).items.length, 0)
  const errorOf = (rounds: readonly number[]) => {
    const times = rounds.map((count, index) => count * durationOf((claims[index] as Claim).items))
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

/** The items of all claims in one loop, each claim spread evenly over it [SH2]. */
export const sharedLoop = (claims: readonly Claim[]): PlanItem[] => {
  const rounds = roundsOf(claims)
  const placed = claims.flatMap((claim, order) => {
    const count = rounds[order] as number
    const total = count * durationOf(claim.items)
    let elapsed = 0
    return Array.from({ length: count }, () => claim.items)
      .flat()
      .map((item, turn) => {
        const at = (elapsed + item.durationMs / 2) / total
        elapsed += item.durationMs
        return { item, at, order, turn }
      })
  })
  placed.sort((a, b) => a.at - b.at || a.order - b.order || a.turn - b.turn)
  return placed.map(({ item }) => item)
}

const alone = (claim: Claim, { from, to }: Span): Holding => ({
  from,
  to,
  anchor: claim.anchor,
  repeat: claim.repeat,
  items: claim.items,
  claims: [claim],
})

/** Claims of one class on a screen, as stretches in which the same ones share it [SH1]. */
const sharedOut = (claims: readonly Claim[]): Holding[] => {
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
    const items = sharedLoop(present)
    return [{ ...span, anchor: span.from, repeat: true, items, claims: present }]
  })
}

/** Everything that wants the screen, the highest class first; within a class nothing meets. */
export const shareScreen = (claims: readonly Claim[]): Holding[] => {
  const classes = [...new Set(claims.map(({ schedule }) => schedule.priority))].sort((a, b) =>
    comparePriority(b, a),
  )
  return classes.flatMap((priority) =>
    sharedOut(claims.filter(({ schedule }) => schedule.priority === priority)),
  )
}

/** Everything that wants the loudspeaker, whoever gets it first. */
export const holdSound = (claims: readonly Claim[]): Holding[] =>
  claims.map((claim) => alone(claim, claim))
