import { type IncomingMessage, get as plainGet } from 'node:http'
import { get as secureGet } from 'node:https'

const MOST_REDIRECTS = 5

/**
 * Asks for something over HTTP. A device plays for months after it has fetched something once, and
 * `fetch` would keep 8 MB of its memory for all that time; this client is loaded for the socket
 * anyway.
 * @param headers of the request
 * @returns the answer, whatever its status, with its body still to be read
 */
export const get = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  redirectsLeft = MOST_REDIRECTS,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? secureGet : plainGet
    const request = ask(url, { headers, signal }, (response) => {
      const { statusCode = 0, headers: answered } = response
      const isElsewhere = statusCode >= 300 && statusCode < 400 && answered.location !== undefined
      if (!isElsewhere || redirectsLeft === 0) return resolve(response)
      response.resume()
      const next = new URL(answered.location ?? '', url)
      return get(next, headers, signal, redirectsLeft - 1).then(resolve, reject)
    })
    request.on('error', reject)
  })
