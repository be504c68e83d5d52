import { AppError, type DurationMs } from '#protocol'
import { inputArguments } from '../ffmpeg/input.ts'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { MOST_FRAME_PIXELS } from './limits.ts'

/** What the container says it holds: good for choosing what to do, not yet proved by decoding. */
export type Streams = {
  /** null where the container does not say. */
  durationMs: DurationMs | null
  hasAudio: boolean
  video: { width: number; height: number } | null
}

// The report repeats tags of the file: only what stands where ffmpeg's own words begin is believed.
const DURATION = /^ {2}Duration: (\d+):(\d\d):(\d\d\.\d+)/
const STREAM = /^ {2,4}Stream #0:\d+/
const SIZE = / (\d{2,5})x(\d{2,5})[ ,]/

/** Reads ffmpeg's own description of an input. */
export const parseStreams = (report: string): Streams => {
  const lines = report.split('\n')
  // An estimate from the bit rate is no promise.
  const isEstimated = lines.some((line) => line.includes('Estimating duration from bitrate'))
  const [, hours, minutes, seconds] =
    (isEstimated ? undefined : lines.map((line) => DURATION.exec(line)).find(Boolean)) ?? []
  const streams = lines.filter((line) => STREAM.test(line))
  // A cover picture inside a sound file is a video stream to ffmpeg, and none to us.
  const moving = streams.find(
    (line) => line.includes(': Video: ') && !line.includes('(attached pic)'),
  )
  const size = moving && SIZE.exec(moving)
  return {
    durationMs: hours
      ? Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
      : null,
    hasAudio: streams.some((line) => line.includes(': Audio: ')),
    video: size ? { width: Number(size[1]), height: Number(size[2]) } : null,
  }
}

/** @throws AppError file-unreadable, picture-too-large */
export const probe = async (ffmpeg: Ffmpeg, path: string, demuxer: string): Promise<Streams> => {
  const copyNothing = ['-map', '0', '-c', 'copy', '-t', '0', '-f', 'null', '-']
  const { report } = await ffmpeg([...inputArguments(path, demuxer), ...copyNothing])
  const streams = parseStreams(report)
  const { hasAudio, video } = streams
  if (!hasAudio && !video) {
    throw new AppError('file-unreadable', { detail: 'no sound, no picture' })
  }
  if (video && video.width * video.height > MOST_FRAME_PIXELS) {
    throw new AppError('picture-too-large', { limit: MOST_FRAME_PIXELS / 1_000_000 })
  }
  return streams
}
