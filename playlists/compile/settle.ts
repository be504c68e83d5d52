import type { DayMs, Policy, Priority, Withheld } from '#protocol'
import { excessOf, hasLimits } from '../policy/limits.ts'
import type { Run } from '../sequence/lay-out.ts'
import { type Span, union } from '../spans.ts'
import { byPrecedence, type Claim } from './claims.ts'
import { type Allow, allowAll, type Performance, perform, performAlone } from './perform.ts'
import type { Place } from './programme.ts'
import type { Request } from './request.ts'

/** What is asked for on one day, once those who queue have lined up and the limits are kept. */
export type Settled = { claims: readonly Claim[]; withheld: readonly Withheld[] }

type Cast = { request: Request; pieces: readonly Span[]; played: Performance }

const orderOf = ({ schedule, window }: Request) => ({ schedule, windowStart: window.from })

/** The first instant of a piece at which nobody who came before is on air. */
const freeFrom = (piece: Span, occupied: readonly Span[]): DayMs =>
  union(occupied).reduce(
    (from, other) => (other.from <= from && from < other.to ? other.to : from),
    piece.from,
  )

/** Lines up those who queue behind whoever of their class began before them [CF2]. */
const lineUp = (requests: readonly Request[], before: readonly Claim[], place: Place): Cast[] => {
  const occupied = new Map<Priority, Span[]>()
  const take = (priority: Priority, spans: readonly Span[]) => {
    const taken = occupied.get(priority) ?? []
    taken.push(...spans)
    occupied.set(priority, taken)
  }
  for (const claim of before) take(claim.schedule.priority, [claim])
  return requests
    .toSorted((a, b) => a.window.from - b.window.from || (a.schedule.id < b.schedule.id ? -1 : 1))
    .map((request) => {
      const { priority, onConflict } = request.schedule
      const queues = onConflict === 'queue' && place.channel === 'audio'
      const pieces = queues
        ? request.pieces
            .map((piece) => ({ from: freeFrom(piece, occupied.get(priority) ?? []), to: piece.to }))
            .filter((piece) => piece.from < piece.to)
        : request.pieces
      const isDelayed = pieces.some((piece, index) => piece.from !== request.pieces[index]?.from)
      const played =
        isDelayed || pieces.length < request.pieces.length
          ? perform(request, pieces, place, allowAll)
          : performAlone(request, place)
      take(priority, played.runs)
      return { request, pieces, played }
    })
}

/** Shortens one stretch after another until the day's limits are kept by all of them together. */
const keep = (policy: Policy, onAir: readonly Span[]): Allow => {
  const air = [...onAir]
  return (stretch, lay) => {
    let runs: Run[] = lay(stretch)
    let excess = excessOf(policy, air, runs)
    const cut = excess?.reason
    while (excess) {
      const to = (runs.at(-1)?.to ?? stretch.from) - excess.ms
      const isHopeless = excess.ms === 0 || to <= stretch.from
      runs = isHopeless ? [] : lay({ from: stretch.from, to })
      excess = excessOf(policy, air, runs)
    }
    air.push(...runs)
    return cut ? { runs, cut } : { runs }
  }
}

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
 * @param before what still wants the channel of windows of the day before
 */
export const settle = (
  requests: readonly Request[],
  before: readonly Claim[],
  place: Place,
): Settled => {
  const cast = lineUp(requests, before, place)
  const isLimited = place.channel === 'audio' && hasLimits(place.policy)
  const onAir: Span[] = []
  const claims: Claim[] = []
  const withheld: Withheld[] = requests.flatMap((request) => request.withheld)
  const ranked = isLimited
    ? cast.toSorted((a, b) => byPrecedence(orderOf(a.request), orderOf(b.request)))
    : cast
  const free: Cast[] = []
  for (const each of ranked) {
    const { request, pieces, played } = each
    const { priority, exception } = request.schedule
    if (!isLimited || priority === 'emergency' || exception) {
      free.push(each)
      continue
    }
    const kept =
      excessOf(place.policy, onAir, played.runs) === undefined
        ? played
        : perform(request, pieces, place, keep(place.policy, onAir))
    onAir.push(...kept.runs)
    claims.push(...claimsOf(request, kept.runs, false))
    withheld.push(...kept.withheld)
  }
  for (const { request, played } of free) {
    const isAboveLimit = isLimited && excessOf(place.policy, onAir, played.runs) !== undefined
    claims.push(...claimsOf(request, played.runs, isAboveLimit))
    withheld.push(...played.withheld)
  }
  return { claims, withheld }
}
