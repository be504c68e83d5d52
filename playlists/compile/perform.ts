import type { Withheld, WithheldReason } from '#protocol'
import { layOut, type Run, type Waiting } from '../sequence/lay-out.ts'
import type { Span } from '../spans.ts'
import type { Place } from './programme.ts'
import { lost, type Request, waitingIn } from './request.ts'

/** What was laid into a stretch, and why it is less than there could be. */
export type Laid = { runs: Run[]; cut?: WithheldReason }

/** Lays into a stretch as much as is allowed of what `lay` would. */
export type Allow = (stretch: Span, lay: (stretch: Span) => Run[]) => Laid

export const allowAll: Allow = (stretch, lay) => ({ runs: lay(stretch) })

/** What became of a request. */
export type Performance = { runs: readonly Run[]; withheld: readonly Withheld[] }

/**
 * Plays a request through the pieces that it has got: what found no room in one goes on in the
 * next, and a loop begins anew in each [PL6].
 */
export const perform = (
  request: Request,
  pieces: readonly Span[],
  { channel }: Pick<Place, 'channel'>,
  allow: Allow,
): Performance => {
  const { schedule, script, closed, window } = request
  const isLoop = schedule.fill === 'repeat'
  const all = waitingIn(request)
  if (all.length + script.fill.length === 0) return { runs: [], withheld: [] }
  const runs: Run[] = []
  const withheld: Withheld[] = []
  let waiting: readonly Waiting[] = all
  for (const piece of pieces) {
    if (waiting.length === 0 && schedule.fill === 'end') break
    let rest = waiting
    const laid = allow(piece, (stretch) => {
      const made = layOut(stretch, waiting, script, schedule, channel)
      rest = made.rest
      return made.runs
    })
    runs.push(...laid.runs)
    if (laid.cut) withheld.push(lost(schedule, laid.cut, laid.runs.at(-1)?.to ?? piece.from))
    if (!isLoop && laid.runs.length > 0) waiting = rest
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
  const isUnfit = !isLoop && waiting.length > 0 && channel === 'audio'
  if (isUnfit && withheld.length === 0) {
    withheld.push(lost(schedule, 'not-fitting', runs.at(-1)?.to ?? window.from))
  }
  return { runs, withheld }
}

/** The same request is played the same way wherever nobody queues and nothing is limited. */
const undisturbed = new WeakMap<Request, Performance>()

export const performAlone = (request: Request, place: Pick<Place, 'channel'>): Performance => {
  const known = undisturbed.get(request)
  if (known) return known
  const played = perform(request, request.pieces, place, allowAll)
  undisturbed.set(request, played)
  return played
}
