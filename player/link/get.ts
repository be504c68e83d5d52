import { type IncomingMessage, get as plainGet } from 'node:http'
import { get as secureGet } from 'node:https'

const MOST_REDIRECTS = 5

/** The answer sends us where we do not go. */
export class RedirectRefused extends Error {}

/** @throws RedirectRefused where it leads anywhere else than to the server that was asked */
const nextOf = (location: string, url: URL): URL => {
  if (!URL.canParse(location, url.href))
    throw new RedirectRefused(`redirected to what is no address: ${location.slice(0, 200)}`)
  const next = new URL(location, url)
  if (next.origin !== url.origin)
    throw new RedirectRefused(`redirected to another server: ${next.href.slice(0, 200)}`)
  return next
}

/**
 * Asks for something over HTTP. A device plays for months after it has fetched something once, and
 * `fetch` would keep 8 MB of its memory for all that time; this client is loaded for the socket
 * anyway. Redirects are followed within the same scheme, host and port only.
 * @param headers of the request
 * @returns the answer, whatever its status, with its body still to be read
 * @throws RedirectRefused
 */
export const get = async (
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  redirectsLeft = MOST_REDIRECTS,
): Promise<IncomingMessage> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const ask = url.protocol === 'https:' ? secureGet : plainGet
    ask(url, { headers, signal }, resolve).on('error', reject)
  })
  const { statusCode = 0, headers: answered } = response
  const { location } = answered
  if (statusCode < 300 || statusCode >= 400 || location === undefined) return response
  // Nobody reads what it says besides, however long that is.
  response.destroy()
  if (redirectsLeft === 0) throw new RedirectRefused('redirected again and again')
  return get(nextOf(location, url), headers, signal, redirectsLeft - 1)
}
