import type { DayMs } from '#protocol'
import { durationOf } from '../sequence/lay-out.ts'
import { meet, type Span, union, without } from '../spans.ts'
import type { Claim } from './claims.ts'

/** The item of a claim that is on at an instant, at its times. */
const itemAt = ({ anchor, items, repeat }: Claim, at: DayMs) => {
  const round = durationOf(items)
  let from = repeat ? anchor + Math.floor((at - anchor) / round) * round : anchor
  for (const item of items) {
    const to = from + item.durationMs
    if (from <= at && at < to) return { from, to, isRelay: item.kind === 'relay' }
    from = to
  }
  return undefined
}

/**
 * Where nothing of a claim is heard because the item there began under another schedule of its class: it
 * is not joined in its middle [CF4].
 * @param rivals what has the channel before it within its class
 */
const leftOut = (claim: Claim, rivals: readonly Span[]): Span[] =>
  union(rivals).flatMap(({ from, to }) => {
    const item = claim.from < to && to < claim.to ? itemAt(claim, to) : undefined
    const isJoined = item === undefined || item.isRelay || item.from >= to || item.from < from
    return isJoined ? [] : [{ from: to, to: Math.min(item.to, claim.to) }]
  })

/**
 * The parts of each claim that it may have within its class.
 * @param claims in the order in which they get the channel
 */
export const partsOf = (claims: readonly Claim[]): { claim: Claim; parts: readonly Span[] }[] => {
  const above: { claim: Claim; parts: readonly Span[] }[] = []
  return claims.map((claim) => {
    // An emergency is heard from wherever it can be.
    const rivals = claim.schedule.priority === 'emergency' ? [] : above
    const met = rivals.filter(
      (rival) =>
        rival.claim.schedule.priority === claim.schedule.priority && meet(rival.claim, claim),
    )
    const out =
      met.length === 0
        ? []
        : leftOut(
            claim,
            met.flatMap(({ parts }) => parts),
          )
    const own = { claim, parts: out.length === 0 ? [claim] : without(claim, out) }
    above.push(own)
    return own
  })
}
