import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import {
  DeviceId,
  DeviceTimeline,
  Explanation,
  FIRST_DATE,
  fieldProblem,
  LAST_INSTANT_MS,
  LocalDate,
  Preview,
  PreviewInput,
  pageOf,
  type ScheduleId,
  TimelineQuery,
  TimelineRow,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { askerOf } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import { body, createRouter, json, refusalsAnd } from '../http/router.ts'

const params = z.object({ id: DeviceId })

const rows = createRoute({
  method: 'get',
  path: '/api/timeline',
  summary: 'What is on when, a row for each area or device',
  request: { query: TimelineQuery },
  responses: { 200: json(pageOf(TimelineRow), 'A page of rows'), ...refusalsAnd(422) },
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
  responses: { 200: json(DeviceTimeline, 'The day'), ...refusalsAnd(422) },
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
  responses: { 200: json(Explanation, 'Why'), ...refusalsAnd(422) },
})

const whatIf = createRoute({
  method: 'post',
  path: '/api/preview',
  summary: 'What a schedule that is not saved would do',
  request: { body: body(PreviewInput) },
  responses: { 200: json(Preview, 'What it would do'), ...refusalsAnd(422) },
})

export const timelineRoutes = (deps: Deps) => {
  const { planning } = deps
  const routes = createRouter()

  routes.openapi(rows, async (c) => {
    const query = c.req.valid('query')
    checkPeriod(query, 'weeks')
    return c.json(await planning.ask('timeline', { query, ...askerOf(c, deps) }), 200)
  })

  routes.openapi(day, async (c) => {
    const { date, view } = c.req.valid('query')
    const { id } = c.req.valid('param')
    return c.json(await planning.ask('deviceDay', { id, date, view, ...askerOf(c, deps) }), 200)
  })

  routes.openapi(why, async (c) => {
    const { at: instant } = c.req.valid('query')
    const { id } = c.req.valid('param')
    return c.json(await planning.ask('why', { id, instant, ...askerOf(c, deps) }), 200)
  })

  routes.openapi(whatIf, async (c) => {
    const input = c.req.valid('json')
    checkPeriod(input, 'weeks')
    const id = input.replaces ?? (uuid() as ScheduleId)
    return c.json(await planning.ask('whatIf', { input, id, ...askerOf(c, deps) }), 200)
  })

  return routes
}
