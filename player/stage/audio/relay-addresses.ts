import { readFile } from 'node:fs/promises'

/** What a stream may be fetched with. */
const STREAM_URL = /^(https?|rtp|rtsp|udp):\/\//i
const LARGEST_BYTES = 16_384

/**
 * The addresses in a relay's approved file, a `text/uri-list` (RFC 2483): one a line, the first that
 * answers is taken; lines that begin with # are remarks.
 * @throws where there is none that a stream can be fetched from
 */
export const relayAddresses = async (path: string): Promise<string[]> => {
  const text = (await readFile(path, 'utf8')).slice(0, LARGEST_BYTES)
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const addresses = lines.filter((line) => STREAM_URL.test(line) && URL.canParse(line))
  if (addresses.length === 0) throw new Error('there is no address of a stream in it')
  return addresses
}
