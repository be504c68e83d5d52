import type { LocalDate, Misfit, Schedule } from '#protocol'
import type { Compiler } from '../compile/compiler.ts'
import type { Place } from '../compile/programme.ts'
import type { Request } from '../compile/request.ts'
import { durationOf, waitingFor } from '../sequence/lay-out.ts'
import { lengthOf } from '../spans.ts'

/** How long everything is that a schedule has to say once, and how long it has for it. */
const misfitIn = ({
  schedule,
  window,
  script,
  withheld,
}: Request): Pick<Misfit, 'kind' | 'windowMs' | 'playlistMs'> | undefined => {
  const waiting = waitingFor(script.units, schedule)
  const windowMs = lengthOf(window)
  const said = waiting.reduce((sum, { unit, afterMs }) => sum + afterMs + durationOf(unit), 0)
  const playlistMs = said + durationOf(script.intro) + durationOf(script.closing)
  const isTooLong = withheld.some(({ reason }) => reason === 'too-long')
  if (playlistMs > windowMs || isTooLong) return { kind: 'long', windowMs, playlistMs }
  const isFilled = schedule.fill === 'repeat' ? waiting.length > 0 : script.fill.length > 0
  return isFilled || playlistMs === windowMs ? undefined : { kind: 'short', windowMs, playlistMs }
}

/** The schedules whose sound does not fill its window, or does not fit into it, and when first [SQ6]. */
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
      const misfit = request && misfitIn(request)
      if (!misfit || found.has(misfit.kind)) continue
      const { id, name } = schedule
      found.set(misfit.kind, { schedule: { id, name }, ...misfit, firstDate: date })
    }
    return [...found.values()]
  })
}
