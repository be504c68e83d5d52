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

/** Whether a page of another origin sent this: browsers say so, devices and scripts say nothing. */
export const isForeign = (origin: string | undefined, host: string | undefined): boolean => {
  if (!origin) return false
  try {
    return new URL(origin).host !== host
  } catch {
    return true
  }
}

/** Keeps other people's pages from acting in the name of whoever is signed in here. */
export const refuseForeignPages: MiddlewareHandler<Env> = async (c, next) => {
  const host = c.req.header('x-forwarded-host') ?? c.req.header('host')
  if (!SAFE.has(c.req.method) && isForeign(c.req.header('origin'), host)) {
    throw new AppError('not-allowed')
  }
  await next()
}
