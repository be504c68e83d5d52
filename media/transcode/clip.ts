import { AppError, type DurationMs, LOUDNESS_TARGET } from '#protocol'
import { inputArguments } from '../ffmpeg/input.ts'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'

import { correctedLevels, firstLevels, isOnTarget } from '../loudness/gain.ts'
import { type Loudness, measureLoudness } from '../loudness/measure.ts'
import { clipArguments } from './arguments.ts'

const MOST_PASSES = 4
/** A file that holds less sound than it promises was cut off on its way to us. */
const LEAST_SHARE = 0.97
const ROUNDING_MS = 200

const audible = (measured: Loudness) => {
  const { lufs, truePeakDbtp } = measured
  if (truePeakDbtp === null) throw new AppError('file-silent')
  if (lufs === null) throw new AppError('loudness-out-of-reach', { lufs: '< -70' })
  return { lufs, truePeakDbtp }
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
  onProgress: (share: number) => void,
): Promise<Loudness> => {
  const input = inputArguments(source.path, source.demuxer)
  const original = await measureLoudness(ffmpeg, input)
  if (original.durationMs < (source.durationMs ?? 0) * LEAST_SHARE - ROUNDING_MS) {
    throw new AppError('file-cut-short')
  }
  let levels = firstLevels(audible(original).lufs)
  let written: Loudness = original
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const onTimeMs = (timeMs: DurationMs) =>
      onProgress(Math.min(1, (pass + timeMs / original.durationMs) / MOST_PASSES))
    await ffmpeg([...input, ...clipArguments(levels, output)], { onTimeMs })
    written = await measureLoudness(ffmpeg, inputArguments(output, 'ogg'))
    if (isOnTarget(audible(written))) return written
    levels = correctedLevels(levels, audible(written))
  }
  const { lufs } = audible(written)
  if (Math.abs(lufs - LOUDNESS_TARGET.lufs) > LOUDNESS_TARGET.toleranceLu) {
    throw new AppError('loudness-out-of-reach', { lufs })
  }
  return written
}
