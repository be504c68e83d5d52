import { AppError, type DurationMs, LOUDNESS_TARGET } from '#protocol'
import { inputArguments } from '../ffmpeg/input.ts'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { correctedLevels, firstLevels, isOnTarget } from '../loudness/gain.ts'
import { type Loudness, measureLoudness } from '../loudness/measure.ts'
import { clipArguments } from './arguments.ts'

const MOST_PASSES = 4
/** How often the sound is gone through: once to measure it, and twice in each pass. */
const MOST_RUNS = 1 + 2 * MOST_PASSES
/** A file that holds less sound than it promises was cut off on its way to us. */
const LEAST_SHARE = 0.97
const ROUNDING_MS = 200

const audible = (measured: Loudness) => {
  const { lufs, truePeakDbtp } = measured
  if (truePeakDbtp === null) throw new AppError('file-silent')
  if (lufs === null) throw new AppError('loudness-out-of-reach', { lufs: '< -70' })
  return { lufs, truePeakDbtp }
}

type Watch = {
  /** Called whenever more was decoded. */
  onProgress: (share: number) => void
  /** Learns how much sound there really is before anything is written; it may refuse it. */
  onMeasured: (durationMs: DurationMs) => void
}

/**
 * Writes a clip as it is broadcast. Gain and limiter are set from a measurement of the source, the
 * result is measured again and the levels corrected until it is on target: ffmpeg's loudnorm misses
 * it on short and on peaky speech.
 * @returns loudness and length of what was written
 * @param source.durationMs what the container promised, or null
 * @throws AppError file-unreadable, file-cut-short, file-silent, loudness-out-of-reach
 */
export const transcodeClip = async (
  ffmpeg: Ffmpeg,
  source: { path: string; demuxer: string; durationMs: DurationMs | null },
  output: string,
  { onProgress, onMeasured }: Watch,
): Promise<Loudness> => {
  const input = inputArguments(source.path, source.demuxer)
  let totalMs = source.durationMs ?? 0
  let runs = 0
  const onTimeMs = (timeMs: DurationMs) =>
    onProgress((runs + (totalMs > 0 ? Math.min(1, timeMs / totalMs) : 0)) / MOST_RUNS)

  const original = await measureLoudness(ffmpeg, input, onTimeMs)
  onMeasured(original.durationMs)
  if (original.durationMs < (source.durationMs ?? 0) * LEAST_SHARE - ROUNDING_MS) {
    throw new AppError('file-cut-short')
  }
  totalMs = original.durationMs
  runs = 1
  let levels = firstLevels(audible(original).lufs)
  let written: Loudness = original
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    await ffmpeg([...input, ...clipArguments(levels, output)], { onTimeMs })
    runs += 1
    written = await measureLoudness(ffmpeg, inputArguments(output, 'ogg'), onTimeMs)
    runs += 1
    if (isOnTarget(audible(written))) return written
    levels = correctedLevels(levels, audible(written))
  }
  const { lufs } = audible(written)
  if (Math.abs(lufs - LOUDNESS_TARGET.lufs) > LOUDNESS_TARGET.toleranceLu) {
    throw new AppError('loudness-out-of-reach', { lufs })
  }
  return written
}
