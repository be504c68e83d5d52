import type { DurationMs, Policy, WithheldReason } from '#protocol'
import { meet, type Span, totalOf, union } from '../spans.ts'

/** Sound with less silence than this in between is one session [LM1]. */
export const SESSION_GAP_MS = 10 * 60_000
const MINUTE_MS = 60_000

/** What there is too much of, and by how much. */
export type Excess = { reason: WithheldReason; ms: DurationMs }

export const hasLimits = ({ sessionsPerDay, minutesPerDay, minutesPerSession }: Policy): boolean =>
  sessionsPerDay !== null || minutesPerDay !== null || minutesPerSession !== null

/** Sorted stretches of sound, gathered into sessions. */
export const sessionsOf = <T extends Span>(air: readonly T[]): T[][] => {
  const sessions: T[][] = []
  for (const span of air) {
    const session = sessions.at(-1)
    const before = session?.at(-1)
    if (session && before && span.from - before.to < SESSION_GAP_MS) session.push(span)
    else sessions.push([span])
  }
  return sessions
}

/** What a day has too much of where `more` is added to what is on air already [LM2, LM3, LM4]. */
export const excessOf = (
  { sessionsPerDay, minutesPerDay, minutesPerSession }: Policy,
  onAir: readonly Span[],
  more: readonly Span[],
): Excess | undefined => {
  if (more.length === 0) return undefined
  const air = union([...onAir, ...more])
  const sessions = sessionsOf(air)
  if (sessionsPerDay !== null && sessions.length > sessionsPerDay) {
    const before = sessionsOf(union(onAir)).length
    if (sessions.length > before) return { reason: 'too-many-sessions', ms: 0 }
  }
  const over = minutesPerDay === null ? 0 : totalOf(air) - minutesPerDay * MINUTE_MS
  const touched =
    minutesPerSession === null
      ? []
      : sessions
          .filter((session) => session.some((span) => more.some((own) => meet(own, span))))
          .map((session) => totalOf(session) - minutesPerSession * MINUTE_MS)
  const ms = Math.max(over, ...touched)
  return ms > 0 ? { reason: 'too-many-minutes', ms } : undefined
}
