import type { DurationMs } from '#protocol'
import { inputArguments } from '../ffmpeg/input.ts'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { parseStreams } from '../ingest/probe.ts'
import { frameArguments, videoArguments } from './arguments.ts'

export type Video = { durationMs: DurationMs; width: number; height: number }

/**
 * Writes a video as boards play it.
 * @param durationMs what the container promised, for the progress only
 * @throws AppError file-unreadable
 */
export const transcodeVideo = async (
  ffmpeg: Ffmpeg,
  source: { path: string; demuxer: string; durationMs: DurationMs | null },
  output: string,
  onProgress: (share: number) => void,
): Promise<Video> => {
  const input = inputArguments(source.path, source.demuxer)
  const expectedMs = source.durationMs ?? 60_000
  // Writing takes several times as long as reading what was written.
  const writing = 0.8
  const written = await ffmpeg([...input, ...videoArguments(output)], {
    onTimeMs: (timeMs) => onProgress(writing * Math.min(1, timeMs / expectedMs)),
  })
  const decode = ['-map', '0:v:0', '-f', 'null', '-']
  const { report, timeMs } = await ffmpeg([...inputArguments(output, 'mov'), ...decode], {
    onTimeMs: (done) =>
      onProgress(writing + (1 - writing) * Math.min(1, done / Math.max(1, written.timeMs))),
  })
  const { video } = parseStreams(report)
  return { durationMs: timeMs, width: video?.width ?? 0, height: video?.height ?? 0 }
}

/** A frame that tells what a written video is about, as a PNG file: openings are often empty. */
export const tellingFrame = async (
  ffmpeg: Ffmpeg,
  video: { path: string; durationMs: DurationMs },
  output: string,
): Promise<void> => {
  const seek = ['-ss', String(video.durationMs / 3000)]
  await ffmpeg([...seek, ...inputArguments(video.path, 'mov'), ...frameArguments(output)])
}
