import { Readable } from 'node:stream'
import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { addDays, startOfDay } from '#playlists'
import {
  AppError,
  DeviceId,
  Lang,
  PageQuery,
  PlayFilter,
  PlayLogEntry,
  PlayLogPage,
  pageOf,
} from '#protocol'
import { archivedMonths, monthOf } from '../archive/months.ts'
import type { Deps } from '../deps.ts'
import { recordColumns } from '../evidence/record-columns.ts'
import { requireRight, seenBy } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import type { Env } from '../http/env.ts'
import { PlayParams } from '../http/play-params.ts'
import { createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { writeCsv } from '../reports/write-csv.ts'
import type { PlayQuery } from '../store/play-query.ts'

const list = createRoute({
  method: 'get',
  path: '/api/plays',
  summary: 'The play log, newest first',
  request: { query: PlayFilter.extend(PageQuery.shape) },
  responses: {
    200: json(PlayLogPage, 'A page of plays, and months whose records are in archives'),
    ...refusals,
  },
})

const one = createRoute({
  method: 'get',
  path: '/api/plays/{device}/{epoch}/{seq}',
  summary: 'One play: its record, what was planned, and who signed it',
  request: {
    params: PlayParams,
  },
  responses: { 200: json(PlayLogEntry, 'The play'), ...refusalsAnd(410) },
})

const unplanned = createRoute({
  method: 'get',
  path: '/api/plays/unplanned',
  summary: 'Plays that devices report and nobody planned for them, those received last first',
  request: { query: PageQuery.extend({ deviceId: DeviceId.optional() }) },
  responses: { 200: json(pageOf(PlayLogEntry), 'A page of plays; none is counted'), ...refusals },
})

const csv = createRoute({
  method: 'get',
  path: '/api/plays.csv',
  summary: 'The play log as CSV, streamed',
  request: { query: PlayFilter.extend({ lang: Lang.default('vi') }) },
  responses: {
    200: {
      content: { 'text/csv': { schema: z.string() } },
      description: 'UTF-8 with a byte order mark',
    },
    ...refusals,
  },
})

/** Between two of them devices are served. */
const ROWS_PER_TURN = 200

export const playRoutes = (deps: Deps) => {
  const { store, timeZone } = deps
  const routes = createRouter()

  /** @throws AppError bad-input */
  const queryOf = (c: Context<Env>, { from, to, ...filter }: PlayFilter): PlayQuery => {
    if (from && to) checkPeriod({ from, to }, 'years')
    return {
      ...filter,
      scope: seenBy(c, deps),
      from: from === undefined ? undefined : startOfDay(from, timeZone),
      to: to === undefined ? undefined : startOfDay(addDays(to, 1), timeZone),
    }
  }

  routes.openapi(list, async (c) => {
    const { cursor, limit, ...filter } = c.req.valid('query')
    const months = await archivedMonths(deps.archives)
    const archived = months.filter(
      (month) =>
        (!filter.from || month >= monthOf(filter.from)) &&
        (!filter.to || month <= monthOf(filter.to)),
    )
    const page = await store.plays.page(queryOf(c, filter), cursor, limit)
    return c.json({ ...page, archived }, 200)
  })

  routes.openapi(unplanned, async (c) => {
    const { cursor, limit, deviceId } = c.req.valid('query')
    const scope = seenBy(c, deps)
    return c.json(await store.unplannedPlays.page({ deviceId, scope }, cursor, limit), 200)
  })

  routes.openapi(one, async (c) => {
    const { device, epoch, seq } = c.req.valid('param')
    const entry = await store.plays.get(device, epoch, seq)
    if (!entry) {
      // Where it says it was played proves nothing: its device decides who may see it.
      await requireRight(c, deps, 'see', (await store.devices.get(device))?.areaId ?? null, 'play')
      const apart = await store.unplannedPlays.get(device, epoch, seq)
      if (apart) return c.json(apart, 200)
      const isArchived = seq < (await store.evidence.archivedTo({ deviceId: device, epoch }))
      throw isArchived
        ? new AppError('record-archived')
        : new AppError('not-found', { what: 'play' })
    }
    await requireRight(c, deps, 'see', entry.play.area.id, 'play')
    return c.json(entry, 200)
  })

  routes.openapi(csv, async (c) => {
    const { lang, ...filter } = c.req.valid('query')
    const columns = recordColumns(lang)
    const query = queryOf(c, filter)
    async function* rows() {
      for await (const entry of store.plays.all(query, 'desc', ROWS_PER_TURN)) {
        yield columns.map(({ value }) => value(entry))
      }
    }
    const text = writeCsv({ columns, rows: rows(), sum: null }, timeZone)
    const stream = Readable.toWeb(Readable.from(text, { objectMode: false })) as ReadableStream
    return c.body(stream, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="nhat-ky-phat.csv"',
    }) as never
  })

  return routes
}
