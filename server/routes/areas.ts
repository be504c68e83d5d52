import { createRoute, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import {
  AppError,
  Area,
  AreaId,
  AreaTree,
  fieldProblem,
  LocalDate,
  Reorganisation,
  ReorganisationOutcome,
  TimeZone,
} from '#protocol'
import { may } from '../access/grants.ts'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import type { Env } from '../http/env.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'

const AreaImport = z
  .strictObject({
    tree: AreaTree,
    parentId: AreaId.nullable(),
    timeZone: TimeZone,
    validFrom: LocalDate,
  })
  .meta({ id: 'AreaImport' })

const list = createRoute({
  method: 'get',
  path: '/api/areas',
  summary: 'The areas that the user may see, parents before children',
  responses: { 200: json(z.array(Area), 'Areas'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/areas',
  summary: 'Add a tree of areas, all or nothing',
  request: { body: body(AreaImport) },
  responses: { 201: json(Area, 'The root of what was added'), ...refusals },
})

const reorganise = createRoute({
  method: 'post',
  path: '/api/areas/reorganisations',
  summary: 'Add the units of a re-organisation and say which old ones they take over; or only look',
  request: {
    query: z.object({ apply: z.enum(['true', 'false']).default('false') }),
    body: body(Reorganisation),
  },
  responses: { 200: json(ReorganisationOutcome, 'What it did or would do'), ...refusals },
})

/** More levels no country has. */
const MOST_LEVELS = 12

/**
 * A tree that is nested so deep that checking it would end in an error of its own is refused before.
 * @throws AppError bad-input
 */
const limitLevels: MiddlewareHandler<Env> = async (c, next) => {
  const { tree } = (await c.req.json().catch(() => null)) ?? {}
  let level: unknown[] = [tree]
  for (let levels = 0; level.length > 0; levels += 1) {
    if (levels > MOST_LEVELS) {
      const fields = [{ field: 'tree', message: fieldProblem('nested-too-deep') }]
      throw new AppError('bad-input', {}, { fields })
    }
    level = level.flatMap((area) => {
      const { children } = (area ?? {}) as { children?: unknown }
      return Array.isArray(children) ? children : []
    })
  }
  await next()
}

export const areaRoutes = (deps: Deps) => {
  const { store, now } = deps
  const routes = createRouter()

  routes.post(add.getRoutingPath(), limitLevels)

  routes.openapi(list, async (c) => {
    const { grants } = c.get('user')
    const above = new Map<string, string[]>()
    const seen = (await store.areas.list()).filter((area) => {
      const ids = [...(area.parentId ? (above.get(area.parentId) ?? []) : []), area.id]
      above.set(area.id, ids)
      return may(grants, 'see', ids, now())
    })
    return c.json(seen, 200)
  })

  routes.openapi(add, async (c) => {
    const { tree, parentId, timeZone, validFrom } = c.req.valid('json')
    await requireRight(c, deps, 'administer', parentId)
    const area = await store.areas.importTree(tree, parentId, { timeZone, validFrom })
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'areas.import', subject: area.id })
    return c.json(area, 201)
  })

  routes.openapi(reorganise, async (c) => {
    await requireRight(c, deps, 'administer', null)
    const list = c.req.valid('json')
    const outcome = await store.successions.reorganise(list, c.req.valid('query').apply === 'true')
    if (outcome.applied) {
      const userId = c.get('user').id
      const detail = { decree: list.decree, effective: list.effective, newUnits: outcome.newUnits }
      await store.audit.add({
        ...{ at: now(), userId, action: 'areas.reorganise', subject: list.decree, detail },
      })
    }
    return c.json(outcome, 200)
  })

  return routes
}
