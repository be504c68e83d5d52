import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import { AppError, Campaign, CampaignEdit, CampaignId, CampaignInput, lineOf } from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { receiveFile } from '../http/receive-file.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { campaignOf, requireThemesFree } from '../programme/campaign-edit.ts'
import { changedMeanwhile } from '../programme/changed-meanwhile.ts'
import type { Content } from '../store/content.ts'

const params = z.object({ id: CampaignId })

const list = createRoute({
  method: 'get',
  path: '/api/campaigns',
  summary: 'Campaigns of the draft, with their phases, themes and targets',
  responses: { 200: json(z.array(Campaign), 'Campaigns'), ...refusals },
})

const get = createRoute({
  method: 'get',
  path: '/api/campaigns/{id}',
  summary: 'One campaign of the draft',
  request: { params },
  responses: { 200: json(Campaign, 'The campaign'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/campaigns',
  summary: 'Add a campaign to the draft',
  request: { body: body(CampaignInput) },
  responses: { 201: json(Campaign, 'The campaign'), ...refusals },
})

const replace = createRoute({
  method: 'put',
  path: '/api/campaigns/{id}',
  summary: 'Replace a campaign of the draft; themes keep their identity by their code',
  request: { params, body: body(CampaignEdit) },
  responses: { 200: json(Campaign, 'The campaign'), ...refusals },
})

const attach = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/document',
  summary: 'Attach the letter itself: PDF, DOCX or a picture of it',
  request: {
    params,
    query: z.object({ name: lineOf(255) }),
    body: {
      content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
      required: true,
    },
  },
  responses: { 200: json(Campaign, 'The campaign'), ...refusalsAnd(415) },
})

/** @throws AppError not-found */
const existing = ({ campaigns }: Content, id: CampaignId): Campaign => {
  const found = campaigns.find((campaign) => campaign.id === id)
  if (!found) throw new AppError('not-found', { what: 'campaign' })
  return found
}

export const campaignRoutes = (deps: Deps) => {
  const { store, storage, documentReader, memory, now, panels } = deps
  const routes = createRouter()

  const note = async (userId: string, action: string, subject: string, detail?: unknown) => {
    await store.audit.add({ at: now(), userId, action, subject, detail })
    panels.draftChanged()
  }

  routes.openapi(list, async (c) => c.json([...(await memory.look()).draft.campaigns], 200))

  routes.openapi(get, async (c) =>
    c.json(existing((await memory.look()).draft, c.req.valid('param').id), 200),
  )

  routes.openapi(add, async (c) => {
    const input = c.req.valid('json')
    const known = await memory.look()
    rightsOf(c, deps, known).require('administer', null)
    const id = uuid() as CampaignId
    const value = campaignOf(id, input, null)
    const [campaign] = await store.draft
      .as(c.get('user'))
      .change(() => [{ what: 'campaign', id, value }], known)
    await note(c.get('user').id, 'campaign.add', id)
    return c.json(campaign as Campaign, 201)
  })

  routes.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    const { version, ...input } = c.req.valid('json')
    const known = await memory.look()
    rightsOf(c, deps, known).require('administer', null)
    let before: Campaign | undefined
    const [campaign] = await store.draft.as(c.get('user')).change((draft) => {
      before = existing(draft, id)
      if (before.version !== version) throw changedMeanwhile(before)
      const value = campaignOf(id, input, before)
      requireThemesFree(before, value, known)
      return [{ what: 'campaign', id, value }]
    }, known)
    await note(c.get('user').id, 'campaign.edit', id, before)
    return c.json(campaign as Campaign, 200)
  })

  routes.openapi(attach, async (c) => {
    const { id } = c.req.valid('param')
    const { name } = c.req.valid('query')
    const known = await memory.look()
    rightsOf(c, deps, known).require('administer', null)
    existing(known.draft, id)
    const path = deps.scratchPath()
    await receiveFile(c.req.raw, path, deps.maxUploadBytes)
    const mime = await documentReader.mimeOf(path)
    const { sha256, bytes } = await storage.adopt(path)
    await store.assets.offerMedia({ sha256, bytes, mime })
    const [campaign] = await store.draft.as(c.get('user')).change((draft) => {
      const value = { ...existing(draft, id), document: { sha256, name } }
      return [{ what: 'campaign', id, value }]
    }, known)
    await note(c.get('user').id, 'campaign.document', id, { sha256, name })
    return c.json(campaign as Campaign, 200)
  })

  return routes
}
