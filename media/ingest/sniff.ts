import { stat } from 'node:fs/promises'
import { fileTypeFromFile } from 'file-type'
import { AppError } from '#protocol'
import { isHtml } from '../slides/html-page.ts'
import { readText } from './read-text.ts'

/** What a file is by its content. `demuxer` is the only one that ffmpeg is allowed to try on it. */
export type Sniffed =
  | { kind: 'media'; demuxer: string }
  | { kind: 'image' }
  | { kind: 'bulletin'; language: 'markdown' | 'html'; text: string }

const DEMUXERS: Readonly<Record<string, string>> = {
  mp3: 'mp3',
  wav: 'wav',
  ogg: 'ogg',
  oga: 'ogg',
  ogv: 'ogg',
  opus: 'ogg',
  flac: 'flac',
  aac: 'aac',
  m4a: 'mov',
  mp4: 'mov',
  m4v: 'mov',
  mov: 'mov',
  webm: 'matroska',
  mkv: 'matroska',
}
const PICTURES = new Set(['png', 'jpg', 'webp'])
/** Pages carry their pictures within themselves. */
const LONGEST_HTML_BYTES = 2 * 1024 * 1024
const LONGEST_TEXT_BYTES = 64 * 1024

const sniffText = async (path: string, size: number): Promise<Sniffed | undefined> => {
  const text = size <= LONGEST_HTML_BYTES ? await readText(path) : undefined
  if (text === undefined) return undefined
  if (isHtml(text)) return { kind: 'bulletin', language: 'html', text }
  return size <= LONGEST_TEXT_BYTES ? { kind: 'bulletin', language: 'markdown', text } : undefined
}

/**
 * Says what a file is from its bytes; its name is not asked.
 * @throws AppError file-empty, file-kind-unknown
 */
export const sniff = async (path: string): Promise<Sniffed> => {
  const { size } = await stat(path)
  if (size === 0) throw new AppError('file-empty')
  const type = await fileTypeFromFile(path)
  if (type) {
    if (PICTURES.has(type.ext)) return { kind: 'image' }
    const demuxer = DEMUXERS[type.ext]
    if (demuxer) return { kind: 'media', demuxer }
  }
  // A page may look like XML to the library, and is text all the same.
  const text = !type || /xml|html/.test(type.mime) ? await sniffText(path, size) : undefined
  if (text) return text
  throw new AppError('file-kind-unknown')
}
