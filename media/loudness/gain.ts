import { LOUDNESS_TARGET } from '#protocol'

/** Gain and ceiling with which a clip is written. */
export type Levels = { gainDb: number; ceilingDb: number }

/** Coding and resampling lift peaks a little above the limiter's ceiling. */
const HEADROOM_DB = 0.7
/** More than this is not a quiet recording but noise. */
const MOST_GAIN_DB = 40

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

export const firstLevels = (measuredLufs: number): Levels => ({
  gainDb: clamp(LOUDNESS_TARGET.lufs - measuredLufs, -MOST_GAIN_DB, MOST_GAIN_DB),
  ceilingDb: LOUDNESS_TARGET.truePeakDbtp - HEADROOM_DB,
})

/** What to write the clip with next, seeing what the last levels led to. */
export const correctedLevels = (
  last: Levels,
  measured: { lufs: number; truePeakDbtp: number },
): Levels => ({
  gainDb: clamp(last.gainDb + LOUDNESS_TARGET.lufs - measured.lufs, -MOST_GAIN_DB, MOST_GAIN_DB),
  ceilingDb: last.ceilingDb - Math.max(0, measured.truePeakDbtp - LOUDNESS_TARGET.truePeakDbtp),
})

/** Half a loudness unit off the target, and no true peak above the ceiling. */
export const isOnTarget = (measured: { lufs: number; truePeakDbtp: number }): boolean =>
  Math.abs(measured.lufs - LOUDNESS_TARGET.lufs) <= LOUDNESS_TARGET.toleranceLu / 2 &&
  measured.truePeakDbtp <= LOUDNESS_TARGET.truePeakDbtp
