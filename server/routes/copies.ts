import { createRoute } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import {
  AppError,
  Copied,
  CopyDays,
  CopyToAreas,
  fieldProblem,
  type PlaylistId,
  type ScheduleId,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { requireAudience } from '../programme/check-schedule.ts'
import { chosenSchedules, copiedDays, copiedToAreas } from '../programme/copy.ts'
import { daypartFaults } from '../programme/dayparts.ts'
import type { Entry } from '../store/content.ts'

const toDays = createRoute({
  method: 'post',
  path: '/api/schedules/copy-days',
  summary: 'Let schedules happen on other dates as they happen on some',
  request: { body: body(CopyDays) },
  responses: { 201: json(Copied, 'The schedules that happen on more dates now'), ...refusals },
})

const toAreas = createRoute({
  method: 'post',
  path: '/api/schedules/copy-to-areas',
  summary: 'Copy schedules into other areas, one for each, with what they play',
  request: { body: body(CopyToAreas) },
  responses: { 201: json(Copied, 'What was made'), ...refusals },
})

export const copiedOf = (entries: readonly Entry[]): Copied => ({
  scheduleIds: entries.filter(({ what }) => what === 'schedule').map(({ id }) => id as ScheduleId),
  playlistIds: entries.filter(({ what }) => what === 'playlist').map(({ id }) => id as PlaylistId),
})

export const copyRoutes = (deps: Deps) => {
  const { store, memory, panels, now } = deps
  const routes = createRouter()

  const note = async (userId: string, action: string, detail: unknown) => {
    await store.audit.add({ at: now(), userId, action, subject: '', detail })
    panels.draftChanged()
  }

  routes.openapi(toDays, async (c) => {
    const { scheduleIds, ...days } = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    let entries: Entry[] = []
    await store.draft.as(c.get('user')).change((draft) => {
      const schedules = chosenSchedules(draft, scheduleIds)
      for (const schedule of schedules) {
        rights.requireThing('edit', schedule, 'schedule')
        requireAudience(schedule, rights, known)
      }
      entries = copiedDays(schedules, days, known).map((value) => ({
        what: 'schedule',
        id: value.id,
        value,
      }))
      const faults = schedules.flatMap((schedule) =>
        daypartFaults(schedule, draft, known).map((fault) => ({
          ...fault,
          field: `scheduleIds.${scheduleIds.indexOf(schedule.id)}`,
        })),
      )
      if (faults.length > 0) throw new AppError('bad-input', {}, { fields: faults })
      if (entries.length === 0) {
        const fields = [{ field: 'to', message: fieldProblem('nothing-to-copy') }]
        throw new AppError('bad-input', {}, { fields })
      }
      return entries
    }, known)
    const copied = copiedOf(entries)
    await note(c.get('user').id, 'schedule.copy-days', { ...days, ...copied })
    return c.json(copied, 201)
  })

  routes.openapi(toAreas, async (c) => {
    const { scheduleIds, areaIds } = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    const [areaId] = areaIds
    const audience = { areaIds, deviceIds: [] }
    if (areaId) requireAudience({ areaId, audience, priority: 'normal' }, rights, known)
    let entries: Entry[] = []
    await store.draft.as(c.get('user')).change((draft) => {
      const schedules = chosenSchedules(draft, scheduleIds)
      for (const schedule of schedules) {
        rights.requireThing('see', schedule, 'schedule')
        const { priority } = schedule
        if (areaId) requireAudience({ areaId, audience, priority }, rights, known)
      }
      entries = copiedToAreas(schedules, areaIds, draft, known, uuid)
      return entries
    }, known)
    const copied = copiedOf(entries)
    await note(c.get('user').id, 'schedule.copy-to-areas', { areaIds, ...copied })
    return c.json(copied, 201)
  })

  return routes
}
