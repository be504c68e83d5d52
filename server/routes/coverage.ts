import { createRoute, z } from '@hono/zod-openapi'
import { weekdayOf } from '#playlists'
import { AreaId, CampaignId, fieldProblem, LocalDate, WeekCoverage } from '#protocol'
import type { Deps } from '../deps.ts'
import { askerOf } from '../http/authenticate.ts'
import { createRouter, json, refusals } from '../http/router.ts'

export const Week = LocalDate.pipe(
  // Only a date that exists has a weekday.
  z.string().refine((date) => weekdayOf(date) === 1, { error: fieldProblem('week-not-monday') }),
).meta({ description: 'The Monday of a week' })

const coverage = createRoute({
  method: 'get',
  path: '/api/campaigns/{id}/coverage',
  summary: 'What a campaign has planned and delivered in a week, commune by commune',
  request: {
    params: z.object({ id: CampaignId }),
    query: z.object({ week: Week, areaId: AreaId.optional() }),
  },
  responses: { 200: json(WeekCoverage, 'The week'), ...refusals },
})

export const coverageRoutes = (deps: Deps) => {
  const { planning } = deps
  const routes = createRouter()

  routes.openapi(coverage, async (c) => {
    const { id } = c.req.valid('param')
    const asked = { id, ...c.req.valid('query'), ...askerOf(c, deps) }
    return c.json(await planning.ask('coverage', asked), 200)
  })

  return routes
}
