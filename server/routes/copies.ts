import { createRoute } from '@hono/zod-openapi'
import {
  AppError,
  Copied,
  CopyDays,
  CopyToAreas,
  type PlaylistId,
  type ScheduleId,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { requireAudience } from '../programme/check-schedule.ts'
import { chosenSchedules } from '../programme/copy.ts'
import type { Known } from '../programme/memory.ts'
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

/** Attempts to work copies out; another is needed when somebody changes the draft during one. Then 409. */
const MOST_TRIES = 4

export const copyRoutes = (deps: Deps) => {
  const { store, memory, planning, panels, now } = deps
  const routes = createRouter()

  /**
   * Has copies worked out beside the event loop, and writes them into the draft that they were worked
   * out from.
   * @param check who may do it, by the draft as it is
   * @throws AppError draft-changed where others are quicker each time
   */
  const write = async (
    user: { id: string; name: string },
    check: (known: Known) => void,
    work: () => Promise<{ draft: number; entries: Entry[] }>,
  ): Promise<Copied> => {
    for (let tries = 1; ; tries++) {
      const known = await memory.look()
      check(known)
      const { draft: seen, entries } = await work()
      let isMoved = known.stamps.draft !== seen
      await store.draft.as(user).change((draft) => {
        isMoved ||= draft !== known.draft
        return isMoved ? [] : entries
      }, known)
      if (!isMoved) return copiedOf(entries)
      if (tries === MOST_TRIES) throw new AppError('draft-changed')
    }
  }

  const note = async (userId: string, action: string, detail: unknown) => {
    await store.audit.add({ at: now(), userId, action, subject: '', detail })
    panels.draftChanged()
  }

  routes.openapi(toDays, async (c) => {
    const { scheduleIds, ...days } = c.req.valid('json')
    const user = c.get('user')
    const check = (known: Known) => {
      const rights = rightsOf(c, deps, known)
      for (const schedule of chosenSchedules(known.draft, scheduleIds)) {
        rights.requireThing('edit', schedule, 'schedule')
        requireAudience(schedule, rights, known)
      }
    }
    const copied = await write(user, check, () =>
      planning.ask('daysToCopy', { scheduleIds, ...days, at: now() }),
    )
    await note(user.id, 'schedule.copy-days', { ...days, ...copied })
    return c.json(copied, 201)
  })

  routes.openapi(toAreas, async (c) => {
    const { scheduleIds, areaIds } = c.req.valid('json')
    const user = c.get('user')
    const [areaId] = areaIds
    const audience = { areaIds, deviceIds: [] }
    const check = (known: Known) => {
      const rights = rightsOf(c, deps, known)
      if (areaId) requireAudience({ areaId, audience, priority: 'normal' }, rights, known)
      for (const schedule of chosenSchedules(known.draft, scheduleIds)) {
        rights.requireThing('see', schedule, 'schedule')
        const { priority } = schedule
        if (areaId) requireAudience({ areaId, audience, priority }, rights, known)
      }
    }
    const copied = await write(user, check, () =>
      planning.ask('areasToCopy', { scheduleIds, areaIds, at: now() }),
    )
    await note(user.id, 'schedule.copy-to-areas', { areaIds, ...copied })
    return c.json(copied, 201)
  })

  return routes
}
