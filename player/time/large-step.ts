import { type ClockSample, contradicts, estimateOffset } from './clock-offset.ts'

/** Nobody sets a running clock by more than this without a second source. */
const MOST_ALONE_MS = 2_000
/** The same where the time was carried over from before. */
const MOST_ALONE_AT_START_MS = 60_000
/** The system's clock agrees where it lies within this much of what the server says. */
const SAME_MS = 60_000
const ENOUGH_TO_BELIEVE = 3
/**
 * Where nothing else knows the time, a server that says the same for so long is believed: its clock
 * was wrong before, and somebody has had a day to see the alert. A device that plays nothing for want
 * of the time waits an hour.
 */
const BELIEVED_AFTER_MS = 24 * 3_600_000
const BELIEVED_AFTER_SILENT_MS = 3_600_000
/** How often the same refusal is recorded. */
const TOLD_EVERY_MS = 6 * 3_600_000

/** What is known of the time without the server's word. */
export type KnownTime = {
  /**
   * counted: the monotonic clock has counted on from a time that was agreed on. carried: a clock chip,
   * or nothing, tells; all that is sure is that it is not earlier than `notBefore`.
   */
  by: 'counted-since-sync' | 'counted-since-save' | 'carried' | 'none'
  offsetMs: number
  errorMs: number
  notBefore: number
}

/** By how much a sample would set the clock against what is known; undefined where nothing speaks against it. */
export const objection = (sample: ClockSample, known: KnownTime): number | undefined => {
  const claimed = estimateOffset({ agreed: [sample], doubted: [] }, sample.receivedAt)
  if (!claimed) return undefined
  const byMs = claimed.offsetMs - known.offsetMs
  switch (known.by) {
    case 'counted-since-sync':
    case 'counted-since-save': {
      const most = known.by === 'counted-since-sync' ? MOST_ALONE_MS : MOST_ALONE_AT_START_MS
      return Math.abs(byMs) > most + known.errorMs + claimed.errorMs ? byMs : undefined
    }
    case 'carried':
    case 'none': {
      const behindMs = known.notBefore - (sample.receivedAt + claimed.offsetMs)
      if (behindMs <= MOST_ALONE_AT_START_MS + claimed.errorMs) return undefined
      return known.by === 'none' ? -behindMs : byMs
    }
  }
}

type Doubt = {
  samples: ClockSample[]
  sinceMono: number
  byMs: number
  toldMono: number | undefined
}

/**
 * Weighs samples that would set the clock by much. They are believed where the system's clock, kept
 * by a chip or a time server, says the same; or where the server has said the same for long.
 */
export const createDoubt = () => {
  let doubt: Doubt | undefined

  return {
    /** @returns the samples to go by from now on, or undefined while they are not believed */
    weigh(
      sample: ClockSample,
      byMs: number,
      known: KnownTime,
      system: { at: number; isKept: boolean },
    ): readonly ClockSample[] | undefined {
      const before =
        doubt && estimateOffset({ agreed: doubt.samples, doubted: [] }, sample.receivedAt)
      const isSame = before && !contradicts(sample, before)
      const { sinceMono, toldMono } = (isSame && doubt) || {
        sinceMono: sample.receivedAt,
        toldMono: undefined,
      }
      const samples = [...((isSame && doubt?.samples) || []), sample].slice(-ENOUGH_TO_BELIEVE)
      doubt = { samples, sinceMono, byMs, toldMono }
      if (samples.length < ENOUGH_TO_BELIEVE) return undefined
      const claimed =
        sample.receivedAt +
        (estimateOffset({ agreed: samples, doubted: [] }, sample.receivedAt)?.offsetMs ?? 0)
      const ours = known.by === 'none' ? undefined : sample.receivedAt + known.offsetMs
      const offMs = Math.abs(system.at - claimed)
      const isSeconded =
        system.isKept &&
        offMs <= SAME_MS &&
        (ours === undefined || offMs < Math.abs(system.at - ours))
      const longMs = known.by === 'none' ? BELIEVED_AFTER_SILENT_MS : BELIEVED_AFTER_MS
      if (!isSeconded && sample.receivedAt - sinceMono < longMs) return undefined
      doubt = undefined
      return samples
    },

    /** Nothing speaks against what the server says by now. */
    settle(): void {
      doubt = undefined
    },

    /** By how much the clock was to be set and is not, and since when (monotonic ms). */
    refused: (): { byMs: number; sinceMono: number } | undefined =>
      doubt && doubt.samples.length >= ENOUGH_TO_BELIEVE
        ? { byMs: Math.round(doubt.byMs), sinceMono: doubt.sinceMono }
        : undefined,

    /** The same, where it is time to tell it (again). */
    toTell(nowMono: number): number | undefined {
      if (!doubt || doubt.samples.length < ENOUGH_TO_BELIEVE) return undefined
      if (doubt.toldMono !== undefined && nowMono - doubt.toldMono < TOLD_EVERY_MS) return undefined
      doubt.toldMono = nowMono
      return Math.round(doubt.byMs)
    },
  }
}
