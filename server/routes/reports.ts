import { createReadStream, existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { dateAt } from '#playlists'
import {
  AppError,
  AreaId,
  AreaLetterhead,
  Letterhead,
  PageQuery,
  pageOf,
  Report,
  ReportRequest,
} from '#protocol'
import { archivedMonths } from '../archive/months.ts'
import type { Deps } from '../deps.ts'
import { requireRight, seenBy } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import type { Env } from '../http/env.ts'
import { rangeOf } from '../http/range.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { fileNameOf, MIME } from '../reports/file-name.ts'
import { daysOfPeriod } from '../reports/period.ts'
import { previewOf } from '../reports/preview.ts'
import type { ReportJob } from '../store/reports.ts'

const Id = z.object({ id: z.uuid() })
/** Files can be made again: they are kept this long. */
const KEPT_MS = 30 * 86_400_000

const list = createRoute({
  method: 'get',
  path: '/api/reports',
  summary: 'The reports that the user has asked for, newest first',
  request: { query: PageQuery },
  responses: { 200: json(pageOf(Report), 'A page of reports'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/reports',
  summary: 'Ask for a report: it is made beside the server, and shows how far it is',
  request: { body: body(ReportRequest) },
  responses: { 201: json(Report, 'The report, waiting'), ...refusals },
})

const get = createRoute({
  method: 'get',
  path: '/api/reports/{id}',
  summary: 'How far a report is',
  request: { params: Id },
  responses: { 200: json(Report, 'The report'), ...refusals },
})

const cancel = createRoute({
  method: 'delete',
  path: '/api/reports/{id}',
  summary: 'Stop making a report',
  request: { params: Id },
  responses: { 200: json(Report, 'The report, cancelled'), ...refusals },
})

const file = createRoute({
  method: 'get',
  path: '/api/reports/{id}/file',
  summary: 'The file of a report; answers ranges, so that a broken download goes on',
  request: { params: Id },
  responses: {
    200: { description: 'All bytes' },
    206: { description: 'The range asked for' },
    416: { description: 'There are no bytes in this range' },
    ...refusalsAnd(410),
  },
})

const preview = createRoute({
  method: 'post',
  path: '/api/reports/preview',
  summary: 'The first page of a report as it would be printed, as HTML',
  request: { body: body(ReportRequest) },
  responses: {
    200: {
      content: { 'application/json': { schema: z.object({ html: z.string() }) } },
      description: 'A page without scripts that needs nothing else',
    },
    ...refusalsAnd(422),
  },
})

const letterhead = createRoute({
  method: 'get',
  path: '/api/areas/{id}/letterhead',
  summary: 'How reports of an area are headed and signed today',
  request: { params: z.object({ id: AreaId }) },
  responses: { 200: json(AreaLetterhead, 'The letterhead'), ...refusals },
})

const setLetterhead = createRoute({
  method: 'put',
  path: '/api/areas/{id}/letterhead',
  summary: 'Lay down how reports of an area are headed and signed from a day on',
  request: {
    params: z.object({ id: AreaId }),
    query: z.object({
      version: z.coerce
        .number()
        .int()
        .nonnegative()
        .default(0)
        .meta({ description: 'The version that the edit was made from; 0: nothing was laid down' }),
    }),
    body: body(Letterhead),
  },
  responses: { 200: json(AreaLetterhead, 'The letterhead'), ...refusals },
})

const toReport = ({ userId, scope, ...report }: ReportJob): Report => report

export const reportRoutes = (deps: Deps) => {
  const { store, memory, reports, now, timeZone } = deps
  const routes = createRouter()

  /** What somebody asks for, as far as they may see it. */
  const asked = async (c: Context<Env>, request: ReportRequest) => {
    if (request.areaId) await requireRight(c, deps, 'see', request.areaId)
    const today = dateAt(now(), timeZone)
    // Whoever asks chooses among what the panel shows, published or not.
    const { draft } = await memory.look()
    const days = daysOfPeriod(request.period, draft.campaigns, today)
    checkPeriod(days, 'years', 'period.to')
    return { request, ...days, scope: seenBy(c, deps) }
  }

  const own = async (c: Context<Env>, id: string): Promise<ReportJob> => {
    const job = await store.reports.get(id)
    if (job?.userId !== c.get('user').id) throw new AppError('not-found', { what: 'report' })
    return job
  }

  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const { items, ...page } = await store.reports.page(c.get('user').id, cursor, limit)
    return c.json({ ...page, items: items.map(toReport) }, 200)
  })

  routes.openapi(add, async (c) => {
    const job = await asked(c, c.req.valid('json'))
    const userId = c.get('user').id
    const added = await store.reports.add({
      ...job,
      ...{ userId, at: now(), expiresAt: now() + KEPT_MS },
      fileName: fileNameOf(job.request, job.from, job.to),
    })
    await store.audit.add({
      at: now(),
      userId,
      action: 'report.make',
      subject: added.id,
      detail: job,
    })
    reports.add(added)
    return c.json(toReport(added), 201)
  })

  routes.openapi(get, async (c) => c.json(toReport(await own(c, c.req.valid('param').id)), 200))

  routes.openapi(cancel, async (c) => {
    const { id } = await own(c, c.req.valid('param').id)
    await reports.cancel(id)
    return c.json(toReport(await own(c, id)), 200)
  })

  routes.openapi(file, async (c) => {
    const job = await own(c, c.req.valid('param').id)
    if (job.state !== 'done' || job.bytes === null) throw new AppError('report-unfinished')
    const path = reports.pathOf(job.id)
    if (!existsSync(path)) throw new AppError('report-expired')
    const headers: Record<string, string> = {
      'content-type': MIME[job.request.format],
      'content-disposition': `attachment; filename="${job.fileName}"`,
      'accept-ranges': 'bytes',
      etag: `"${job.sha256}"`,
      'cache-control': 'private, no-transform',
      'x-content-type-options': 'nosniff',
    }
    // A range of what is another file by now would be torn: then all of it is sent.
    const isSame = (c.req.header('if-range') ?? headers.etag) === headers.etag
    const range = rangeOf(isSame ? c.req.header('range') : undefined, job.bytes)
    if (range === null) return c.body(null, 416, { 'content-range': `bytes */${job.bytes}` })
    headers['content-length'] = String(range ? range.end - range.start + 1 : job.bytes)
    if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${job.bytes}`
    const stream = Readable.toWeb(createReadStream(path, range)) as ReadableStream
    return c.body(stream, range ? 206 : 200, headers) as never
  })

  routes.openapi(preview, async (c) => {
    const job = await asked(c, c.req.valid('json'))
    const { campaigns } = (await memory.look()).published
    const archived = await archivedMonths(deps.archives)
    const html = await previewOf(
      { ...job, store, campaigns, archived, timeZone, now: now() },
      deps.publicUrl,
    )
    return c.json({ html }, 200)
  })

  routes.openapi(letterhead, async (c) => {
    const { id } = c.req.valid('param')
    await requireRight(c, deps, 'see', id, 'area')
    const found = await store.letterheads.of(id, dateAt(now(), timeZone))
    const version = await store.letterheads.version(id, found.validFrom)
    return c.json({ ...found, version }, 200)
  })

  routes.openapi(setLetterhead, async (c) => {
    const { id } = c.req.valid('param')
    await requireRight(c, deps, 'administer', id, 'area')
    const detail = c.req.valid('json')
    const { version: base } = c.req.valid('query')
    const version = await store.letterheads.set(id, detail, base)
    if (version === undefined) throw new AppError('changed-meanwhile', { name: detail.issuer })
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'letterhead.set', subject: id, detail })
    return c.json({ ...detail, version }, 200)
  })

  return routes
}
