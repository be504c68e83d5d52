import { Readable } from 'node:stream'
import { createRoute, z } from '@hono/zod-openapi'
import { AppError, Sha256 } from '#protocol'
import type { Deps } from '../deps.ts'
import { rangeOf } from '../http/range.ts'
import { createRouter, refusals } from '../http/router.ts'

const get = createRoute({
  method: 'get',
  path: '/media/{sha256}',
  summary: 'Stored bytes by their hash; never changes, answers ranges',
  security: [],
  request: { params: z.object({ sha256: Sha256 }) },
  responses: {
    200: { description: 'All bytes' },
    206: { description: 'The range asked for' },
    410: { description: 'It is lost on the disk of the server' },
    416: { description: 'There are no bytes in this range' },
    ...refusals,
  },
})

/** Even what an attacker got in is only looked at: no script, no origin of ours, no frame but ours. */
const POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; frame-ancestors 'self'"

export const mediaRoutes = ({ store, storage, log }: Deps) => {
  const routes = createRouter()

  routes.openapi(get, async (c) => {
    const { sha256 } = c.req.valid('param')
    const media = await store.assets.media(sha256)
    if (!media) throw new AppError('not-found', { what: 'media' })
    const { bytes, mime } = media
    if ((await storage.size(sha256)) !== bytes) {
      log.error({ sha256 }, 'a stored file is lost or cut on disk')
      throw new AppError('media-missing')
    }
    const headers: Record<string, string> = {
      'content-type': mime,
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'content-security-policy': POLICY,
    }
    if (c.req.header('if-none-match') === headers.etag) return c.body(null, 304, headers) as never
    const range = rangeOf(c.req.header('range'), bytes)
    if (range === null) {
      return c.body(null, 416, { 'content-range': `bytes */${bytes}` })
    }
    const length = range ? range.end - range.start + 1 : bytes
    headers['content-length'] = String(length)
    if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${bytes}`
    const stream = Readable.toWeb(storage.read(sha256, range)) as ReadableStream
    return c.body(stream, range ? 206 : 200, headers)
  })

  return routes
}
