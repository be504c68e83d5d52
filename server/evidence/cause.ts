import type { Cause, Delivery, DeliveryCause, EpochMs } from '#protocol'
import type { MatchedPlay } from './statement.ts'

type Verdict = { outcome: Exclude<Delivery, 'withheld'>; cause: DeliveryCause | null }

/** What else a device's journal tells: when it spoke, and what of boots and stops. */
export type Witness = {
  /** In the order of time. */
  events: readonly { at: EpochMs; kind: 'boot' | 'stop' | 'refusal'; clean: boolean }[]
  /** Of the plays around: when each was to begin, and which manifest it came from. */
  plays: readonly { plannedStartAt: EpochMs; revision: number }[]
}

const FROM_RECORD: Readonly<Record<Cause, DeliveryCause>> = {
  'joined-late': 'joined-late',
  'cut-by-plan': 'cut-by-plan',
  'plan-changed': 'plan-changed',
  'player-stopped': 'player-stopped',
  'player-killed': 'no-power',
  'media-missing': 'media-missing',
  'media-corrupt': 'media-missing',
  'not-decodable': 'device-fault',
  'output-lost': 'device-fault',
  'screen-lost': 'device-fault',
  emergency: 'overridden',
  'relay-lost': 'relay-lost',
  'clock-set': 'clock-set',
  skipped: 'skipped',
  muted: 'muted',
  silent: 'silent',
}

/** How an occurrence went by its own records: one, or several where it was torn and joined again. */
export const causeOfRecord = (records: readonly MatchedPlay[]): Verdict => {
  const whole = records.some(
    ({ outcome, cause }) => outcome === 'completed' || cause === 'cut-by-plan',
  )
  if (whole) return { outcome: 'delivered', cause: null }
  // What tore it first is the cause; that it was joined again afterwards is its consequence.
  const first = records.find(({ cause }) => cause !== null && cause !== 'joined-late') ?? records[0]
  const cause = first?.cause ? FROM_RECORD[first.cause] : null
  // Muted or silent it went its way, and nothing came out.
  const isHeard = records.some(({ outcome, playedMs }) => outcome !== 'failed' && playedMs > 0)
  return { outcome: isHeard ? 'shortened' : 'missed', cause }
}

/**
 * What an occurrence without a record means. Records come in their order: as soon as a later one is
 * here, there is none of this occurrence, and what comes next in the journal says why. Before that,
 * and where the journal says nothing, it is unknown.
 */
export const causeOfSilence = (
  { from, to }: { from: EpochMs; to: EpochMs },
  revision: number,
  { events, plays }: Witness,
): Verdict => {
  const unknown: Verdict = { outcome: 'unknown', cause: null }
  const nextEvent = events.find(({ at }) => at >= from)
  const nextPlay = plays.find(({ plannedStartAt }) => plannedStartAt >= to)
  if (!nextEvent && !nextPlay) return unknown
  // Switched off in order before it, and nothing heard of it until after it.
  const isBootNext =
    nextEvent?.kind === 'boot' && nextEvent.at <= (nextPlay?.plannedStartAt ?? Infinity)
  if (isBootNext && nextEvent) {
    return { outcome: 'missed', cause: nextEvent.clean ? 'player-stopped' : 'no-power' }
  }
  const around = plays.findLast(({ plannedStartAt }) => plannedStartAt < from)
  const held = Math.max(nextPlay?.revision ?? 0, around?.revision ?? 0)
  if (held > 0 && held < revision) return { outcome: 'missed', cause: 'plan-not-held' }
  return unknown
}
