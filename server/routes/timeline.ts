import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import { addDays, startOfDay } from '#playlists'
import {
  AppError,
  DeviceId,
  DeviceTimeline,
  type EpochMs,
  Explanation,
  FIRST_DATE,
  fieldProblem,
  LAST_INSTANT_MS,
  LocalDate,
  Preview,
  PreviewInput,
  pageOf,
  type Schedule,
  type ScheduleId,
  TimelineQuery,
  TimelineRow,
  type Withheld,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { type Rights, rightsOf } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { checkPlaylist } from '../programme/check-playlist.ts'
import { checkSchedule, requireAudience } from '../programme/check-schedule.ts'
import { deviceTimeline } from '../programme/device-timeline.ts'
import { explain } from '../programme/explain.ts'
import type { Known } from '../programme/memory.ts'
import { preview } from '../programme/preview.ts'
import { referencesFrom, withoutForeignTitles } from '../programme/references.ts'
import { timelinePage } from '../programme/timeline-rows.ts'
import { type Content, type Entry, withEntries } from '../store/content.ts'

const params = z.object({ id: DeviceId })

const rows = createRoute({
  method: 'get',
  path: '/api/timeline',
  summary: 'What is on when, a row for each area or device',
  request: { query: TimelineQuery },
  responses: { 200: json(pageOf(TimelineRow), 'A page of rows'), ...refusals },
})

const day = createRoute({
  method: 'get',
  path: '/api/devices/{id}/timeline',
  summary: 'All that a device plays on a date, item by item, and why',
  request: {
    params,
    query: z.object({
      date: LocalDate,
      view: z.enum(['published', 'draft']).default('published'),
    }),
  },
  responses: { 200: json(DeviceTimeline, 'The day'), ...refusals },
})

const outOfRange = fieldProblem('date-out-of-range')
/** An instant of a query, which holds text. */
const Instant = z.coerce
  .number()
  .int()
  .min(Date.parse(FIRST_DATE), outOfRange)
  .max(LAST_INSTANT_MS, outOfRange)

const why = createRoute({
  method: 'get',
  path: '/api/devices/{id}/explain',
  summary: 'Why this is playing at an instant, or why nothing is; past or future',
  request: { params, query: z.object({ at: Instant }) },
  responses: { 200: json(Explanation, 'Why'), ...refusals },
})

const whatIf = createRoute({
  method: 'post',
  path: '/api/preview',
  summary: 'What a schedule that is not saved would do',
  request: { body: body(PreviewInput) },
  responses: { 200: json(Preview, 'What it would do'), ...refusals },
})

type Told<Channel> = { channels: Channel[] }

/** What was withheld of other people's unapproved content is named by its schedule alone. */
const withOwnTitles = <Channel extends { withheld: Withheld[] }, T extends Told<Channel>>(
  told: T & Told<Channel>,
  rights: Rights,
  known: Known,
): T => {
  const shown = withoutForeignTitles(rights, known)
  const channels = told.channels.map((one) => ({ ...one, withheld: one.withheld.map(shown) }))
  return { ...told, channels }
}

export const timelineRoutes = (deps: Deps) => {
  const { store, memory, foresight, now } = deps
  const routes = createRouter()

  const deviceIn = (known: Known, id: DeviceId) => {
    const device = known.devices.get(id)
    if (!device) throw new AppError('not-found', { what: 'device' })
    return device
  }

  /** What held at an instant: then, or from now on what is published now. */
  const heldAt = async (
    known: Known,
    at: EpochMs,
  ): Promise<{ number: number; content: Content }> => {
    if (at >= now()) return { number: known.number, content: known.published }
    const number = (await store.publications.numberAt(at)) ?? 0
    return { number, content: await foresight.contentOf(number, known) }
  }

  routes.openapi(rows, async (c) => {
    const query = c.req.valid('query')
    checkPeriod(query, 'weeks')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    if (query.areaId) rights.require('see', query.areaId)
    const content = query.view === 'draft' ? known.draft : known.published
    const audiences = foresight.audiences(known, content)
    return c.json(await timelinePage(query, known, rights, audiences, foresight.blocks), 200)
  })

  routes.openapi(day, async (c) => {
    const { date, view } = c.req.valid('query')
    const known = await memory.look()
    const device = deviceIn(known, c.req.valid('param').id)
    const rights = rightsOf(c, deps, known)
    rights.requireThing('see', device, 'device')
    const end = startOfDay(addDays(date, 1), device.timeZone)
    const content = view === 'draft' ? known.draft : (await heldAt(known, end - 1)).content
    const audiences = foresight.audiences(known, content)
    const audience = audiences.of(device)
    const { programme } = audiences
    const told = deviceTimeline(device, audience, programme, foresight.plans, date)
    return c.json(withOwnTitles(told, rights, known), 200)
  })

  routes.openapi(why, async (c) => {
    const { at } = c.req.valid('query')
    const known = await memory.look()
    const device = deviceIn(known, c.req.valid('param').id)
    const rights = rightsOf(c, deps, known)
    rights.requireThing('see', device, 'device')
    const { number, content } = await heldAt(known, at)
    const audiences = foresight.audiences(known, content)
    const audience = audiences.of(device)
    const { programme } = audiences
    const publication = number === 0 ? null : number
    const told = explain(device, audience, programme, at, publication)
    return c.json(withOwnTitles(told, rights, known), 200)
  })

  routes.openapi(whatIf, async (c) => {
    const input = c.req.valid('json')
    checkPeriod(input, 'weeks')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    requireAudience(input.schedule, rights, known)
    const before = known.draft.schedules.find(({ id }) => id === input.replaces)
    if (before) rights.requireThing('edit', before, 'schedule')
    const { playlistId, areaId } = input.schedule
    const references = referencesFrom(areaId, rights, known, before)
    if (input.playlist) {
      rights.require('edit', input.playlist.areaId, 'playlist.areaId')
      const saved = known.draft.playlists.find(({ id }) => id === playlistId)
      if (saved) rights.requireThing('edit', saved, 'playlist')
      const inList = referencesFrom(input.playlist.areaId, rights, known, saved)
      checkPlaylist(playlistId, input.playlist, known.draft, known, inList)
    }
    const asShown = input.playlist && { id: playlistId, version: 1, ...input.playlist }
    const entries: Entry[] = asShown ? [{ what: 'playlist', id: playlistId, value: asShown }] : []
    checkSchedule(input.schedule, withEntries(known.draft, entries), known, references)
    const id = input.replaces ?? (uuid() as ScheduleId)
    const schedule: Schedule = { id, version: 1, ...input.schedule }
    const told = await preview(input, schedule, known, foresight, now())
    const shown = withoutForeignTitles(rights, known)
    const withheld = told.withheld.map((one) => ({ ...one, withheld: shown(one.withheld) }))
    return c.json({ ...told, withheld }, 200)
  })

  return routes
}
