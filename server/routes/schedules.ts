import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import { AppError, Schedule, ScheduleEdit, ScheduleId, ScheduleInput, Version } from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { changedMeanwhile } from '../programme/changed-meanwhile.ts'
import { checkSchedule, requireAudience } from '../programme/check-schedule.ts'
import { requireNoConflict } from '../programme/conflicts.ts'
import { referencesFrom } from '../programme/references.ts'
import type { Content } from '../store/content.ts'

/** A draft that moves faster than one can look at it: then a conflict is shown by the impact. */
const MOST_TRIES = 4

const params = z.object({ id: ScheduleId })
const query = z.object({
  accept: z
    .enum(['conflicts'])
    .optional()
    .meta({ description: 'Save although it overlaps another schedule that keeps the loudspeaker' }),
})

const list = createRoute({
  method: 'get',
  path: '/api/schedules',
  summary: 'Schedules of the draft',
  responses: { 200: json(z.array(Schedule), 'Schedules'), ...refusals },
})

const get = createRoute({
  method: 'get',
  path: '/api/schedules/{id}',
  summary: 'One schedule of the draft',
  request: { params },
  responses: { 200: json(Schedule, 'The schedule'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/schedules',
  summary: 'Add a schedule to the draft; an overlap is refused with `conflicts` unless accepted',
  request: { query, body: body(ScheduleInput) },
  responses: { 201: json(Schedule, 'The schedule'), ...refusalsAnd(422) },
})

const replace = createRoute({
  method: 'put',
  path: '/api/schedules/{id}',
  summary: 'Replace a schedule of the draft; where somebody was quicker, `current` is theirs',
  request: { params, query, body: body(ScheduleEdit) },
  responses: { 200: json(Schedule, 'The schedule'), ...refusalsAnd(422) },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/schedules/{id}',
  summary: 'Delete a schedule from the draft',
  request: { params, query: z.object({ version: z.coerce.number().pipe(Version) }) },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})

/** @throws AppError not-found */
const existing = ({ schedules }: Content, id: ScheduleId): Schedule => {
  const found = schedules.find((schedule) => schedule.id === id)
  if (!found) throw new AppError('not-found', { what: 'schedule' })
  return found
}

export const scheduleRoutes = (deps: Deps) => {
  const { store, memory, planning, now, panels } = deps
  const routes = createRouter()

  const note = async (userId: string, action: string, subject: string, detail?: unknown) => {
    await store.audit.add({ at: now(), userId, action, subject, detail })
    panels.draftChanged()
  }

  /**
   * Saves a schedule once it is known what stands against it, which is worked out before the draft is
   * held: where that has moved meanwhile, it is worked out again.
   * @param check what is to be true of the draft that it is saved into
   */
  const changeChecked = async (
    by: { id: string; name: string },
    schedule: Schedule,
    accept: 'conflicts' | undefined,
    check: (draft: Content) => void,
  ) => {
    for (let tries = 1; ; tries++) {
      const isAccepted = accept === 'conflicts'
      const asked = { schedule, at: now(), isAccepted }
      const { draft: seen, conflicts } = await planning.ask('scheduleToSave', asked)
      requireNoConflict(schedule, conflicts)
      const known = await memory.look()
      let isMoved = known.stamps.draft !== seen
      const written = await store.draft.as(by).change((draft) => {
        check(draft)
        isMoved ||= draft !== known.draft
        if (isMoved && tries < MOST_TRIES) return []
        return [{ what: 'schedule', id: schedule.id, value: schedule }]
      }, known)
      if (written.length > 0) return written
    }
  }

  routes.openapi(list, async (c) => {
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    return c.json(
      known.draft.schedules.filter(({ areaId }) => rights.may('see', areaId)),
      200,
    )
  })

  routes.openapi(get, async (c) => {
    const known = await memory.look()
    const found = existing(known.draft, c.req.valid('param').id)
    rightsOf(c, deps, known).requireThing('see', found, 'schedule')
    return c.json(found, 200)
  })

  routes.openapi(add, async (c) => {
    const input = c.req.valid('json')
    const { accept } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    requireAudience(input, rights, known)
    const references = referencesFrom(input.areaId, rights, known)
    const id = uuid() as ScheduleId
    const schedule: Schedule = { id, version: 1, ...input }
    const check = (draft: Content) => checkSchedule(input, draft, known, references)
    check(known.draft)
    const [added] = await changeChecked(c.get('user'), schedule, accept, check)
    await note(c.get('user').id, 'schedule.add', id, input.exception ?? undefined)
    return c.json(added as Schedule, 201)
  })

  routes.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    const { accept } = c.req.valid('query')
    const { version, ...input } = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    const schedule: Schedule = { id, version, ...input }
    let before: Schedule | undefined
    const check = (draft: Content) => {
      before = existing(draft, id)
      rights.requireThing('edit', before, 'schedule')
      requireAudience(before, rights, known)
      requireAudience(input, rights, known)
      if (before.version !== version) throw changedMeanwhile(before)
      checkSchedule(input, draft, known, referencesFrom(input.areaId, rights, known, before))
    }
    check(known.draft)
    const [replaced] = await changeChecked(c.get('user'), schedule, accept, check)
    await note(c.get('user').id, 'schedule.edit', id, before)
    return c.json(replaced as Schedule, 200)
  })

  routes.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const { version } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    let before: Schedule | undefined
    await store.draft.as(c.get('user')).change((draft) => {
      before = existing(draft, id)
      rights.requireThing('edit', before, 'schedule')
      requireAudience(before, rights, known)
      if (before.version !== version) throw changedMeanwhile(before)
      return [{ what: 'schedule', id, value: null }]
    }, known)
    await note(c.get('user').id, 'schedule.delete', id, before)
    return c.body(null, 204)
  })

  return routes
}
