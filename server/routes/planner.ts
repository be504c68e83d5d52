import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import {
  AppError,
  AreaId,
  type Campaign,
  CampaignId,
  Copied,
  MakeGood,
  Proposal,
  ProposalInput,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { askerOf, rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { entriesOf } from '../programme/accept-proposal.ts'
import { checkPlaylist } from '../programme/check-playlist.ts'
import { checkSchedule } from '../programme/check-schedule.ts'
import type { Known } from '../programme/memory.ts'
import { type References, referencesFrom } from '../programme/references.ts'
import { type Content, type Entry, withEntries } from '../store/content.ts'
import { copiedOf } from './copies.ts'
import { Week } from './coverage.ts'

const params = z.object({ id: CampaignId })

const propose = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/proposals',
  summary: 'A rotation that brings themes up to their targets in the free time of a week',
  request: { params, body: body(ProposalInput.extend({ week: Week })) },
  responses: {
    200: json(Proposal, 'What the planner proposes, and what falls short'),
    ...refusalsAnd(422),
  },
})

const accept = createRoute({
  method: 'post',
  path: '/api/campaigns/{id}/proposals/accept',
  summary: 'Make playlists and schedules of the draft out of a proposal',
  request: { params, body: body(z.strictObject({ proposal: Proposal })) },
  responses: { 201: json(Copied, 'What was made'), ...refusals },
})

const missed = createRoute({
  method: 'get',
  path: '/api/campaigns/{id}/make-goods',
  summary: 'Plays of a week that were planned and not completed, and free time for them',
  request: { params, query: z.object({ week: Week, areaId: AreaId.optional() }) },
  responses: { 200: json(z.array(MakeGood), 'By area and theme'), ...refusalsAnd(422) },
})

/** @throws AppError not-found */
const campaignIn = ({ campaigns }: Content, id: CampaignId): Campaign => {
  const found = campaigns.find((campaign) => campaign.id === id)
  if (!found) throw new AppError('not-found', { what: 'campaign' })
  return found
}

/** Made by the planner or altered by hand: checked like everything that comes from outside. */
const checkEntries = (
  entries: readonly Entry[],
  draft: Content,
  known: Known,
  references: References,
) => {
  const after = withEntries(draft, entries)
  for (const { what, value } of entries) {
    if (what === 'playlist' && value) checkPlaylist(value.id, value, after, known, references)
    if (what === 'schedule' && value) checkSchedule(value, after, known, references)
  }
}

export const plannerRoutes = (deps: Deps) => {
  const { store, memory, planning, panels, now } = deps
  const routes = createRouter()

  routes.openapi(propose, async (c) => {
    const { id } = c.req.valid('param')
    const asked = { id, ...c.req.valid('json'), ...askerOf(c, deps) }
    return c.json(await planning.ask('propose', asked), 200)
  })

  routes.openapi(accept, async (c) => {
    const { id } = c.req.valid('param')
    const { proposal } = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    rights.require('edit', proposal.areaId)
    const references = referencesFrom(proposal.areaId, rights, known)
    let entries: Entry[] = []
    await store.draft.as(c.get('user')).change((draft) => {
      entries = entriesOf(proposal, campaignIn(draft, id), uuid)
      if (entries.length === 0) throw new AppError('nothing-changed')
      checkEntries(entries, draft, known, references)
      return entries
    }, known)
    const copied = copiedOf(entries)
    const userId = c.get('user').id
    const detail = { areaId: proposal.areaId, week: proposal.week, ...copied }
    await store.audit.add({ at: now(), userId, action: 'proposal.accept', subject: id, detail })
    panels.draftChanged()
    return c.json(copied, 201)
  })

  routes.openapi(missed, async (c) => {
    const { id } = c.req.valid('param')
    const asked = { id, ...c.req.valid('query'), ...askerOf(c, deps) }
    return c.json(await planning.ask('missed', asked), 200)
  })

  return routes
}
