import { createRoute, z } from '@hono/zod-openapi'
import { Campaign, CampaignInput } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'

const list = createRoute({
  method: 'get',
  path: '/api/campaigns',
  summary: 'Campaigns with their phases and themes',
  responses: { 200: json(z.array(Campaign), 'Campaigns'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/campaigns',
  summary: 'Add a campaign',
  request: { body: body(CampaignInput) },
  responses: { 201: json(Campaign, 'The campaign'), ...refusals },
})

export const campaignRoutes = (deps: Deps) => {
  const { store, now } = deps
  const routes = createRouter()

  routes.openapi(list, async (c) => c.json(await store.campaigns.list(), 200))

  routes.openapi(add, async (c) => {
    await requireRight(c, deps, 'administer', null)
    const campaign = await store.campaigns.add(c.req.valid('json'), now())
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'campaign.add', subject: campaign.id })
    return c.json(campaign, 201)
  })

  return routes
}
