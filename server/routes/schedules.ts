import { createRoute, z } from '@hono/zod-openapi'
import { checkRecurrence } from '#playlists'
import { AppError, Schedule, ScheduleEdit, ScheduleId, ScheduleInput } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { visible } from '../http/visible.ts'

const params = z.object({ id: ScheduleId })

const list = createRoute({
  method: 'get',
  path: '/api/schedules',
  summary: 'Schedules of the draft',
  responses: { 200: json(z.array(Schedule), 'Schedules'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/schedules',
  summary: 'Add a schedule to the draft',
  request: { body: body(ScheduleInput) },
  responses: { 201: json(Schedule, 'The schedule'), ...refusals },
})

const replace = createRoute({
  method: 'put',
  path: '/api/schedules/{id}',
  summary: 'Replace a schedule of the draft',
  request: { params, body: body(ScheduleEdit) },
  responses: { 200: json(Schedule, 'The schedule'), ...refusals },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/schedules/{id}',
  summary: 'Delete a schedule from the draft',
  request: { params },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})

export const scheduleRoutes = (deps: Deps) => {
  const { store, now } = deps
  const routes = createRouter()

  const unknown = (field: string, what: string) =>
    new AppError('reference-unknown', { field, what })

  /** @throws AppError reference-unknown, recurrence-invalid, recurrence-empty */
  const check = async (input: ScheduleInput) => {
    checkRecurrence(input.time)
    const { playlists } = await store.programme.draft()
    if (!playlists.some(({ id }) => id === input.playlistId))
      throw unknown('playlistId', 'playlist')
    for (const id of input.audience.deviceIds) {
      if (!(await store.devices.get(id))) throw unknown('audience.deviceIds', 'device')
    }
  }

  /** Whoever schedules must have the right over every area that will hear it. */
  const requireAudience = async (
    c: Parameters<typeof requireRight>[0],
    { audience, areaId }: ScheduleInput,
  ) => {
    await requireRight(c, deps, 'edit', areaId)
    for (const id of audience.areaIds) await requireRight(c, deps, 'edit', id)
    for (const id of audience.deviceIds) {
      const device = await store.devices.get(id)
      if (device) await requireRight(c, deps, 'edit', device.areaId)
    }
  }

  const existing = async (id: ScheduleId): Promise<Schedule> => {
    const { schedules } = await store.programme.draft()
    const found = schedules.find((schedule) => schedule.id === id)
    if (!found) throw new AppError('not-found', { what: 'schedule' })
    return found
  }

  routes.openapi(list, async (c) => {
    const { schedules } = await store.programme.draft()
    return c.json(await visible(c, deps, schedules), 200)
  })

  routes.openapi(add, async (c) => {
    const input = c.req.valid('json')
    await requireAudience(c, input)
    await check(input)
    const schedule = await store.programme.addSchedule(input, now())
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'schedule.add', subject: schedule.id })
    return c.json(schedule, 201)
  })

  routes.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    const { version, ...input } = c.req.valid('json')
    const before = await existing(id)
    await requireAudience(c, before)
    await requireAudience(c, input)
    await check(input)
    const replaced = await store.programme.replaceSchedule(id, version, input)
    if (!replaced) throw new AppError('changed-meanwhile', { name: before.name })
    const userId = c.get('user').id
    await store.audit.add({
      at: now(),
      userId,
      action: 'schedule.edit',
      subject: id,
      detail: before,
    })
    return c.json(replaced, 200)
  })

  routes.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const before = await existing(id)
    await requireAudience(c, before)
    await store.programme.removeSchedule(id)
    const userId = c.get('user').id
    await store.audit.add({
      at: now(),
      userId,
      action: 'schedule.delete',
      subject: id,
      detail: before,
    })
    return c.body(null, 204)
  })

  return routes
}
