import { comparePriority, type DayMs, type PlanItem, type Schedule } from '#protocol'
import type { Span } from '../spans.ts'

/** A stretch of the channel that a schedule asks for; its items begin at `anchor`. */
export type Claim = Span & {
  anchor: DayMs
  repeat: boolean
  items: readonly PlanItem[]
  schedule: Schedule
  /** Where its window began, also where that was the day before. */
  windowStart: DayMs
  /** It is on air though the area's limits are used up. */
  isAboveLimit: boolean
}

type Ranked = Pick<Claim, 'schedule' | 'windowStart'>

const isTaker = ({ schedule }: Ranked): boolean => schedule.onConflict === 'replace'

const byBirth = (a: Ranked, b: Ranked): number =>
  a.schedule.id < b.schedule.id ? -1 : Number(a.schedule.id > b.schedule.id)

/**
 * Within a class: who takes, the last taker first; then who began first; of those that began together
 * the one created first [PR3, CF3].
 */
const withinClass = (a: Ranked, b: Ranked): number => {
  if (isTaker(a) !== isTaker(b)) return isTaker(a) ? -1 : 1
  const byStart = a.windowStart - b.windowStart
  return (isTaker(a) ? -byStart : byStart) || byBirth(a, b)
}

/** Who gets the channel where claims meet: the negative first [PR1]. */
export const byPrecedence = (a: Ranked, b: Ranked): number =>
  comparePriority(b.schedule.priority, a.schedule.priority) || withinClass(a, b)

/** Who has the area's limits first: a higher class, and within a class what begins earlier [LM5]. */
export const byLimits = (a: Ranked, b: Ranked): number =>
  comparePriority(b.schedule.priority, a.schedule.priority) ||
  a.windowStart - b.windowStart ||
  withinClass(a, b)

/** The same claim, counted from the start of another day. */
export const movedBy = (claim: Claim, by: DayMs): Claim => ({
  ...claim,
  from: claim.from + by,
  to: claim.to + by,
  anchor: claim.anchor + by,
  windowStart: claim.windowStart + by,
})
