import { lookup } from 'node:dns'
import { type IncomingMessage, Agent as PlainAgent, get as plainGet } from 'node:http'
import { Agent as SecureAgent, get as secureGet } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isListedHost, isPublicAddress, isRelayAllowed } from '#protocol'

export type Answer = {
  response: IncomingMessage
  /** Where it came from in the end. */
  url: URL
}

/** @throws where nothing may be fetched from there, nobody answers, or the answer is an error */
export type GuardedGet = (
  url: URL,
  signal: AbortSignal,
  range?: { offset: number; length: number },
) => Promise<Answer>

const MOST_REDIRECTS = 3
/** From the request to the head of the answer. */
const ANSWER_MS = 5_000

/** Every address that a name leads to is looked at; the one that is connected to is one of these. */
const lookupPublic: LookupFunction = (hostname, options, answer) =>
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return answer(error, [])
    const foreign = addresses.find(({ address }) => !isPublicAddress(address))
    const [first] = addresses
    if (foreign || !first) {
      const why = `${hostname} leads to ${foreign?.address}, which is not in the public network`
      return answer(new Error(why), [])
    }
    return options.all ? answer(null, addresses) : answer(null, first.address, first.family)
  })

/**
 * Where something in an answer points at.
 * @throws where it is no address
 */
export const resolved = (text: string, base: URL): URL => {
  if (!URL.canParse(text, base.href)) throw new Error(`no address: ${text.slice(0, 200)}`)
  const url = new URL(text, base)
  url.hash = ''
  return url
}

/**
 * Fetches parts of streams, and nothing that lies where a device has no business: addresses are
 * looked at before and at connecting, and again after every redirect.
 * @param hosts that the administrator vouches for
 */
export const createGuardedGet = (hosts: readonly string[]) => {
  // Agents of its own: no connection that somebody else made is taken over.
  const plain = new PlainAgent({ keepAlive: true })
  const secure = new SecureAgent({ keepAlive: true })

  const ask = (url: URL, headers: Record<string, string>, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const lookups = isListedHost(url, hosts) ? {} : { lookup: lookupPublic }
      const options = { headers, signal, ...lookups }
      const request =
        url.protocol === 'https:'
          ? secureGet(url, { ...options, agent: secure }, resolve)
          : plainGet(url, { ...options, agent: plain }, resolve)
      const late = setTimeout(() => request.destroy(new Error('no answer')), ANSWER_MS)
      request.once('response', () => clearTimeout(late))
      request.once('close', () => clearTimeout(late))
      request.on('error', reject)
    })

  const get: GuardedGet = async (first, signal, range) => {
    const headers = {
      'user-agent': 'Loabang',
      'accept-encoding': 'identity',
      ...(range && { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
    }
    let url = first
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      if (!isRelayAllowed(url.href, hosts))
        throw new Error(`${hop > 0 ? 'redirected to' : ''} ${url.href}: not allowed`.trim())
      const response = await ask(url, headers, signal)
      const { statusCode = 0 } = response
      const { location, 'content-encoding': encoding = 'identity' } = response.headers
      const isElsewhere = statusCode >= 300 && statusCode < 400 && location !== undefined
      if (!isElsewhere && statusCode === (range ? 206 : 200) && encoding === 'identity')
        return { response, url }
      response.destroy()
      if (!isElsewhere) throw new Error(`HTTP ${statusCode} ${encoding}`)
      url = resolved(location, url)
    }
    throw new Error('redirected again and again')
  }

  return {
    get,
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}
