import { createDecipheriv } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { boundedText } from '../../../link/bounded-text.ts'
import { monotonicMs } from '../../../time/monotonic.ts'
import type { GuardedGet } from './guarded-get.ts'
import {
  type MediaPlaylist,
  MOST_PLAYLIST_BYTES,
  type Resource,
  readPlaylist,
  type Segment,
} from './hls-playlist.ts'
import { type Inflow, NEW_DECODER } from './inflow.ts'

/** Ten seconds of picture and sound at 12 Mbit/s. */
const MOST_SEGMENT_BYTES = 16_000_000
const MOST_KEY_BYTES = 1_000
/** How far from its end a live playlist is joined (RFC 8216, 6.3.3). */
const JOINED_AT = 3
/** A reader further behind than this joins again near the end. */
const MOST_BEHIND = 10
const SHORTEST_RELOAD_MS = 500
/** So many segments, or reloads, may fail one after another. */
const MOST_FAILURES = 3

const within = (value: number, least: number, most: number) =>
  Math.max(least, Math.min(most, value))

/** What of a playlist is to be played next. @param next the sequence number that follows what was */
const dueOf = ({ segments, isEnded }: MediaPlaylist, next: number | undefined): Segment[] => {
  const latest = segments.slice(-JOINED_AT)
  const end = (segments.at(-1)?.sequence ?? -1) + 1
  if (next === undefined) return isEnded ? segments : latest
  // A station that began counting again.
  if (end < next) return latest
  const due = segments.filter(({ sequence }) => sequence >= next)
  return !isEnded && due.length > MOST_BEHIND ? latest : due
}

const nameOf = ({ url, range }: Resource): string => `${url.href} ${range?.offset} ${range?.length}`

/**
 * A station that sends in segments, as one stream: followed as it grows, decrypted, and with a new
 * decoder where it does not go on as it was.
 * @param text of the playlist at `first`
 */
export const openHls = async (
  first: URL,
  text: string,
  get: GuardedGet,
  signal: AbortSignal,
): Promise<Inflow> => {
  let base = first

  const load = async (): Promise<URL | MediaPlaylist> => {
    const { response, url } = await get(base, signal)
    const length = response.headers['content-length']
    base = url
    return readPlaylist(await boundedText(response, MOST_PLAYLIST_BYTES, length), url)
  }
  const loadMedia = async (): Promise<MediaPlaylist> => {
    const playlist = await load()
    if (playlist instanceof URL) throw new Error('the playlist names playlists of playlists')
    return playlist
  }

  async function* bytesOf({ url, range }: Resource): AsyncGenerator<Uint8Array> {
    const { response } = await get(url, signal, range)
    let left = range?.length ?? MOST_SEGMENT_BYTES
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      left -= chunk.length
      if (left < 0) throw new Error('a segment is too long')
      yield chunk
    }
  }

  let known: { href: string; key: Buffer } | undefined
  const keyAt = async (url: URL): Promise<Buffer> => {
    if (known?.href === url.href) return known.key
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of bytesOf({ url, range: undefined })) {
      bytes += chunk.length
      if (bytes > MOST_KEY_BYTES) break
      chunks.push(chunk)
    }
    known = { href: url.href, key: Buffer.concat(chunks) }
    return known.key
  }

  async function* clearBytesOf(segment: Segment): AsyncGenerator<Uint8Array> {
    if (!segment.key) return yield* bytesOf(segment)
    const { url, iv } = segment.key
    const decipher = createDecipheriv('aes-128-cbc', await keyAt(url), iv)
    for await (const chunk of bytesOf(segment)) yield decipher.update(chunk)
    return yield decipher.final()
  }

  async function* piecesFrom(playlist: MediaPlaylist): Inflow['pieces'] & AsyncGenerator {
    let media = playlist
    let next: number | undefined
    let map: string | undefined
    let isBegun = false
    let failures = 0

    async function* piecesOf(segment: Segment) {
      const wanted = segment.map && nameOf(segment.map)
      if (isBegun && (segment.isDiscontinuous || wanted !== map)) {
        yield NEW_DECODER
        map = undefined
      }
      isBegun = true
      if (segment.map && wanted !== map) {
        yield* bytesOf(segment.map)
        map = wanted
      }
      yield* clearBytesOf(segment)
    }
    const failed = (error: unknown) => {
      if (signal.aborted || ++failures >= MOST_FAILURES) throw error
    }

    for (;;) {
      const loadedAt = monotonicMs()
      const due = dueOf(media, next)
      for (const segment of due) {
        try {
          yield* piecesOf(segment)
          failures = 0
        } catch (error) {
          failed(error)
        }
        next = segment.sequence + 1
      }
      if (media.isEnded) return
      const everyMs = due.length > 0 ? media.targetMs : media.targetMs / 2
      await sleep(
        within(loadedAt + everyMs - monotonicMs(), SHORTEST_RELOAD_MS, 30_000),
        undefined,
        { signal },
      )
      try {
        media = await loadMedia()
      } catch (error) {
        failed(error)
      }
    }
  }

  let playlist = readPlaylist(text, first)
  if (playlist instanceof URL) {
    base = playlist
    playlist = await loadMedia()
  }
  const { targetMs } = playlist
  return {
    patienceMs: within(3 * targetMs, 6_000, 30_000),
    // Segments come at once, and then nothing for as long as they last.
    heldMs: within(1.5 * targetMs, 2_000, 10_000),
    pieces: piecesFrom(playlist),
  }
}
