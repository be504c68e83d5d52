import type { DayMs, Policy } from '#protocol'
import { type Excess, excessOf, SESSION_GAP_MS, sessionsOf } from '../policy/limits.ts'
import type { Run } from '../sequence/lay-out.ts'
import type { Span } from '../spans.ts'
import type { Allow, Cut } from './perform.ts'

/**
 * The next end before this one at which less may be too much: the excess is cut off, or a session of
 * others is left ten minutes of silence before it and is no longer part of this one.
 */
const earlierEnd = (end: DayMs, excess: Excess, air: readonly Span[]): DayMs => {
  const apart = air.map(({ from }) => from - SESSION_GAP_MS).filter((at) => at < end)
  return Math.max(end - excess.ms, ...apart)
}

/**
 * The longest beginning that limits allow: fewer sessions never come of an earlier end, and fewer minutes
 * only of the ends that are tried.
 */
const longestEnd = (
  policy: Policy,
  air: readonly Span[],
  { from, to }: Span,
  runsUntil: (end: DayMs) => readonly Run[],
): { end: DayMs; reason?: Excess['reason'] } => {
  let end = to
  let reason: Excess['reason'] | undefined
  while (end > from) {
    const runs = runsUntil(end)
    const excess = excessOf(policy, air, runs)
    const heardUntil = Math.min(end, runs.at(-1)?.to ?? from)
    if (!excess) return reason ? { end: heardUntil, reason } : { end }
    reason ??= excess.reason
    end = excess.ms === 0 ? from : earlierEnd(heardUntil, excess, air)
  }
  return reason ? { end: from, reason } : { end: from }
}

/**
 * Lays of each session as much as the day's limits leave: its longest beginning, to an item's end. What
 * a session loses is not made good in the next, and nothing moves for it [LM2, LM3, LM4].
 * @param onAir what counts already
 */
export const keepLimits = (policy: Policy, onAir: readonly Span[]): Allow => {
  const air = [...onAir]
  return (stretch, lay) => {
    const whole = lay(stretch)
    if (!excessOf(policy, air, whole)) {
      air.push(...whole)
      return { runs: whole, cuts: [] }
    }
    const silent: Span[] = []
    const cuts: Cut[] = []
    const planned = sessionsOf(whole).map((session): Span => {
      const [first, last] = [session[0], session.at(-1)]
      return { from: first?.from ?? stretch.from, to: last?.to ?? stretch.to }
    })
    let heardUntil = stretch.from
    const note = (session: Span, end: DayMs, reason: Excess['reason'] | undefined) => {
      if (reason) cuts.push({ reason, at: end > session.from ? end : session.from })
      if (end > session.from) heardUntil = end
    }
    for (const session of planned.slice(0, -1)) {
      const until = (end: DayMs) =>
        lay(stretch, [...silent, { from: end, to: session.to }]).filter(
          ({ from }) => from < session.to,
        )
      const { end, reason } = longestEnd(policy, air, session, until)
      if (end < session.to) silent.push({ from: end, to: session.to })
      note(session, end, reason)
    }
    // The last one is laid as if the stretch ended there: a closing tune has its place in it.
    const last = planned.at(-1) ?? stretch
    const until = (to: DayMs) => lay({ from: stretch.from, to }, silent)
    const { end, reason } = longestEnd(policy, air, last, until)
    note(last, end, reason)
    const closed = until(end)
    // Without the last session the tune would close the one before it, where that is not too much.
    const runs = excessOf(policy, air, closed) ? until(heardUntil) : closed
    air.push(...runs)
    return { runs, cuts }
  }
}
