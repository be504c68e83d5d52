import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { AppError } from '#protocol'
import type { Env } from './env.ts'

/** What anybody may send who has not proved who they are: a name and a password, a code and two keys. */
export const BEFORE_SIGN_IN_BYTES = 16_000
/** What a signed-in person or a device may send at once. */
export const SIGNED_IN_BYTES = 1_000_000

/** Requests whose body is a file: it is counted while it is written to disk (receive-file.ts). */
const UPLOADS = [/^\/api\/assets$/, /^\/api\/campaigns\/[^/]+\/document$/]

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${bytes / 1000} kB` : `${bytes / 1_000_000} MB`

/**
 * Refuses a body that is larger than this before it is parsed; one of unknown length is counted while
 * it arrives.
 * @throws AppError request-too-large
 */
export const limitBody = (most: number): MiddlewareHandler<Env> =>
  bodyLimit({
    maxSize: most,
    onError: () => {
      throw new AppError('request-too-large', { limit: sizeOf(most) })
    },
  })

const limitSignedIn = limitBody(SIGNED_IN_BYTES)

/** Bounds what a signed-in person sends, but for files. @throws AppError request-too-large */
export const limitRequests: MiddlewareHandler<Env> = (c, next) =>
  c.req.method === 'POST' && UPLOADS.some((path) => path.test(c.req.path))
    ? next()
    : limitSignedIn(c, next)
