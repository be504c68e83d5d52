import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError, PageQuery, Publication, pageOf, Rollout } from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf, seenBy } from '../http/authenticate.ts'
import type { Env } from '../http/env.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { requireThemesFree } from '../programme/campaign-edit.ts'
import {
  applied,
  areaOfToken,
  type Difference,
  differences,
  draftToken,
} from '../programme/changes.ts'
import { select } from '../programme/selection.ts'

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
  request: { body: body(z.strictObject({ draft: z.string().max(200) })) },
  responses: { 201: json(Publication, 'The publication'), ...refusals },
})

const restore = createRoute({
  method: 'post',
  path: '/api/publications/{number}/restore',
  summary: 'Bring back what was published as this number, as far as one may, and publish it',
  request: { params },
  responses: { 201: json(Publication, 'The new publication'), ...refusals },
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
  const { store, memory, publisher, players, now } = deps
  const routes = createRouter()

  const existing = async (number: number): Promise<Publication> => {
    const found = await store.publications.get(number)
    if (!found) throw new AppError('not-found', { what: 'publication' })
    return found
  }

  /** Somebody who may publish nowhere is told so, not that nothing has changed. */
  const requirePublisher = async (c: Context<Env>) => {
    const { grants } = c.get('user')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    const isPublisher = grants.some(({ areaId }) => rights.may('publish', areaId))
    if (!isPublisher) throw new AppError('not-allowed')
    return rights
  }

  const note = async (c: Context<Env>, publication: Publication) => {
    await store.audit.add({
      at: now(),
      userId: c.get('user').id,
      action: publication.restored === null ? 'publish' : 'publish.restore',
      subject: String(publication.number),
      detail: publication,
    })
  }

  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const before = /^\d{1,9}$/.test(cursor ?? '') ? Number(cursor) : undefined
    const found = await store.publications.page(before, limit + 1)
    const items = found.slice(0, limit)
    const next = found.length > limit ? String(items.at(-1)?.number) : null
    const total = cursor === undefined ? await store.publications.count() : null
    return c.json({ items, next, total }, 200)
  })

  routes.openapi(latest, async (c) => {
    const { number } = await memory.look()
    return c.json(number === 0 ? null : await existing(number), 200)
  })

  routes.openapi(get, async (c) => c.json(await existing(c.req.valid('param').number), 200))

  routes.openapi(publish, async (c) => {
    const { draft } = c.req.valid('json')
    const rights = await requirePublisher(c)
    const areaId = areaOfToken(draft)
    const publication = await publisher.publish(c.get('user').name, (known) => {
      const all = differences(known.published, known.draft, known)
      const { own } = select(all, 'publish', known, rights, areaId)
      if (draftToken(known.number, own, areaId) !== draft) throw new AppError('draft-changed')
      if (own.length === 0) throw new AppError('nothing-changed')
      const content = applied(known.published, own, 'publish-needs', known.draft, known)
      return { content, name: draft, ...decided(own), restored: null }
    })
    await note(c, publication)
    return c.json(publication, 201)
  })

  routes.openapi(restore, async (c) => {
    const { number } = c.req.valid('param')
    const rights = await requirePublisher(c)
    const earlier = await store.publications.content(number)
    if (!earlier) throw new AppError('not-found', { what: 'publication' })
    const known = await memory.look()
    const chosen = select(
      differences(known.published, earlier, known),
      'publish',
      known,
      rights,
    ).own
    if (chosen.length === 0) throw new AppError('nothing-changed')
    applied(known.published, chosen, 'publish-needs', known.draft, known)
    await store.draft.change((draft) => {
      for (const { entry, before } of chosen) {
        if (entry.what !== 'campaign' || !before) continue
        const now = draft.campaigns.find(({ id }) => id === entry.id)
        if (now) requireThemesFree(now, entry.value, known)
      }
      applied(draft, chosen, 'draft-needs', known.draft, known)
      return chosen.map(({ entry }) => entry)
    }, known)
    const ids = new Set(chosen.map(({ entry }) => `${entry.what} ${entry.id}`))
    const publication = await publisher.publish(c.get('user').name, (current) => {
      const { own } = select(
        differences(current.published, current.draft, current),
        'publish',
        current,
        rights,
      )
      const brought = own.filter(({ entry }) => ids.has(`${entry.what} ${entry.id}`))
      if (brought.length === 0) throw new AppError('nothing-changed')
      const content = applied(current.published, brought, 'publish-needs', current.draft, current)
      const name = draftToken(current.number, brought, undefined)
      return { content, name, ...decided(brought), restored: number }
    })
    await note(c, publication)
    return c.json(publication, 201)
  })

  routes.openapi(rollout, async (c) => {
    const { number } = await existing(c.req.valid('param').number)
    const scope = seenBy(c, deps)
    return c.json(await store.publications.rollout(number, scope, players.isOnline), 200)
  })

  return routes
}
