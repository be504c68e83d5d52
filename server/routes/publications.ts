import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  AppError,
  type AreaId,
  DraftState,
  Impact,
  PageQuery,
  Publication,
  PublishInput,
  pageOf,
  Rollout,
} from '#protocol'
import type { Rights } from '../access/rights.ts'
import type { Deps } from '../deps.ts'
import { askerOf, rightsOf, seenBy } from '../http/authenticate.ts'
import type { Env } from '../http/env.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { bringingBack } from '../programme/bring-back.ts'
import { requireThemesFree } from '../programme/campaign-edit.ts'
import { applied, contentName, type Difference, differences } from '../programme/changes.ts'
import type { Known } from '../programme/memory.ts'
import { liveChanges, writtenBy } from '../programme/second-person.ts'
import { areaOfToken } from '../programme/seen.ts'
import { select } from '../programme/selection.ts'
import type { Content } from '../store/content.ts'

const params = z.object({ number: z.coerce.number().int().positive() })

const list = createRoute({
  method: 'get',
  path: '/api/publications',
  summary: 'What was published, newest first',
  request: { query: PageQuery },
  responses: { 200: json(pageOf(Publication), 'A page of publications'), ...refusals },
})

const latest = createRoute({
  method: 'get',
  path: '/api/publications/latest',
  summary: 'What is published now',
  responses: { 200: json(Publication.nullable(), 'The last publication, or null'), ...refusals },
})

const get = createRoute({
  method: 'get',
  path: '/api/publications/{number}',
  summary: 'One publication',
  request: { params },
  responses: { 200: json(Publication, 'The publication'), ...refusals },
})

const publish = createRoute({
  method: 'post',
  path: '/api/publications',
  summary: 'Publish exactly the draft whose impact was seen, and push it to the devices it changes',
  request: { body: body(PublishInput) },
  responses: { 201: json(Publication, 'The publication'), ...refusalsAnd(422) },
})

const restoreImpact = createRoute({
  method: 'get',
  path: '/api/publications/{number}/impact',
  summary: 'What bringing back an earlier publication would do, as far as one may',
  request: { params },
  responses: { 200: json(Impact, 'The impact, from what is published now'), ...refusalsAnd(422) },
})

const restore = createRoute({
  method: 'post',
  path: '/api/publications/{number}/restore',
  summary:
    'Bring back what was published as this number, as far as one may, and publish exactly what was seen',
  request: { params, body: body(PublishInput) },
  responses: { 201: json(Publication, 'The new publication'), ...refusalsAnd(422) },
})

const toDraft = createRoute({
  method: 'post',
  path: '/api/publications/{number}/draft',
  summary: 'Bring back what was published as this number into the draft, as far as one may edit',
  request: { params },
  responses: { 200: json(DraftState, 'What then differs from what is published'), ...refusals },
})

const rollout = createRoute({
  method: 'get',
  path: '/api/publications/{number}/rollout',
  summary: 'How many of its devices hold it by now, and which do not',
  request: { params },
  responses: { 200: json(Rollout, 'How far it has come'), ...refusals },
})

const decided = (chosen: readonly Difference[]) => ({
  entries: chosen.map(({ entry }) => entry),
  changes: chosen.map(({ change }) => change),
})

export const publicationRoutes = (deps: Deps) => {
  const { store, memory, planning, seen, twoPeopleForLive, publisher, players, panels, now } = deps
  const routes = createRouter()

  const existing = async (number: number): Promise<Publication> => {
    const found = await store.publications.get(number)
    if (!found) throw new AppError('not-found', { what: 'publication' })
    return found
  }

  /** A publication as somebody may see it: changes in other areas are not listed. */
  const shownTo =
    ({ may }: Rights) =>
    (publication: Publication): Publication => ({
      ...publication,
      changes: publication.changes.filter(({ areaId }) => areaId === null || may('see', areaId)),
    })

  /** Somebody who may publish nowhere is told so, not that nothing has changed. */
  const requirePublisher = async (c: Context<Env>) => {
    const { grants } = c.get('user')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    const isPublisher = grants.some(({ areaId }) => rights.may('publish', areaId))
    if (!isPublisher) throw new AppError('not-allowed')
    return rights
  }

  const earlierContent = async (number: number): Promise<Content> => {
    const found = await store.publications.content(number)
    if (!found) throw new AppError('not-found', { what: 'publication' })
    return found
  }

  const note = async (c: Context<Env>, publication: Publication, confirmed: readonly string[]) => {
    await store.audit.add({
      at: now(),
      userId: c.get('user').id,
      action: publication.restored === null ? 'publish' : 'publish.restore',
      subject: String(publication.number),
      detail: { ...publication, confirmed },
    })
  }

  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const before = /^\d{1,9}$/.test(cursor ?? '') ? Number(cursor) : undefined
    const found = await store.publications.page(before, limit + 1)
    const rights = rightsOf(c, deps, await memory.look())
    const items = found.slice(0, limit).map(shownTo(rights))
    const next = found.length > limit ? String(items.at(-1)?.number) : null
    const total = cursor === undefined ? await store.publications.count() : null
    return c.json({ items, next, total }, 200)
  })

  routes.openapi(latest, async (c) => {
    const known = await memory.look()
    const shown = shownTo(rightsOf(c, deps, known))
    return c.json(known.number === 0 ? null : shown(await existing(known.number)), 200)
  })

  routes.openapi(get, async (c) => {
    const shown = shownTo(rightsOf(c, deps, await memory.look()))
    return c.json(shown(await existing(c.req.valid('param').number)), 200)
  })

  /** What publishing the draft changes, where one may and within an area. */
  const drafted = (known: Known, rights: Rights, areaId: AreaId | undefined) => {
    const all = differences(known.published, known.draft, known)
    const { own } = select(all, 'publish', known, rights, areaId)
    return { own, content: applied(known.published, own, 'publish-needs', known.draft, known) }
  }

  routes.openapi(publish, async (c) => {
    const { draft, confirmed } = c.req.valid('json')
    const rights = await requirePublisher(c)
    const areaId = areaOfToken(draft)
    // Read before it is decided: who edits meanwhile makes what was seen another draft.
    const before = drafted(await memory.look(), rights, areaId)
    // Of what will be on air, not of the draft: a part of it may leave a live schedule as it is.
    const live = twoPeopleForLive ? liveChanges(before.own, before.content) : []
    const mine = await writtenBy(c.get('user').id, live, store.draft)
    const publication = await publisher.publish(c.get('user').name, (known) => {
      const { own, content } = drafted(known, rights, areaId)
      const subject = { areaId, restored: null }
      seen.require(draft, confirmed, subject, own, content, known)
      if (own.length === 0) throw new AppError('nothing-changed')
      const [first] = mine
      if (first) throw new AppError('second-person-needed', { name: first.change.name })
      return { content, name: contentName(known.number, own), ...decided(own), restored: null }
    })
    await note(c, publication, confirmed)
    return c.json(publication, 201)
  })

  routes.openapi(restoreImpact, async (c) => {
    const { number } = c.req.valid('param')
    const asked = { number, twoPeopleForLive, ...askerOf(c, deps) }
    return c.json(await planning.ask('restoreImpact', asked), 200)
  })

  routes.openapi(restore, async (c) => {
    const { number } = c.req.valid('param')
    const { draft, confirmed } = c.req.valid('json')
    const rights = await requirePublisher(c)
    const earlier = await earlierContent(number)
    const publication = await publisher.publish(c.get('user').name, (known) => {
      const { own, content } = bringingBack(earlier, known, rights)
      const subject = { areaId: undefined, restored: number }
      seen.require(draft, confirmed, subject, own, content, known)
      if (own.length === 0) throw new AppError('nothing-changed')
      const [live] = twoPeopleForLive ? liveChanges(own, content) : []
      if (live) throw new AppError('second-person-restores', { name: live.change.name })
      for (const { entry } of own) {
        const edited = known.draft.campaigns.find(({ id }) => id === entry.id)
        if (entry.what === 'campaign' && edited) requireThemesFree(edited, entry.value, known)
      }
      applied(known.draft, own, 'draft-needs', known.draft, known)
      const decision = { content, name: contentName(known.number, own), ...decided(own) }
      return { ...decision, restored: number, draft: decision.entries }
    })
    await note(c, publication, confirmed)
    panels.draftChanged()
    return c.json(publication, 201)
  })

  routes.openapi(toDraft, async (c) => {
    const { number } = c.req.valid('param')
    const earlier = await earlierContent(number)
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    let brought: Difference[] = []
    await store.draft.as(c.get('user')).change((draft) => {
      brought = select(differences(draft, earlier, known), 'edit', known, rights).own
      if (brought.length === 0) throw new AppError('nothing-changed')
      applied(draft, brought, 'draft-needs', draft, known)
      for (const { entry, before } of brought) {
        if (entry.what === 'campaign' && before && 'themes' in before)
          requireThemesFree(before, entry.value, known)
      }
      return brought.map(({ entry }) => entry)
    }, known)
    await store.audit.add({
      at: now(),
      userId: c.get('user').id,
      action: 'draft.bring-back',
      subject: String(number),
      detail: brought.map(({ change, before }) => ({ change, lost: before })),
    })
    panels.draftChanged()
    const current = await memory.look()
    const all = differences(current.published, current.draft, current)
    const { own, foreign } = select(all, 'publish', current, rights)
    return c.json({ changes: own.map(({ change }) => change), foreign: foreign.length }, 200)
  })

  routes.openapi(rollout, async (c) => {
    const { number } = await existing(c.req.valid('param').number)
    const scope = seenBy(c, deps)
    return c.json(await store.publications.rollout(number, scope, players.isOnline), 200)
  })

  return routes
}
