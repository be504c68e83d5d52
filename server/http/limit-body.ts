import type { MiddlewareHandler } from 'hono'
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

type Reader = ReadableStreamDefaultReader<Uint8Array>

/** Reads what is left and keeps nothing of it: its sender gets to read the refusal (connections.ts). */
const discard = async (reader: Reader): Promise<void> => {
  while (!(await reader.read()).done);
}

/** @returns undefined where there is more than that */
const readUpTo = async (reader: Reader, most: number): Promise<Buffer | undefined> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    bytes += value.length
    if (bytes > most) return undefined
    chunks.push(value)
  }
}

/**
 * Refuses a body that is larger than this before it is parsed; one of unknown length is counted while
 * it arrives.
 * @throws AppError request-too-large
 */
export const limitBody = (most: number): MiddlewareHandler<Env> => {
  const tooLarge = () => new AppError('request-too-large', { limit: sizeOf(most) })
  return async (c, next) => {
    const announced = c.req.header('content-length')
    if (announced !== undefined) {
      if (Number(announced) > most) throw tooLarge()
      return next()
    }
    const reader = c.req.raw.body?.getReader()
    if (!reader) return next()
    const body = await readUpTo(reader, most)
    if (!body) {
      discard(reader).catch(() => {})
      throw tooLarge()
    }
    c.req.raw = new Request(c.req.raw, { body: new Uint8Array(body) })
    return next()
  }
}

const limitSignedIn = limitBody(SIGNED_IN_BYTES)

/** Bounds what a signed-in person sends, but for files. @throws AppError request-too-large */
export const limitRequests: MiddlewareHandler<Env> = (c, next) =>
  c.req.method === 'POST' && UPLOADS.some((path) => path.test(c.req.path))
    ? next()
    : limitSignedIn(c, next)
