import type { IncomingMessage } from 'node:http'
import { boundedText } from '../../../link/bounded-text.ts'
import type { GuardedGet } from './guarded-get.ts'
import { openHls } from './hls.ts'
import { MOST_PLAYLIST_BYTES } from './hls-playlist.ts'
import type { Inflow } from './inflow.ts'

/** The network may stumble for so long. */
const HELD_MS = 2_000
const STALLED_MS = 3_000

const isPlaylist = ({ headers }: IncomingMessage, { pathname }: URL): boolean =>
  /mpegurl/i.test(headers['content-type'] ?? '') || /\.m3u8?$/i.test(pathname)

/**
 * Asks for a stream: one that comes as it is (Icecast, Shoutcast), or in segments (HLS).
 * @throws where it may not be fetched or nobody answers
 */
export const openStream = async (
  address: URL,
  get: GuardedGet,
  signal: AbortSignal,
): Promise<Inflow> => {
  const { response, url } = await get(address, signal)
  if (!isPlaylist(response, url))
    return { patienceMs: STALLED_MS, heldMs: HELD_MS, pieces: response }
  const length = response.headers['content-length']
  return openHls(url, await boundedText(response, MOST_PLAYLIST_BYTES, length), get, signal)
}
