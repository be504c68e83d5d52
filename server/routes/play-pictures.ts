import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createRoute, z } from '@hono/zod-openapi'
import { AppError, type DeviceId, Sha256 } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { PlayParams } from '../http/play-params.ts'
import { createRouter, json, refusalsAnd } from '../http/router.ts'
import { pictureIn } from '../sockets/device-answer.ts'

const picture = createRoute({
  method: 'post',
  path: '/api/plays/{device}/{epoch}/{seq}/picture',
  summary: 'Get the picture that the record of a slide names, from the device that keeps it',
  request: {
    params: PlayParams,
  },
  responses: {
    200: json(z.object({ sha256: Sha256 }), 'The picture is here, under /media'),
    ...refusalsAnd(410, 502, 504),
  },
})

/** Pictures stay on the devices, for 35 days: one comes here when somebody asks for it, and stays. */
export const playPictureRoutes = (deps: Deps) => {
  const { store, storage, players } = deps
  const routes = createRouter()

  /** @throws AppError device-offline, device-silent, picture-gone, or what else the device says */
  const ask = async (device: DeviceId, sha256: Sha256): Promise<void> => {
    const answer = await players.command(device, { name: 'picture', sha256 })
    const jpeg = pictureIn(answer)
    // The record was signed when it was made: what does not hash to its word is no evidence.
    const isNamed = createHash('sha256').update(jpeg).digest('hex') === sha256
    if (!isNamed) throw new AppError('picture-gone')
    const path = deps.scratchPath()
    await writeFile(path, jpeg)
    const stored = await storage.adopt(path)
    await store.assets.offerMedia({ ...stored, mime: 'image/jpeg' })
  }

  routes.openapi(picture, async (c) => {
    const { device, epoch, seq } = c.req.valid('param')
    const entry = await store.plays.get(device, epoch, seq)
    if (!entry) throw new AppError('not-found', { what: 'play' })
    await requireRight(c, deps, 'see', entry.play.area.id, 'play')
    const { measured } = entry.play
    const sha256 = measured?.kind === 'screen' ? measured.picture : null
    if (sha256 === null) throw new AppError('not-found', { what: 'picture' })
    if (!(await store.assets.media(sha256))) await ask(device, sha256)
    return c.json({ sha256 }, 200)
  })

  return routes
}
