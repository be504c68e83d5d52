import { createRoute, z } from '@hono/zod-openapi'
import {
  Alert,
  AreaId,
  Coverage,
  CoverageFilter,
  Dimension,
  DimensionValue,
  LocalDate,
  MissingFilter,
  MissingRun,
  PageQuery,
  pageOf,
  TargetReached,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { alertsOf } from '../evidence/alerts.ts'
import { coverageOf, queryOf } from '../evidence/coverage.ts'
import { targetsReached } from '../evidence/targets.ts'
import { seenBy } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import { createRouter, json, refusals } from '../http/router.ts'

const matrix = createRoute({
  method: 'get',
  path: '/api/coverage',
  summary: 'Theme × area: what was played and what was not, with the sums that reports begin with',
  request: {
    query: CoverageFilter.extend({
      /** communes: a row for each; children: one level below the area. */
      rows: z.enum(['communes', 'children']).default('communes'),
    }),
  },
  responses: { 200: json(Coverage, 'Coverage'), ...refusals },
})

const values = createRoute({
  method: 'get',
  path: '/api/coverage/values/{dimension}',
  summary: 'The strands, sectors, languages, approvers or devices that were counted',
  request: { params: z.object({ dimension: Dimension }), query: CoverageFilter },
  responses: { 200: json(z.array(DimensionValue), 'Values, the most played first'), ...refusals },
})

const targets = createRoute({
  method: 'get',
  path: '/api/coverage/targets',
  summary: 'Targets of the campaigns, met and missed, by device and week; at most six weeks',
  request: { query: z.object({ from: LocalDate, to: LocalDate, areaId: AreaId.optional() }) },
  responses: { 200: json(z.array(TargetReached), 'Targets'), ...refusals },
})

const missing = createRoute({
  method: 'get',
  path: '/api/missing',
  summary: 'What was planned and not delivered whole, and why, latest first',
  request: { query: MissingFilter.extend(PageQuery.shape) },
  responses: { 200: json(pageOf(MissingRun), 'A page of it'), ...refusals },
})

const alerts = createRoute({
  method: 'get',
  path: '/api/alerts',
  summary: 'What somebody should look into: missed plays, silent devices, contradictions',
  responses: { 200: json(z.array(Alert), 'Alerts, the gravest first'), ...refusals },
})

export const evidenceCoverageRoutes = (deps: Deps) => {
  const { store, memory, publisher, now, timeZone, isStamped } = deps
  const routes = createRouter()

  routes.openapi(matrix, async (c) => {
    const asked = c.req.valid('query')
    checkPeriod(asked, 'years')
    const { campaigns } = (await memory.look()).published
    return c.json(await coverageOf(store, asked, seenBy(c, deps), now(), campaigns), 200)
  })

  routes.openapi(values, async (c) => {
    const { dimension } = c.req.valid('param')
    const asked = c.req.valid('query')
    checkPeriod(asked, 'years')
    const found = await store.coverage.values(dimension, queryOf(asked, seenBy(c, deps)))
    const named =
      dimension === 'device'
        ? await store.coverage.devices(found.map(({ value }) => value))
        : undefined
    return c.json(
      found.map(({ value, tally }) => ({ value, tally, label: named?.get(value)?.name ?? value })),
      200,
    )
  })

  routes.openapi(targets, async (c) => {
    const { from, to, areaId } = c.req.valid('query')
    checkPeriod({ from, to }, 'weeks')
    const scope = seenBy(c, deps)
    const { campaigns } = (await memory.look()).published
    const query = { from, to, scope, by: null }
    return c.json(await targetsReached(store, query, areaId, campaigns), 200)
  })

  routes.openapi(missing, async (c) => {
    const { cursor, limit, ...filter } = c.req.valid('query')
    const { from, to } = filter
    if (from && to) checkPeriod({ from, to }, 'years')
    const scope = seenBy(c, deps)
    return c.json(await store.missing.missing({ ...filter, scope }, cursor, limit), 200)
  })

  routes.openapi(alerts, async (c) => {
    const known = { uncompiled: publisher.uncompiled(), isStamped }
    return c.json(await alertsOf(store, seenBy(c, deps), now(), timeZone, known), 200)
  })

  return routes
}
