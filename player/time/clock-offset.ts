/** One exchange with the server: when it was asked and answered here, and its two instants there. */
export type ClockSample = {
  /** Monotonic ms here. */
  sentAt: number
  /** Server's time. */
  serverReceivedAt: number
  serverSentAt: number
  /** Monotonic ms here. */
  receivedAt: number
}

export type OffsetEstimate = {
  /** Add to the monotonic clock to get the server's time. */
  offsetMs: number
  /** The truth lies within this much of it, at the instant of the estimate. */
  errorMs: number
}

/** Exchanges that agree with each other, and newer ones that contradict them. */
export type Exchanges = {
  readonly agreed: readonly ClockSample[]
  readonly doubted: readonly ClockSample[]
}

export const NO_EXCHANGES: Exchanges = { agreed: [], doubted: [] }

/** A quartz that is worse than this is broken: 100 parts in a million. */
export const DRIFT_PER_MS = 100e-6
const KEPT = 64
/** So many that contradict all before them, one after another, are believed instead. */
const ENOUGH_TO_BELIEVE = 3

/** What an exchange took on the way, without the server's own part. */
const roundTripMs = (sample: ClockSample): number =>
  sample.receivedAt - sample.sentAt - (sample.serverSentAt - sample.serverReceivedAt)

/** Bound of the error of a sample, seen from a later instant. */
const errorAt = (sample: ClockSample, monoNow: number): number =>
  roundTripMs(sample) / 2 + (monoNow - sample.receivedAt) * DRIFT_PER_MS

const offsetOf = ({ sentAt, receivedAt, serverReceivedAt, serverSentAt }: ClockSample): number =>
  (serverReceivedAt - sentAt + (serverSentAt - receivedAt)) / 2

/**
 * The best of what is known: the sample whose error is smallest by now. A quick exchange bounds the
 * error by half its length whatever the network did; waiting in a queue only ever lengthens it.
 */
export const estimateOffset = (
  { agreed }: Exchanges,
  monoNow: number,
): OffsetEstimate | undefined => {
  let best: ClockSample | undefined
  for (const sample of agreed) {
    if (!best || errorAt(sample, monoNow) <= errorAt(best, monoNow)) best = sample
  }
  return best && { offsetMs: offsetOf(best), errorMs: errorAt(best, monoNow) }
}

/** Whether a sample and an estimate cannot both be true, however long the way was. */
export const contradicts = (sample: ClockSample, estimate: OffsetEstimate): boolean =>
  Math.abs(offsetOf(sample) - estimate.offsetMs) >
  errorAt(sample, sample.receivedAt) + estimate.errorMs

/**
 * Takes one more exchange: the newest are kept, and none with an impossible round trip. A server
 * whose clock was set contradicts what it said before: it is believed once it has said so three
 * times, and what it said before is forgotten.
 */
export const withSample = (exchanges: Exchanges, sample: ClockSample): Exchanges => {
  if (roundTripMs(sample) < 0) return exchanges
  const { agreed, doubted } = exchanges
  const before = estimateOffset(exchanges, sample.receivedAt)
  if (!before || !contradicts(sample, before))
    return { agreed: [...agreed, sample].slice(-KEPT), doubted: [] }
  const first = estimateOffset({ agreed: doubted, doubted: [] }, sample.receivedAt)
  const against = first && contradicts(sample, first) ? [sample] : [...doubted, sample]
  return against.length < ENOUGH_TO_BELIEVE
    ? { agreed, doubted: against }
    : { agreed: against, doubted: [] }
}
