import { createRoute, z } from '@hono/zod-openapi'
import { AppError, AreaId, DraftState, Impact } from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { createRouter, json, refusals } from '../http/router.ts'
import { requireThemesFree } from '../programme/campaign-edit.ts'
import { applied, type Difference, differences } from '../programme/changes.ts'
import { impactOf } from '../programme/impact.ts'
import { impactShownTo } from '../programme/references.ts'
import { liveChanges, writtenBy } from '../programme/second-person.ts'
import { select } from '../programme/selection.ts'

const query = z.object({ areaId: AreaId.optional() })

const state = createRoute({
  method: 'get',
  path: '/api/draft',
  summary: 'What is edited and not published yet',
  request: { query },
  responses: { 200: json(DraftState, 'The changes that the reader may publish'), ...refusals },
})

const impact = createRoute({
  method: 'get',
  path: '/api/draft/impact',
  summary: 'What publishing would do: devices, the first minute that changes, conflicts, targets',
  request: { query },
  responses: { 200: json(Impact, 'The impact of what the reader may publish'), ...refusals },
})

const discard = createRoute({
  method: 'delete',
  path: '/api/draft',
  summary: 'Take back what was edited since it was published, where one may edit',
  request: { query },
  responses: { 200: json(DraftState, 'What is left of the draft'), ...refusals },
})

export const draftRoutes = (deps: Deps) => {
  const { store, memory, foresight, seen, twoPeopleForLive, now, panels } = deps
  const routes = createRouter()

  routes.openapi(state, async (c) => {
    const { areaId } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    if (areaId) rights.require('see', areaId)
    const all = differences(known.published, known.draft, known)
    const { own, foreign } = select(all, 'publish', known, rights, areaId)
    const changes = own.map(({ change }) => change)
    return c.json({ changes, foreign: foreign.length }, 200)
  })

  routes.openapi(impact, async (c) => {
    const { areaId } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    if (areaId) rights.require('see', areaId)
    const all = differences(known.published, known.draft, known)
    const { own, foreign } = select(all, 'publish', known, rights, areaId)
    const content = applied(known.published, own, 'publish-needs', known.draft, known)
    const effect = await impactOf(own, content, known, foresight, now())
    const changes = own.map(({ change }) => change)
    const subject = { areaId, restored: null }
    const draft = seen.token(subject, own, content, known, effect.statements)
    const live = twoPeopleForLive ? liveChanges(own, content) : []
    const mine = await writtenBy(c.get('user').id, live, store.draft)
    const needsSecondPerson = mine.map(({ change }) => change.name)
    const about = { draft, changes, foreign: foreign.length, undone: [], needsSecondPerson }
    return c.json({ ...about, ...impactShownTo(rights, known, effect) }, 200)
  })

  routes.openapi(discard, async (c) => {
    const { areaId } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    if (areaId) rights.require('see', areaId)
    let back: Difference[] = []
    await store.draft.as(null).change((draft) => {
      const edited = differences(draft, known.published, known)
      back = select(edited, 'edit', known, rights, areaId).own
      if (back.length === 0) throw new AppError('nothing-changed')
      applied(draft, back, 'draft-needs', draft, known)
      for (const { entry, before } of back) {
        if (entry.what === 'campaign' && before && 'themes' in before)
          requireThemesFree(before, entry.value, known)
      }
      return back.map(({ entry }) => entry)
    }, known)
    await store.audit.add({
      at: now(),
      userId: c.get('user').id,
      action: 'draft.discard',
      subject: areaId ?? '',
      detail: back.map(({ change, before }) => ({ change, lost: before })),
    })
    panels.draftChanged()
    const current = await memory.look()
    const all = differences(current.published, current.draft, current)
    const { own, foreign } = select(all, 'publish', current, rights, areaId)
    const changes = own.map(({ change }) => change)
    return c.json({ changes, foreign: foreign.length }, 200)
  })

  return routes
}
