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

/** A quartz that is worse than this is broken: 100 parts in a million. */
const DRIFT_PER_MS = 100e-6
const KEPT = 64

/** What an exchange took on the way, without the server's own part. */
const roundTripMs = (sample: ClockSample): number =>
  sample.receivedAt - sample.sentAt - (sample.serverSentAt - sample.serverReceivedAt)

/** Bound of the error of a sample, seen from a later instant. */
const errorAt = (sample: ClockSample, monoNow: number): number =>
  roundTripMs(sample) / 2 + (monoNow - sample.receivedAt) * DRIFT_PER_MS

/** Keeps the newest samples, and none with an impossible round trip. */
export const withSample = (
  samples: readonly ClockSample[],
  sample: ClockSample,
): readonly ClockSample[] => (roundTripMs(sample) < 0 ? samples : [...samples, sample].slice(-KEPT))

/**
 * The best of what is known: the sample whose error is smallest by now. A quick exchange bounds the
 * error by half its length whatever the network did; waiting in a queue only ever lengthens it.
 */
export const estimateOffset = (
  samples: readonly ClockSample[],
  monoNow: number,
): OffsetEstimate | undefined => {
  let best: ClockSample | undefined
  for (const sample of samples) {
    if (!best || errorAt(sample, monoNow) <= errorAt(best, monoNow)) best = sample
  }
  if (!best) return undefined
  const { sentAt, receivedAt, serverReceivedAt, serverSentAt } = best
  return {
    offsetMs: (serverReceivedAt - sentAt + (serverSentAt - receivedAt)) / 2,
    errorMs: errorAt(best, monoNow),
  }
}
