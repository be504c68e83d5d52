import { readFile, rm, writeFile } from 'node:fs/promises'
import {
  AppError,
  type AssetKind,
  type DurationMs,
  type IngestStep,
  type Rendition,
  type Sha256,
} from '#protocol'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { bulletinPage, bulletinTitle } from '../slides/bulletin.ts'
import { htmlPage, htmlTitle } from '../slides/html-page.ts'
import { convertPicture, writeThumbnail } from '../slides/picture.ts'
import type { Storage } from '../storage/storage.ts'
import { transcodeClip } from '../transcode/clip.ts'
import { tellingFrame, transcodeVideo } from '../transcode/video.ts'
import { waveformOf } from '../transcode/waveform.ts'
import { probe } from './probe.ts'
import { sniff } from './sniff.ts'

/** Sound of a session is at most 45 minutes in the field; this leaves room and bounds the disk. */
const LONGEST_MS: DurationMs = 2 * 3_600_000

export type IngestDeps = {
  ffmpeg: Ffmpeg
  storage: Storage
  /** A path for a file that is not finished; on the disk of the storage. */
  scratchPath: () => string
  onProgress: (step: IngestStep, share: number) => void
}

export type Ingested = {
  kind: AssetKind
  rendition: Rendition
  waveform: number[] | null
  thumbnail: Sha256 | null
  /** A title that the content itself suggests. */
  title: string | null
}

const NOTHING_MEASURED = {
  durationMs: null,
  width: null,
  height: null,
  loudnessLufs: null,
  truePeakDbtp: null,
}

const clip = async (
  path: string,
  demuxer: string,
  promisedMs: DurationMs | null,
  deps: IngestDeps,
): Promise<Ingested> => {
  const { ffmpeg, storage, scratchPath, onProgress } = deps
  const output = scratchPath()
  const source = { path, demuxer, durationMs: promisedMs }
  const written = await transcodeClip(ffmpeg, source, output, (share) =>
    onProgress('convert', share),
  )
  onProgress('preview', 0)
  const { durationMs } = written
  const waveform = await waveformOf(ffmpeg, { path: output, durationMs })
  const rendition: Rendition = {
    ...NOTHING_MEASURED,
    ...(await storage.adopt(output)),
    mime: 'audio/ogg',
    durationMs,
    loudnessLufs: written.lufs,
    truePeakDbtp: written.truePeakDbtp,
  }
  return { kind: 'clip', rendition, waveform, thumbnail: null, title: null }
}

const video = async (
  path: string,
  demuxer: string,
  promisedMs: DurationMs | null,
  deps: IngestDeps,
): Promise<Ingested> => {
  const { ffmpeg, storage, scratchPath, onProgress } = deps
  const output = scratchPath()
  const source = { path, demuxer, durationMs: promisedMs }
  const written = await transcodeVideo(ffmpeg, source, output, (share) =>
    onProgress('convert', share),
  )
  onProgress('preview', 0)
  const frame = scratchPath()
  await tellingFrame(ffmpeg, { path: output, durationMs: written.durationMs }, frame)
  const thumbnail = await thumbnailOf(frame, deps)
  await rm(frame)
  const stored = await storage.adopt(output)
  const rendition: Rendition = { ...NOTHING_MEASURED, ...stored, ...written, mime: 'video/mp4' }
  return { kind: 'video', rendition, waveform: null, thumbnail, title: null }
}

const image = async (path: string, deps: IngestDeps): Promise<Ingested> => {
  const { storage, scratchPath, onProgress } = deps
  const output = scratchPath()
  const size = await convertPicture(path, output)
  onProgress('preview', 0)
  const thumbnail = await thumbnailOf(output, deps)
  const stored = await storage.adopt(output)
  const rendition: Rendition = { ...NOTHING_MEASURED, ...stored, ...size, mime: 'image/webp' }
  return { kind: 'image', rendition, waveform: null, thumbnail, title: null }
}

const bulletin = async (
  path: string,
  language: 'markdown' | 'html',
  { storage, scratchPath }: IngestDeps,
): Promise<Ingested> => {
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '').normalize('NFC')
  const title = language === 'html' ? htmlTitle(text) : bulletinTitle(text)
  if (!title) throw new AppError('file-empty')
  const output = scratchPath()
  await writeFile(output, language === 'html' ? htmlPage(text) : bulletinPage(text))
  const stored = await storage.adopt(output)
  const rendition: Rendition = { ...NOTHING_MEASURED, ...stored, mime: 'text/html' }
  return { kind: 'bulletin', rendition, waveform: null, thumbnail: null, title }
}

const thumbnailOf = async (
  picture: string,
  { storage, scratchPath }: IngestDeps,
): Promise<Sha256> => {
  const path = scratchPath()
  await writeThumbnail(picture, path)
  return (await storage.adopt(path)).sha256
}

/**
 * Turns a file from a stranger into bytes that may be broadcast: nothing of the original is passed
 * on, everything is decoded and written anew. The original stays where it is.
 * @throws AppError file-empty, file-kind-unknown, file-unreadable, file-cut-short, file-silent,
 *   file-too-long,
 *   loudness-out-of-reach, bulletin-setting
 */
export const ingest = async (path: string, deps: IngestDeps): Promise<Ingested> => {
  deps.onProgress('inspect', 0)
  const sniffed = await sniff(path)
  if (sniffed.kind === 'image') {
    deps.onProgress('convert', 0)
    return image(path, deps)
  }
  if (sniffed.kind === 'bulletin') return bulletin(path, sniffed.language, deps)
  const streams = await probe(deps.ffmpeg, path, sniffed.demuxer)
  if ((streams.durationMs ?? 0) > LONGEST_MS) {
    throw new AppError('file-too-long', { limit: `${LONGEST_MS / 3_600_000} h` })
  }
  deps.onProgress('convert', 0)
  return streams.video
    ? video(path, sniffed.demuxer, streams.durationMs, deps)
    : clip(path, sniffed.demuxer, streams.durationMs, deps)
}
