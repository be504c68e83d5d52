import { writeFile } from 'node:fs/promises'
import { createRoute, z } from '@hono/zod-openapi'
import {
  AppError,
  AreaId,
  Device,
  DeviceId,
  DeviceInput,
  ENROLMENT_CODE_LIFE_MS,
  EnrolmentCode,
  LiveDevice,
  Sha256,
} from '#protocol'
import { may } from '../access/grants.ts'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { pictureIn } from '../sockets/device-answer.ts'

const params = z.object({ id: DeviceId })

const live = createRoute({
  method: 'get',
  path: '/api/devices',
  summary: 'Devices with what they do this instant',
  request: { query: z.object({ areaId: AreaId.optional() }) },
  responses: { 200: json(z.array(LiveDevice), 'Devices, by area'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/devices',
  summary: 'Add a device; it can enrol with a code afterwards',
  request: { body: body(DeviceInput) },
  responses: { 201: json(Device, 'The device'), ...refusals },
})

const makeCode = createRoute({
  method: 'post',
  path: '/api/devices/{id}/enrolment-codes',
  summary: 'Make a code with which one player can enrol as this device, once',
  request: { params },
  responses: { 201: json(EnrolmentCode, 'The code; it is not shown again'), ...refusals },
})

const unenrol = createRoute({
  method: 'delete',
  path: '/api/devices/{id}/enrolment',
  summary: 'End the enrolment: the player of this device is let in no more, until one enrols anew',
  request: { params },
  responses: { 200: json(Device, 'The device, without a player'), ...refusals },
})

const screenshot = createRoute({
  method: 'post',
  path: '/api/devices/{id}/screenshots',
  summary: 'Ask a board what is on it now',
  request: { params },
  responses: {
    201: json(z.object({ sha256: Sha256, at: z.int() }), 'The picture, under /media'),
    ...refusalsAnd(502, 504),
  },
})

export const deviceRoutes = (deps: Deps) => {
  const { store, storage, liveDevices, players, panels, enrolmentCodes, now } = deps
  const routes = createRouter()

  const device = async (id: DeviceId) => {
    const found = await store.devices.get(id)
    if (!found) throw new AppError('not-found', { what: 'device' })
    const { areaCode, areaIds, ...shown } = found
    return shown
  }

  routes.openapi(live, async (c) => {
    const { areaId } = c.req.valid('query')
    const { grants } = c.get('user')
    const seen = (await liveDevices.list())
      .filter(({ areaIds }) => areaId === undefined || areaIds.includes(areaId))
      .filter(({ areaIds }) => may(grants, 'see', areaIds, now()))
      .map(({ areaIds, ...shown }) => shown)
    return c.json(seen, 200)
  })

  routes.openapi(add, async (c) => {
    const input = c.req.valid('json')
    await requireRight(c, deps, 'administer', input.areaId)
    const id = await store.devices.add(input, now())
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'device.add', subject: id })
    panels.deviceChanged(id)
    return c.json(await device(id), 201)
  })

  routes.openapi(makeCode, async (c) => {
    const { id } = c.req.valid('param')
    await requireRight(c, deps, 'administer', (await device(id)).areaId, 'device')
    const code = enrolmentCodes.make()
    const expiresAt = now() + ENROLMENT_CODE_LIFE_MS
    await store.devices.addEnrolmentCode(id, enrolmentCodes.hash(code), expiresAt)
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'device.code', subject: id })
    return c.json({ code, expiresAt }, 201)
  })

  routes.openapi(unenrol, async (c) => {
    const { id } = c.req.valid('param')
    await requireRight(c, deps, 'administer', (await device(id)).areaId, 'device')
    await store.devices.unenrol(id, now())
    players.drop(id)
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'device.unenrol', subject: id })
    panels.deviceChanged(id)
    return c.json(await device(id), 200)
  })

  routes.openapi(screenshot, async (c) => {
    const { id } = c.req.valid('param')
    await requireRight(c, deps, 'see', (await device(id)).areaId, 'device')
    const answer = await players.command(id, { name: 'screenshot' })
    const picture = pictureIn(answer)
    const path = deps.scratchPath()
    await writeFile(path, picture)
    const stored = await storage.adopt(path)
    await store.assets.offerMedia({ ...stored, mime: 'image/jpeg' })
    const taken = { sha256: stored.sha256, at: now() }
    await store.devices.setScreenshot(id, taken)
    panels.deviceChanged(id)
    return c.json(taken, 201)
  })

  return routes
}
