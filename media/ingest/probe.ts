import { AppError, type DurationMs } from '#protocol'
import { inputArguments } from '../ffmpeg/input.ts'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'

/** What the container says it holds: good for choosing what to do, not yet proved by decoding. */
export type Streams = {
  /** null where the container does not say. */
  durationMs: DurationMs | null
  hasAudio: boolean
  video: { width: number; height: number } | null
}

/** Reads ffmpeg's own description of an input. */
export const parseStreams = (report: string): Streams => {
  // An estimate from the bit rate is no promise.
  const isEstimated = report.includes('Estimating duration from bitrate')
  const duration = isEstimated ? null : /Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(report)
  const [, hours, minutes, seconds] = duration ?? []
  const pictures = [...report.matchAll(/Stream #0:\d+.*: Video: (.*)/g)]
  // A cover picture inside a sound file is a video stream to ffmpeg, and none to us.
  const moving = pictures.find(([, description]) => !description?.includes('(attached pic)'))
  const size = / (\d{2,5})x(\d{2,5})[ ,]/.exec(moving?.[1] ?? '')
  return {
    durationMs: duration
      ? Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
      : null,
    hasAudio: /Stream #0:\d+.*: Audio: /.test(report),
    video: size ? { width: Number(size[1]), height: Number(size[2]) } : null,
  }
}

/** @throws AppError file-unreadable */
export const probe = async (ffmpeg: Ffmpeg, path: string, demuxer: string): Promise<Streams> => {
  const copyNothing = ['-map', '0', '-c', 'copy', '-t', '0', '-f', 'null', '-']
  const { report } = await ffmpeg([...inputArguments(path, demuxer), ...copyNothing])
  const streams = parseStreams(report)
  if (!streams.hasAudio && !streams.video) {
    throw new AppError('file-unreadable', { detail: 'no sound, no picture' })
  }
  return streams
}
