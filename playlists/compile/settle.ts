import type { DayMs, Priority, Withheld } from '#protocol'
import { excessOf, hasLimits } from '../policy/limits.ts'
import type { Run } from '../sequence/lay-out.ts'
import { type Span, union } from '../spans.ts'
import { byLimits, type Claim } from './claims.ts'
import { keepLimits } from './keep-limits.ts'
import { allowAll, perform, performAlone } from './perform.ts'
import type { Place } from './programme.ts'
import type { Request } from './request.ts'

/** What is asked for on one day, once those who queue have lined up and the limits are kept. */
export type Settled = { claims: readonly Claim[]; withheld: readonly Withheld[] }

const orderOf = ({ schedule, window }: Request) => ({ schedule, windowStart: window.from })

/** The first instant of a piece at which nobody who came before is on air. */
const freeFrom = (piece: Span, occupied: readonly Span[]): DayMs =>
  union(occupied).reduce(
    (from, other) => (other.from <= from && from < other.to ? other.to : from),
    piece.from,
  )

/** The parts of a window that are left to who queues behind others of its class [CF2]. */
const queued = ({ pieces }: Request, occupied: readonly Span[]): Span[] =>
  pieces
    .map((piece) => ({ from: freeFrom(piece, occupied), to: piece.to }))
    .filter((piece) => piece.from < piece.to)

const isSamePieces = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length && a.every(({ from }, index) => from === b[index]?.from)

const claimsOf = ({ schedule, window }: Request, runs: readonly Run[], isAboveLimit: boolean) =>
  runs.map(
    ({ from, to, repeat, items }): Claim => ({
      from,
      to,
      anchor: from,
      repeat,
      items,
      schedule,
      windowStart: window.from,
      isAboveLimit,
    }),
  )

/**
 * Gives the channel's day away, one window after another in the order in which limits are: who queues
 * waits for what is really on air.
 * @param before what still wants the channel of windows of the day before
 */
export const settle = (
  requests: readonly Request[],
  before: readonly Claim[],
  place: Place,
): Settled => {
  const { policy, channel } = place
  const isLimited = channel === 'audio' && hasLimits(policy)
  const occupied = new Map<Priority, Span[]>()
  const take = (priority: Priority, spans: readonly Span[]) => {
    const taken = occupied.get(priority) ?? []
    taken.push(...spans)
    occupied.set(priority, taken)
  }
  for (const claim of before) take(claim.schedule.priority, [claim])
  const counted: Span[] = []
  const played: { request: Request; runs: readonly Run[]; isBound: boolean }[] = []
  const withheld: Withheld[] = requests.flatMap((request) => request.withheld)
  for (const request of requests.toSorted((a, b) => byLimits(orderOf(a), orderOf(b)))) {
    const { priority, exception, onConflict } = request.schedule
    const waits = onConflict === 'queue' && channel === 'audio'
    const pieces = waits ? queued(request, occupied.get(priority) ?? []) : request.pieces
    const isBound = isLimited && priority !== 'emergency' && !exception
    let performance = isSamePieces(pieces, request.pieces)
      ? performAlone(request, place)
      : perform(request, pieces, place, allowAll)
    if (isBound && excessOf(policy, counted, performance.runs))
      performance = perform(request, pieces, place, keepLimits(policy, counted))
    const { runs } = performance
    withheld.push(...performance.withheld)
    take(priority, runs)
    if (isBound) counted.push(...runs)
    played.push({ request, runs, isBound })
  }
  const claims = played.flatMap(({ request, runs, isBound }) => {
    const isAboveLimit = isLimited && !isBound && excessOf(policy, counted, runs) !== undefined
    return claimsOf(request, runs, isAboveLimit)
  })
  return { claims, withheld }
}
