import type { DayMs, Schedule, Withheld, WithheldReason } from '#protocol'
import { layOut, type Run, type Waiting } from '../sequence/lay-out.ts'
import type { Span } from '../spans.ts'
import type { Place } from './programme.ts'
import { lost, type Request, waitingIn } from './request.ts'

/** From when on there is less than there could be, and why. */
export type Cut = { reason: WithheldReason; at: DayMs }

/** What was laid into a stretch, and what of it is missing. */
export type Laid = { runs: Run[]; cuts: readonly Cut[] }

/** Lays into a stretch as much as is allowed of what `lay` would; nothing is laid where it is silent. */
export type Allow = (stretch: Span, lay: (stretch: Span, silent?: readonly Span[]) => Run[]) => Laid

export const allowAll: Allow = (stretch, lay) => ({ runs: lay(stretch), cuts: [] })

/** What became of a request. */
export type Performance = { runs: readonly Run[]; withheld: readonly Withheld[] }

/**
 * Plays a request through the pieces that it has got: what found no room in one goes on in the
 * next, and a loop begins again in each [PL6], as does each round by the clock [RD2].
 */
export const perform = (
  request: Request,
  pieces: readonly Span[],
  { channel }: Pick<Place, 'channel'>,
  allow: Allow,
): Performance => {
  const { schedule, script, closed, window } = request
  const isLoop = schedule.fill === 'repeat'
  const hasRounds = Boolean(schedule.cadence)
  let cutShortAt: DayMs | null = null
  const all = waitingIn(request)
  if (all.length + script.fill.length === 0) return { runs: [], withheld: [] }
  const runs: Run[] = []
  const withheld: Withheld[] = []
  let waiting: readonly Waiting[] = all
  for (const piece of pieces) {
    if (waiting.length === 0 && schedule.fill === 'end') break
    let rest = waiting
    const laid = allow(piece, (stretch, silent) => {
      const made = layOut(stretch, waiting, script, schedule, channel, silent)
      rest = made.rest
      return made.runs
    })
    runs.push(...laid.runs)
    withheld.push(...laid.cuts.map(({ reason, at }) => lost(schedule, reason, at)))
    if (!hasRounds && !isLoop) waiting = rest
    if (hasRounds && rest.length > 0) cutShortAt ??= laid.runs.at(-1)?.to ?? piece.from
  }
  const isWanting = schedule.fill !== 'end' || waiting.length > 0
  for (const { from, reason } of closed) {
    if (isWanting || from === window.from) withheld.push(lost(schedule, reason, from))
  }
  const delayed = request.pieces.find(({ to }, index) => {
    const got = pieces.filter((piece) => piece.to === to)
    return got.length === 0 || got[0]?.from !== request.pieces[index]?.from
  })
  if (delayed && isWanting) withheld.push(lost(schedule, 'conflict', delayed.from))
  const isShort = hasRounds ? cutShortAt !== null : !isLoop && waiting.length > 0
  const isUnfit = isShort && channel === 'audio'
  const [reason] = withheld
  // Of a schedule that waited both are listed: the wait, and that the rest was too short [CF5].
  if (isUnfit && (!reason || (delayed && isQueue(schedule)))) {
    const at = cutShortAt ?? runs.at(-1)?.to ?? pieces[0]?.from ?? window.from
    withheld.push(lost(schedule, 'not-fitting', at))
  }
  return { runs, withheld }
}

const isQueue = ({ onConflict }: Schedule): boolean => onConflict === 'queue'

/** The same request is played the same way wherever nobody queues and nothing is limited. */
const undisturbed = new WeakMap<Request, Performance>()

export const performAlone = (request: Request, place: Pick<Place, 'channel'>): Performance => {
  const known = undisturbed.get(request)
  if (known) return known
  const played = perform(request, request.pieces, place, allowAll)
  undisturbed.set(request, played)
  return played
}
