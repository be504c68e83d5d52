import { readFile } from 'node:fs/promises'
import { isRelayAllowed } from '#protocol'

/** What names a stream. Not all of it may be fetched. */
const STREAM_URL = /^(https?|rtp|rtsp|udp):\/\//i
const LARGEST_BYTES = 16_384

/**
 * The addresses in a relay's approved file, a `text/uri-list` (RFC 2483): one a line, the first that
 * answers is taken; lines that begin with # are remarks.
 * @param hosts that the administrator vouches for
 * @returns those that streams may be fetched from, and those that they may not
 * @throws where there is no address of a stream in it
 */
export const relayAddresses = async (
  path: string,
  hosts: readonly string[],
): Promise<{ allowed: string[]; refused: string[] }> => {
  const text = (await readFile(path, 'utf8')).slice(0, LARGEST_BYTES)
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const addresses = lines.filter((line) => STREAM_URL.test(line) && URL.canParse(line))
  if (addresses.length === 0) throw new Error('there is no address of a stream in it')
  const isAllowed = (address: string) => isRelayAllowed(address, hosts)
  return {
    allowed: addresses.filter(isAllowed),
    refused: addresses.filter((address) => !isAllowed(address)),
  }
}
