import { createRoute, z } from '@hono/zod-openapi'
import { weekdayOf } from '#playlists'
import { AppError, AreaId, CampaignId, fieldProblem, LocalDate, WeekCoverage } from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { createRouter, json, refusals } from '../http/router.ts'
import { weekCoverage } from '../programme/week-coverage.ts'

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
  const { memory, foresight, store, timeZone, now } = deps
  const routes = createRouter()

  routes.openapi(coverage, async (c) => {
    const { id } = c.req.valid('param')
    const { week, areaId } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    const campaign = known.draft.campaigns.find((one) => one.id === id)
    if (!campaign) throw new AppError('not-found', { what: 'campaign' })
    if (areaId) rights.require('see', areaId)
    const devices = [...known.devices.values()].filter(
      (device) =>
        (areaId === undefined || device.areaIds.includes(areaId)) &&
        rights.may('see', device.areaId),
    )
    const at = { foresight, store, timeZone, now: now() }
    return c.json(await weekCoverage(campaign, week, devices, known, at), 200)
  })

  return routes
}
