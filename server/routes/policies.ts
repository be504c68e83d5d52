import { createRoute, z } from '@hono/zod-openapi'
import {
  AppError,
  AreaId,
  AreaPolicy,
  NO_POLICY,
  type Policy,
  PolicyField,
  PolicyInput,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { checkPolicy } from '../programme/check-policy.ts'
import { classesByWindow, daypartChanges } from '../programme/dayparts.ts'
import { laidDownAbove, loosenedIn } from '../programme/loosened.ts'
import type { Known } from '../programme/memory.ts'
import { createPolicies } from '../programme/policies.ts'
import { referencesFrom } from '../programme/references.ts'
import { type Content, type Entry, type LaidDown, withEntries } from '../store/content.ts'

const params = z.object({ id: AreaId })

const get = createRoute({
  method: 'get',
  path: '/api/areas/{id}/policy',
  summary: 'What an area lays down, and what holds in it once everything above is inherited',
  request: { params },
  responses: { 200: json(AreaPolicy, 'The policy in the draft'), ...refusals },
})

const put = createRoute({
  method: 'put',
  path: '/api/areas/{id}/policy',
  summary:
    'Lay down a policy in the draft; one that takes a window from schedules is refused with `dayparts` unless accepted',
  request: {
    params,
    query: z.object({
      version: z.coerce
        .number()
        .int()
        .nonnegative()
        .default(0)
        .meta({ description: 'The version that the edit was made from; 0: nothing was laid down' }),
      accept: z
        .enum(['dayparts'])
        .optional()
        .meta({ description: 'Save although schedules use a window that is gone then' }),
    }),
    body: body(PolicyInput),
  },
  responses: { 200: json(AreaPolicy, 'The policy in the draft'), ...refusals },
})

const shown = ({ areas }: Pick<Known, 'areas'>, draft: Content, areaId: AreaId): AreaPolicy => {
  const own = draft.policies.find(({ id }) => id === areaId)
  const policyIn = createPolicies(areas, draft)
  const effective = policyIn(areaId)
  const parentId = areas.get(areaId)?.parentId ?? null
  const laidDown = new Map<string, Policy>(draft.policies.map(({ id, policy }) => [id, policy]))
  const laidDownBy: AreaPolicy['laidDownBy'] = {}
  for (const field of PolicyField.options) {
    const above = laidDownAbove(areas, laidDown, areaId, field)
    if (above) laidDownBy[field] = { areaId: above, name: areas.get(above)?.name ?? '' }
  }
  const { broadcastWindows: windows } = effective
  return {
    areaId,
    version: own?.version ?? 0,
    own: own?.policy ?? NO_POLICY,
    effective,
    above: parentId === null ? NO_POLICY : policyIn(parentId),
    laidDownBy,
    sound: windows === null ? 'any-time' : windows.length === 0 ? 'never' : 'in-windows',
    looser: loosenedIn(areas, draft, areaId).map(({ field }) => field),
  }
}

type PolicyEntry = Extract<Entry, { what: 'policy' }>

/** @throws AppError daypart-in-use with the schedules and what happens to each */
const requireDaypartsFree = (draft: Content, entry: PolicyEntry, known: Known): void => {
  const dayparts = daypartChanges(draft, withEntries(draft, [entry]), known)
  const lost = new Set(dayparts.filter(({ to }) => to === null).map(({ scheduleId }) => scheduleId))
  if (lost.size === 0) return
  throw new AppError('daypart-in-use', { count: lost.size }, { attached: { dayparts } })
}

export const policyRoutes = (deps: Deps) => {
  const { store, memory, now, panels } = deps
  const routes = createRouter()

  const areaIn = (known: Known, id: AreaId) => {
    const area = known.areas.get(id)
    if (!area) throw new AppError('not-found', { what: 'area' })
    return area
  }

  routes.openapi(get, async (c) => {
    const { id } = c.req.valid('param')
    const known = await memory.look()
    areaIn(known, id)
    rightsOf(c, deps, known).requireThing('see', { areaId: id }, 'area')
    return c.json(shown(known, known.draft, id), 200)
  })

  routes.openapi(put, async (c) => {
    const { id } = c.req.valid('param')
    const { version, accept } = c.req.valid('query')
    const policy = c.req.valid('json')
    const known = await memory.look()
    const { name } = areaIn(known, id)
    const rights = rightsOf(c, deps, known)
    rights.requireThing('edit', { areaId: id }, 'area')
    let before: LaidDown | undefined
    await store.draft.as(c.get('user')).change((draft) => {
      before = draft.policies.find((laidDown) => laidDown.id === id)
      checkPolicy(policy, known, referencesFrom(id, rights, known, before?.policy))
      if (version !== (before?.version ?? 0)) {
        const attached = { current: shown(known, draft, id) }
        throw new AppError('changed-meanwhile', { name }, { attached })
      }
      const entry: PolicyEntry = { what: 'policy', id, value: { id, version: 1, policy } }
      const moved = classesByWindow(draft, entry, known)
      if (moved.includes('emergency') && !rights.may('emergency', id))
        throw new AppError('emergency-not-allowed')
      if (accept !== 'dayparts') requireDaypartsFree(draft, entry, known)
      return [entry]
    }, known)
    const userId = c.get('user').id
    const detail = { before: before?.policy ?? null, after: policy }
    await store.audit.add({ at: now(), userId, action: 'policy.edit', subject: id, detail })
    panels.draftChanged()
    return c.json(shown(known, (await memory.look()).draft, id), 200)
  })

  return routes
}
