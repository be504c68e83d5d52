import { createRoute, z } from '@hono/zod-openapi'
import { AppError, CommandRecord, DeviceId, ManualCommand, PageQuery, pageOf } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'

const params = z.object({ id: DeviceId })

const give = createRoute({
  method: 'post',
  path: '/api/devices/{id}/commands',
  summary: 'Ask a device to do something now: silence it, skip, restart …',
  request: { params, body: body(ManualCommand) },
  responses: {
    201: json(CommandRecord, 'What came of it, as the device said'),
    ...refusalsAnd(504),
  },
})

const list = createRoute({
  method: 'get',
  path: '/api/devices/{id}/commands',
  summary: 'What was asked of a device, newest first',
  request: { params, query: PageQuery },
  responses: { 200: json(pageOf(CommandRecord), 'A page of commands'), ...refusals },
})

export const deviceCommandRoutes = (deps: Deps) => {
  const { store, players, panels, now } = deps
  const routes = createRouter()

  const areaOf = async (id: DeviceId) => {
    const found = await store.devices.get(id)
    if (!found) throw new AppError('not-found', { what: 'device' })
    return found.areaId
  }

  routes.openapi(give, async (c) => {
    const { id } = c.req.valid('param')
    const command = c.req.valid('json')
    await requireRight(c, deps, 'operate', await areaOf(id), 'device')
    const { id: userId, name: by } = c.get('user')
    const at = now()
    // Who asked is written down before the device is: an answer may never come.
    await store.audit.add({ at, userId, action: 'device.command', subject: id, detail: command })
    const noted = (ok: boolean, code: string | null) =>
      store.commands.add({
        deviceId: id,
        at,
        by,
        command,
        outcome: { ok, code, tookMs: now() - at },
      })
    try {
      const answer = await players.command(id, command)
      const record = await noted(answer.ok, answer.ok ? null : answer.code)
      panels.deviceChanged(id)
      return c.json(record, 201)
    } catch (error) {
      if (error instanceof AppError) await noted(false, error.code)
      throw error
    }
  })

  routes.openapi(list, async (c) => {
    const { id } = c.req.valid('param')
    await requireRight(c, deps, 'see', await areaOf(id), 'device')
    const { cursor, limit } = c.req.valid('query')
    return c.json({ ...(await store.commands.page(id, cursor, limit)), total: null }, 200)
  })

  return routes
}
