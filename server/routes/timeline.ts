import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import { addDays, startOfDay } from '#playlists'
import {
  AppError,
  DeviceId,
  DeviceTimeline,
  type EpochMs,
  Explanation,
  FIRST_DATE,
  fieldProblem,
  LAST_INSTANT_MS,
  LocalDate,
  Preview,
  PreviewInput,
  pageOf,
  type Schedule,
  type ScheduleId,
  TimelineQuery,
  TimelineRow,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { checkPlaylist } from '../programme/check-playlist.ts'
import { checkSchedule, requireAudience } from '../programme/check-schedule.ts'
import { deviceTimeline } from '../programme/device-timeline.ts'
import { explain } from '../programme/explain.ts'
import type { Known } from '../programme/memory.ts'
import { preview } from '../programme/preview.ts'
import { timelinePage } from '../programme/timeline-rows.ts'
import type { Content } from '../store/content.ts'

const params = z.object({ id: DeviceId })

const rows = createRoute({
  method: 'get',
  path: '/api/timeline',
  summary: 'What is on when, a row for each area or device',
  request: { query: TimelineQuery },
  responses: { 200: json(pageOf(TimelineRow), 'A page of rows'), ...refusals },
})

const day = createRoute({
  method: 'get',
  path: '/api/devices/{id}/timeline',
  summary: 'All that a device plays on a date, item by item, and why',
  request: {
    params,
    query: z.object({
      date: LocalDate,
      view: z.enum(['published', 'draft']).default('published'),
    }),
  },
  responses: { 200: json(DeviceTimeline, 'The day'), ...refusals },
})

const outOfRange = fieldProblem('date-out-of-range')
/** An instant of a query, which holds text. */
const Instant = z.coerce
  .number()
  .int()
  .min(Date.parse(FIRST_DATE), outOfRange)
  .max(LAST_INSTANT_MS, outOfRange)

const why = createRoute({
  method: 'get',
  path: '/api/devices/{id}/explain',
  summary: 'Why this is playing at an instant, or why nothing is; past or future',
  request: { params, query: z.object({ at: Instant }) },
  responses: { 200: json(Explanation, 'Why'), ...refusals },
})

const whatIf = createRoute({
  method: 'post',
  path: '/api/preview',
  summary: 'What a schedule that is not saved would do',
  request: { body: body(PreviewInput) },
  responses: { 200: json(Preview, 'What it would do'), ...refusals },
})

export const timelineRoutes = (deps: Deps) => {
  const { store, memory, foresight, now } = deps
  const routes = createRouter()

  const deviceIn = (known: Known, id: DeviceId) => {
    const device = known.devices.get(id)
    if (!device) throw new AppError('not-found', { what: 'device' })
    return device
  }

  /** What held at an instant: then, or from now on what is published now. */
  const heldAt = async (
    known: Known,
    at: EpochMs,
  ): Promise<{ number: number; content: Content }> => {
    if (at >= now()) return { number: known.number, content: known.published }
    const number = (await store.publications.numberAt(at)) ?? 0
    return { number, content: await foresight.contentOf(number, known) }
  }

  routes.openapi(rows, async (c) => {
    const query = c.req.valid('query')
    checkPeriod(query, 'weeks')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    if (query.areaId) rights.require('see', query.areaId)
    const content = query.view === 'draft' ? known.draft : known.published
    const audiences = foresight.audiences(known, content)
    return c.json(await timelinePage(query, known, rights, audiences, foresight.blocks), 200)
  })

  routes.openapi(day, async (c) => {
    const { date, view } = c.req.valid('query')
    const known = await memory.look()
    const device = deviceIn(known, c.req.valid('param').id)
    rightsOf(c, deps, known).require('see', device.areaId)
    const end = startOfDay(addDays(date, 1), device.timeZone)
    const content = view === 'draft' ? known.draft : (await heldAt(known, end - 1)).content
    const audiences = foresight.audiences(known, content)
    const audience = audiences.of(device)
    const { programme } = audiences
    return c.json(deviceTimeline(device, audience, programme, foresight.plans, date), 200)
  })

  routes.openapi(why, async (c) => {
    const { at } = c.req.valid('query')
    const known = await memory.look()
    const device = deviceIn(known, c.req.valid('param').id)
    rightsOf(c, deps, known).require('see', device.areaId)
    const { number, content } = await heldAt(known, at)
    const audiences = foresight.audiences(known, content)
    const audience = audiences.of(device)
    const { programme } = audiences
    const publication = number === 0 ? null : number
    return c.json(explain(device, audience, programme, at, publication), 200)
  })

  routes.openapi(whatIf, async (c) => {
    const input = c.req.valid('json')
    checkPeriod(input, 'weeks')
    const known = await memory.look()
    requireAudience(input.schedule, rightsOf(c, deps, known), known)
    if (input.playlist) checkPlaylist(input.schedule.playlistId, input.playlist, known.draft, known)
    else checkSchedule(input.schedule, known.draft, known)
    const id = input.replaces ?? (uuid() as ScheduleId)
    const schedule: Schedule = { id, version: 1, ...input.schedule }
    return c.json(await preview(input, schedule, known, foresight, now()), 200)
  })

  return routes
}
