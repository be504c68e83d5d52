import type { MiddlewareHandler } from 'hono'
import { v7 as uuid } from 'uuid'
import { AppError, type Lang } from '#protocol'
import type { Env } from './env.ts'

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

/**
 * Whether a page of another origin sent this: browsers say so, devices and scripts say nothing.
 * @param hosts where the server is reached: as the request says, and as the administrator does
 */
export const isForeign = (
  origin: string | undefined,
  hosts: readonly (string | undefined)[],
): boolean => {
  if (!origin) return false
  try {
    return !hosts.includes(new URL(origin).host)
  } catch {
    return true
  }
}

/**
 * Keeps other people's pages from acting in the name of whoever is signed in here.
 * @param publicUrl where people reach the server, also where a proxy passes another host on
 */
export const refuseForeignPages = (publicUrl: string): MiddlewareHandler<Env> => {
  const { host } = new URL(publicUrl)
  return async (c, next) => {
    const isOurs = !isForeign(c.req.header('origin'), [host, c.req.header('host')])
    if (!SAFE.has(c.req.method) && !isOurs) throw new AppError('not-allowed')
    await next()
  }
}
