import { createRoute, z } from '@hono/zod-openapi'
import { AppError, AreaId, DeviceId } from '#protocol'
import type { FeedSubject } from '../access/feed-token.ts'
import { may } from '../access/grants.ts'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { createRouter, json, refusals } from '../http/router.ts'

const Address = z
  .object({ path: z.string().meta({ description: 'Of this server; whoever has it may read it' }) })
  .meta({ id: 'CalendarAddress' })

const areaParams = z.object({ id: AreaId })
const deviceParams = z.object({ id: DeviceId })
const feed = {
  security: [],
  responses: {
    200: { content: { 'text/calendar': { schema: z.string() } }, description: 'RFC 5545' },
    ...refusals,
  },
}
const query = z.object({ token: z.string().max(300) })

const areaAddress = createRoute({
  method: 'get',
  path: '/api/areas/{id}/calendar',
  summary: 'The address under which a calendar program reads what is on in an area',
  request: { params: areaParams },
  responses: { 200: json(Address, 'The address'), ...refusals },
})
const deviceAddress = createRoute({
  method: 'get',
  path: '/api/devices/{id}/calendar',
  summary: 'The address under which a calendar program reads what is on on a device',
  request: { params: deviceParams },
  responses: { 200: json(Address, 'The address'), ...refusals },
})
const areaFeed = createRoute({
  method: 'get',
  path: '/api/areas/{id}/calendar.ics',
  summary: 'What is on in an area, as a calendar',
  request: { params: areaParams, query },
  ...feed,
})
const deviceFeed = createRoute({
  method: 'get',
  path: '/api/devices/{id}/calendar.ics',
  summary: 'What is on on a device, as a calendar',
  request: { params: deviceParams, query },
  ...feed,
})

/** Addresses of calendars, for people who are signed in. */
export const calendarRoutes = (deps: Deps) => {
  const { memory, feedTokens } = deps
  const routes = createRouter()

  routes.openapi(areaAddress, async (c) => {
    const { id } = c.req.valid('param')
    const known = await memory.look()
    if (!known.areas.has(id)) throw new AppError('not-found', { what: 'area' })
    rightsOf(c, deps, known).requireThing('see', { areaId: id }, 'area')
    const token = feedTokens.make(c.get('user').id, `area ${id}`)
    return c.json({ path: `/api/areas/${id}/calendar.ics?token=${token}` }, 200)
  })

  routes.openapi(deviceAddress, async (c) => {
    const { id } = c.req.valid('param')
    const known = await memory.look()
    const device = known.devices.get(id)
    if (!device) throw new AppError('not-found', { what: 'device' })
    rightsOf(c, deps, known).requireThing('see', device, 'device')
    const token = feedTokens.make(c.get('user').id, `device ${id}`)
    return c.json({ path: `/api/devices/${id}/calendar.ics?token=${token}` }, 200)
  })

  return routes
}

/** Calendars themselves: their address is the right to read them, as long as its owner has it. */
export const feedRoutes = ({ memory, planning, feedTokens, store, now }: Deps) => {
  const routes = createRouter()

  /** @throws AppError not-found: an address that does not fit is told nothing */
  const requireToken = async (
    token: string,
    subject: FeedSubject,
    areaIds: readonly string[],
  ): Promise<void> => {
    const userId = feedTokens.read(token, subject)
    const grants = userId === undefined ? [] : await store.users.grantsOf(userId)
    if (!may(grants, 'see', areaIds, now())) throw new AppError('not-found', { what: 'calendar' })
  }

  const answer = (text: string) =>
    new Response(text, {
      headers: {
        'content-type': 'text/calendar; charset=utf-8',
        'cache-control': 'private, max-age=300',
      },
    })

  routes.openapi(areaFeed, async (c) => {
    const { id } = c.req.valid('param')
    const known = await memory.look()
    const area = known.areas.get(id)
    await requireToken(c.req.valid('query').token, `area ${id}`, area?.ids ?? [])
    return answer(await planning.ask('calendar', { of: { areaId: id }, at: now() })) as never
  })

  routes.openapi(deviceFeed, async (c) => {
    const { id } = c.req.valid('param')
    const known = await memory.look()
    const device = known.devices.get(id)
    const { token } = c.req.valid('query')
    await requireToken(token, `device ${id}`, device?.areaIds ?? [])
    if (!device) throw new AppError('not-found', { what: 'calendar' })
    return answer(await planning.ask('calendar', { of: { deviceId: id }, at: now() })) as never
  })

  return routes
}
