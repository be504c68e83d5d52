import { parse, setOptions, type types } from 'hls-parser'
import type { DurationMs } from '#protocol'
import { resolved } from './guarded-get.ts'

/** Four hours of 2 s segments are some 500 kB. */
export const MOST_PLAYLIST_BYTES = 1_000_000
const MOST_LINES = 30_000
/** Its cost grows with the square of this. */
const MOST_LINES_OF_MASTER = 1_000

type Range = { offset: number; length: number }
export type Resource = { url: URL; range: Range | undefined }

export type Segment = Resource & {
  sequence: number
  /** It does not go on where the one before ended: other codecs, other times. */
  isDiscontinuous: boolean
  /** What has to be read before it. */
  map: Resource | undefined
  /** AES-128; undefined where it is not encrypted. */
  key: { url: URL; iv: Buffer } | undefined
}

export type MediaPlaylist = {
  targetMs: DurationMs
  /** Nothing will be added any more. */
  isEnded: boolean
  segments: Segment[]
}

const SOUND = /mp4a|mp3|ac-3|ec-3|opus|vorbis|flac/i
const IV_BYTES = 16

// What a playlist does wrong is judged here, by what is needed of it; the console is nobody's.
setOptions({ silent: true, strictMode: false })

/** What is needed least for: sound alone where there is such, else the smallest with sound in it. */
const leastOf = ({ variants }: types.MasterPlaylist): string => {
  const [least] = variants
    .filter(({ isIFrameOnly, codecs, audio }) => {
      if (isIFrameOnly) return false
      return audio.length > 0 || codecs === undefined || SOUND.test(codecs)
    })
    .toSorted((a, b) => a.bandwidth - b.bandwidth)
  if (!least) throw new Error('the playlist names nothing with sound')
  const rendition = least.audio.find(({ isDefault }) => isDefault) ?? least.audio[0]
  return rendition?.uri ?? least.uri
}

const resourceOf = (
  { uri, byterange }: { uri: string; byterange?: Range | undefined },
  base: URL,
): Resource => {
  const isRange = byterange && byterange.offset >= 0 && byterange.length > 0
  if (byterange && !isRange) throw new Error('a range of bytes has no beginning or no length')
  return { url: resolved(uri, base), range: isRange ? byterange : undefined }
}

const keyOf = (
  { key, mediaSequenceNumber }: types.Segment,
  base: URL,
): Segment['key'] | undefined => {
  if (!key || key.method === 'NONE') return undefined
  const { method, format = 'identity', uri } = key
  if (method !== 'AES-128' || format !== 'identity' || !uri)
    throw new Error(`its encryption is not read here: ${method} ${format}`.slice(0, 200))
  const iv = Buffer.alloc(IV_BYTES)
  if (key.iv) Buffer.from(key.iv).copy(iv)
  else iv.writeBigUInt64BE(BigInt(mediaSequenceNumber), 8)
  return { url: resolved(uri, base), iv }
}

const segmentOf = (segment: types.Segment, base: URL): Segment => ({
  ...resourceOf(segment, base),
  sequence: segment.mediaSequenceNumber,
  isDiscontinuous: segment.discontinuity === true,
  map: segment.map ? resourceOf(segment.map, base) : undefined,
  key: keyOf(segment, base),
})

/**
 * Reads a playlist (RFC 8216).
 * @param base where it came from
 * @returns the address of the playlist to read instead, where it only names others
 * @throws where it is none, or too large, or nothing in it can be heard
 */
export const readPlaylist = (text: string, base: URL): URL | MediaPlaylist => {
  const lines = text.split('\n').length
  const isMaster = text.includes('#EXT-X-STREAM-INF')
  if (lines > (isMaster ? MOST_LINES_OF_MASTER : MOST_LINES))
    throw new Error(`the playlist has ${lines} lines`)
  // Titles are words for people, and the parser fails over those that are not Latin.
  const playlist = parse(text.replaceAll(/^(#EXTINF:[^,\r\n]*).*$/gm, '$1,'))
  if (playlist.isMasterPlaylist) return resolved(leastOf(playlist), base)
  if (!(playlist.targetDuration > 0)) throw new Error('it is no playlist')
  return {
    targetMs: 1_000 * playlist.targetDuration,
    isEnded: playlist.endlist,
    segments: playlist.segments
      .filter(({ uri, gap }) => uri !== '' && !gap)
      .map((segment) => segmentOf(segment, base)),
  }
}
