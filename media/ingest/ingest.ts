import { stat, writeFile } from 'node:fs/promises'
import { AppError, type DurationMs, type IngestStep } from '#protocol'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { bulletinPage, bulletinTitle } from '../slides/bulletin.ts'
import { htmlPage } from '../slides/html-page.ts'
import { htmlTitle } from '../slides/html-title.ts'
import { convertPicture, writeThumbnail } from '../slides/picture.ts'
import { transcodeClip } from '../transcode/clip.ts'
import { tellingFrame, transcodeVideo } from '../transcode/video.ts'
import { waveformOf } from '../transcode/waveform.ts'
import { type Ingested, LONGEST_TITLE } from './ingested.ts'
import { LARGEST_CLIP_BYTES, LARGEST_VIDEO_BYTES, LONGEST_MS } from './limits.ts'
import { probe } from './probe.ts'
import { type Sniffed, sniff } from './sniff.ts'

export type IngestDeps = {
  ffmpeg: Ffmpeg
  /** Where the results go, each a path at which nothing is yet. */
  output: { rendition: string; thumbnail: string }
  /** Called whenever the work has moved, also where its share cannot be known. */
  onProgress: (step: IngestStep, share: number) => void
}

const NOTHING_MEASURED = {
  durationMs: null,
  width: null,
  height: null,
  loudnessLufs: null,
  truePeakDbtp: null,
}

type Source = { path: string; demuxer: string; durationMs: DurationMs | null }

/** The container's word was asked before; this is what was decoded. */
const refuseTooLong = (durationMs: DurationMs) => {
  if (durationMs > LONGEST_MS) {
    throw new AppError('file-too-long', { limit: `${LONGEST_MS / 3_600_000} h` })
  }
}

/** ffmpeg ends in order where its output has reached the limit: what was written is cut off. */
const refuseTooLarge = async (path: string, limit: number) => {
  if ((await stat(path)).size >= limit) {
    throw new AppError('file-too-large', { limit: `${limit / 1_000_000} MB` })
  }
}

const clip = async (source: Source, deps: IngestDeps): Promise<Ingested> => {
  const { ffmpeg, output, onProgress } = deps
  const written = await transcodeClip(ffmpeg, source, output.rendition, {
    onProgress: (share) => onProgress('convert', share),
    onMeasured: refuseTooLong,
  })
  await refuseTooLarge(output.rendition, LARGEST_CLIP_BYTES)
  onProgress('preview', 0)
  const { durationMs } = written
  const waveform = await waveformOf(ffmpeg, { path: output.rendition, durationMs }, (share) =>
    onProgress('preview', share),
  )
  const rendition = {
    ...NOTHING_MEASURED,
    mime: 'audio/ogg' as const,
    durationMs,
    loudnessLufs: written.lufs,
    truePeakDbtp: written.truePeakDbtp,
  }
  return { kind: 'clip', rendition, waveform, hasThumbnail: false, title: null }
}

const video = async (source: Source, deps: IngestDeps): Promise<Ingested> => {
  const { ffmpeg, output, onProgress } = deps
  const written = await transcodeVideo(ffmpeg, source, output.rendition, (share) =>
    onProgress('convert', share),
  )
  refuseTooLong(written.durationMs)
  await refuseTooLarge(output.rendition, LARGEST_VIDEO_BYTES)
  onProgress('preview', 0)
  const frame = `${output.thumbnail}.png`
  await tellingFrame(ffmpeg, { path: output.rendition, durationMs: written.durationMs }, frame)
  onProgress('preview', 0.5)
  await writeThumbnail(frame, output.thumbnail)
  const rendition = { ...NOTHING_MEASURED, ...written, mime: 'video/mp4' as const }
  return { kind: 'video', rendition, waveform: null, hasThumbnail: true, title: null }
}

const image = async (path: string, { output, onProgress }: IngestDeps): Promise<Ingested> => {
  const size = await convertPicture(path, output.rendition)
  onProgress('preview', 0)
  await writeThumbnail(output.rendition, output.thumbnail)
  const rendition = { ...NOTHING_MEASURED, ...size, mime: 'image/webp' as const }
  return { kind: 'image', rendition, waveform: null, hasThumbnail: true, title: null }
}

const bulletin = async (
  { language, text }: Sniffed & { kind: 'bulletin' },
  { output }: IngestDeps,
): Promise<Ingested> => {
  const title = language === 'html' ? htmlTitle(text) : bulletinTitle(text)
  if (!title) throw new AppError('file-empty')
  await writeFile(output.rendition, language === 'html' ? htmlPage(text) : bulletinPage(text))
  return {
    kind: 'bulletin',
    rendition: { ...NOTHING_MEASURED, mime: 'text/html' },
    waveform: null,
    hasThumbnail: false,
    title: title.slice(0, LONGEST_TITLE).toWellFormed(),
  }
}

/**
 * Turns a file from a stranger into bytes that may be broadcast: nothing of the original is passed
 * on, everything is decoded and encoded again. The original stays where it is. What is left at the
 * output after a refusal is of no use.
 * @throws AppError file-empty, file-kind-unknown, file-unreadable, file-cut-short, file-silent,
 *   file-too-long, file-too-large, picture-too-large, loudness-out-of-reach, bulletin-setting
 */
export const ingest = async (path: string, deps: IngestDeps): Promise<Ingested> => {
  deps.onProgress('inspect', 0)
  const sniffed = await sniff(path)
  if (sniffed.kind === 'bulletin') return bulletin(sniffed, deps)
  if (sniffed.kind === 'image') {
    deps.onProgress('convert', 0)
    return image(path, deps)
  }
  const { demuxer } = sniffed
  const { durationMs, video: moving } = await probe(deps.ffmpeg, path, demuxer)
  if (durationMs !== null) refuseTooLong(durationMs)
  deps.onProgress('convert', 0)
  const source = { path, demuxer, durationMs }
  return moving ? video(source, deps) : clip(source, deps)
}
