import type { MiddlewareHandler } from 'hono'
import { v7 as uuid } from 'uuid'
import { AppError, type Lang } from '#protocol'
import type { Env } from './env.ts'

/** Characters of a header that are said back. */
const MOST_SAID = 100
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The first of our languages that the reader names; Vietnamese where none is. */
const preferredLang = (header: string | undefined): Lang =>
  (/\b(vi|en)\b/.exec(header ?? '')?.[1] ?? 'vi') as Lang

/** Names the request and the reader's language. */
export const identifyRequest: MiddlewareHandler<Env> = async (c, next) => {
  c.set('requestId', uuid())
  c.set('lang', preferredLang(c.req.header('accept-language')))
  await next()
}

type Asked = {
  origin: string | undefined
  host: string | undefined
  /** Sec-Fetch-Site, which a page cannot set. */
  site: string | undefined
}

/**
 * Whether a page of another origin sent this: browsers say so, devices and scripts say nothing.
 * @param own where people reach this server, with its scheme; where it is not known, the host decides that
 *   the request was sent to
 */
export const isForeign = ({ origin, host, site }: Asked, own: string | undefined): boolean => {
  if (site !== undefined && !['same-origin', 'none'].includes(site)) return true
  if (!origin) return false
  if (!URL.canParse(origin)) return true
  const from = new URL(origin)
  return own === undefined ? from.host !== host : from.origin !== own
}

/** Keeps other people's pages from acting in the name of whoever is signed in here. */
export const refuseForeignPages =
  (own: string | undefined): MiddlewareHandler<Env> =>
  async (c, next) => {
    const [origin, host, site] = ['origin', 'host', 'sec-fetch-site'].map((name) =>
      c.req.header(name),
    )
    if (!SAFE.has(c.req.method) && isForeign({ origin, host, site }, own))
      throw new AppError('foreign-page', { own: (own ?? host ?? '').slice(0, MOST_SAID) })
    await next()
  }
