import { open, stat } from 'node:fs/promises'
import { fileTypeFromFile } from 'file-type'
import { AppError } from '#protocol'

/** What a file is by its content. `demuxer` is the only one that ffmpeg is allowed to try on it. */
export type Sniffed = { kind: 'media'; demuxer: string } | { kind: 'image' } | { kind: 'bulletin' }

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
const LONGEST_TEXT_BYTES = 64 * 1024

const isText = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile())
    return !text.includes('\u0000')
  } catch {
    return false
  } finally {
    await file.close()
  }
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
  } else if (size <= LONGEST_TEXT_BYTES && (await isText(path))) return { kind: 'bulletin' }
  throw new AppError('file-kind-unknown')
}
