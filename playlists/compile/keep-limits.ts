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

/** How far a session is heard, what is laid until then, and why not farther. */
type Beginning = { end: DayMs; runs: Run[]; reason: Excess['reason'] | undefined }

/**
 * The longest beginning that limits allow: fewer sessions never come of an earlier end, and fewer minutes
 * only of the ends that are tried.
 */
const longest = (
  policy: Policy,
  air: readonly Span[],
  { from, to }: Span,
  runsUntil: (end: DayMs) => Run[],
): Beginning => {
  let end = to
  let reason: Excess['reason'] | undefined
  while (end > from) {
    const runs = runsUntil(end)
    const excess = excessOf(policy, air, runs)
    const heardUntil = Math.min(end, runs.at(-1)?.to ?? from)
    if (!excess) return { end: reason ? heardUntil : end, runs, reason }
    reason ??= excess.reason
    end = excess.ms === 0 ? from : earlierEnd(heardUntil, excess, air)
  }
  return { end: from, runs: runsUntil(from), reason }
}

/**
 * Lays of each session as much as the day's limits leave: its longest beginning, to an item's end. What
 * a session loses is not made good in the next, and nothing moves for it [LM2, LM3, LM4].
 * @param onAir what counts already
 */
export const keepLimits = (policy: Policy, onAir: readonly Span[]): Allow => {
  const air = [...onAir]
  return (stretch, lay) => {
    const silent: Span[] = []
    const cuts: Cut[] = []
    const whole = lay(stretch)
    const sessions = sessionsOf(whole).map((session): Span => {
      const [first, last] = [session[0], session.at(-1)]
      return { from: first?.from ?? stretch.from, to: last?.to ?? stretch.to }
    })
    const last = sessions.pop() ?? stretch
    let heardUntil = stretch.from
    const note = (session: Span, { end, reason }: Beginning) => {
      if (reason) cuts.push({ reason, at: Math.max(end, session.from) })
      if (end > session.from) heardUntil = end
    }
    for (const session of sessions) {
      const beginning = longest(policy, air, session, (end) =>
        lay(stretch, [...silent, { from: end, to: session.to }]).filter(
          ({ from }) => from < session.to,
        ),
      )
      const { end } = beginning
      if (end < session.to) silent.push({ from: end, to: session.to })
      note(session, beginning)
    }
    // The last one is laid as if the stretch ended there: a closing tune has its place in it.
    const isOnly = sessions.length === 0
    const until = (to: DayMs) =>
      isOnly && to === last.to ? whole : lay({ from: stretch.from, to }, silent)
    const beginning = longest(policy, air, last, until)
    note(last, beginning)
    // Without the last session the tune would close the one before it, where that is not too much.
    const isEmpty = beginning.end <= last.from
    const isTuneTooMuch = isEmpty && excessOf(policy, air, beginning.runs) !== undefined
    const runs = isTuneTooMuch ? until(heardUntil) : beginning.runs
    air.push(...runs)
    return { runs, cuts }
  }
}
