import { AppError, type DurationMs } from '#protocol'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { DECODED_SECONDS } from '../ingest/limits.ts'

export type Loudness = {
  /** Integrated loudness; null where nothing passes the gate: silence, or less than 0.4 s. */
  lufs: number | null
  /** null for digital silence. */
  truePeakDbtp: number | null
  /** Length of the decoded sound. */
  durationMs: DurationMs
}

/** Reads the summary that ffmpeg's ebur128 filter ends with. */
export const parseLoudness = (report: string): Omit<Loudness, 'durationMs'> => {
  const summary = report.slice(report.lastIndexOf('Summary:'))
  const integrated = /I:\s+(-?[\d.]+|-inf|nan) LUFS/.exec(summary)?.[1]
  const peak = /Peak:\s+(-?[\d.]+|-inf|nan) dBFS/.exec(summary)?.[1]
  const lufs = Number(integrated)
  // The filter reports its absolute gate of -70 LUFS where no block was louder.
  return {
    lufs: Number.isFinite(lufs) && lufs > -70 ? lufs : null,
    truePeakDbtp: Number.isFinite(Number(peak)) ? Number(peak) : null,
  }
}

/**
 * Decodes the first sound stream, at most a second more than may be taken, and measures it (EBU R 128,
 * true peak).
 * @throws AppError file-unreadable
 */
export const measureLoudness = async (
  ffmpeg: Ffmpeg,
  input: readonly string[],
  onTimeMs: (timeMs: DurationMs) => void,
): Promise<Loudness> => {
  const filter = ['-map', '0:a:0', '-ac', '1', '-af', 'ebur128=peak=true']
  const output = ['-t', String(DECODED_SECONDS), '-f', 'null', '-']
  const { report, timeMs } = await ffmpeg([...input, ...filter, ...output], { onTimeMs })
  if (timeMs === 0) throw new AppError('file-unreadable', { detail: 'no sound could be decoded' })
  return { ...parseLoudness(report), durationMs: timeMs }
}
