import type { DurationMs, LocalDate, Misfit, Schedule } from '#protocol'
import type { Compiler } from '../compile/compiler.ts'
import { performAlone } from '../compile/perform.ts'
import type { Place } from '../compile/programme.ts'
import type { Request } from '../compile/request.ts'
import { sessionsOf } from '../policy/limits.ts'
import { durationOf, waitingFor } from '../sequence/lay-out.ts'
import { type Span, totalOf } from '../spans.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440

/** What the limits of a day leave of sound that is on air as it was laid [LM2, LM3, LM4]. */
const allowedOf = (runs: readonly Span[], { policy }: Place): DurationMs => {
  const { sessionsPerDay, minutesPerDay, minutesPerSession } = policy
  const sessions = sessionsOf(runs)
    .slice(0, sessionsPerDay ?? undefined)
    .map((session) => Math.min(totalOf(session), (minutesPerSession ?? DAY_MINUTES) * MINUTE_MS))
  const total = sessions.reduce((sum, ms) => sum + ms, 0)
  return Math.min(total, (minutesPerDay ?? DAY_MINUTES) * MINUTE_MS)
}

/** How long everything is that a schedule has to say once, and how long policy and limits let it be on air. */
const misfitIn = (
  request: Request,
  place: Place,
): Pick<Misfit, 'kind' | 'windowMs' | 'playlistMs'> | undefined => {
  const { schedule, pieces, script, withheld } = request
  const waiting = waitingFor(script.units, schedule)
  const windowMs = totalOf(pieces)
  const pauseMs = waiting.reduce((sum, { afterMs }) => sum + afterMs, 0)
  const said = waiting.reduce((sum, { unit }) => sum + durationOf(unit), 0)
  const soundMs = said + durationOf(script.intro) + durationOf(script.closing)
  const playlistMs = soundMs + pauseMs
  const isTooLong = withheld.some(({ reason }) => reason === 'too-long')
  if (playlistMs > windowMs || isTooLong) return { kind: 'long', windowMs, playlistMs }
  if (schedule.priority !== 'emergency' && !schedule.exception) {
    const allowedMs = allowedOf(performAlone(request, place).runs, place)
    if (soundMs > allowedMs) return { kind: 'long', windowMs: allowedMs, playlistMs: soundMs }
  }
  const isFilled = schedule.fill === 'repeat' ? waiting.length > 0 : script.fill.length > 0
  return isFilled || playlistMs === windowMs ? undefined : { kind: 'short', windowMs, playlistMs }
}

/** The schedules whose sound does not fill what policy leaves of its window, or does not fit into it, and when first [SQ6]. */
export const misfitsOf = (
  compiler: Compiler,
  schedules: readonly Schedule[],
  place: Place,
  first: LocalDate,
  last: LocalDate,
): Misfit[] => {
  if (place.channel !== 'audio') return []
  return schedules.flatMap((schedule) => {
    const found = new Map<Misfit['kind'], Misfit>()
    for (const date of compiler.datesOf(schedule, first, last)) {
      const [request] = compiler.requestsOn([schedule], place, date)
      const misfit = request && misfitIn(request, place)
      if (!misfit || found.has(misfit.kind)) continue
      const { id, name } = schedule
      found.set(misfit.kind, { schedule: { id, name }, ...misfit, firstDate: date })
    }
    return [...found.values()]
  })
}
