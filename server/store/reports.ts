import { v7 as uuid } from 'uuid'
import type {
  EpochMs,
  ErrorCode,
  LocalDate,
  Page,
  Report,
  ReportRequest,
  ReportState,
  Sha256,
} from '#protocol'
import type { Scope } from './areas.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/** A report with what making it needs besides the request: whose eyes it is made with. */
export type ReportJob = Report & { userId: string; scope: Scope }

type Asked = { request: ReportRequest; from: LocalDate; to: LocalDate }

const toJob = (row: Schema['report']): ReportJob => ({
  ...(JSON.parse(row.request) as Asked),
  id: row.id,
  userId: row.user_id,
  scope: row.scope === null ? 'everywhere' : (JSON.parse(row.scope) as string[]),
  state: row.state as ReportState,
  progress: row.progress,
  fileName: row.file_name,
  bytes: row.bytes,
  sha256: row.sha256 as Sha256 | null,
  failure: row.failure as ErrorCode | null,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  expiresAt: row.expires_at,
})

export const createReports = (db: Database) => ({
  async add(
    job: Asked & {
      userId: string
      scope: Scope
      fileName: string
      at: EpochMs
      expiresAt: EpochMs
    },
  ): Promise<ReportJob> {
    const { request, from, to } = job
    const row: Schema['report'] = {
      ...{ id: uuid(), user_id: job.userId, area_id: request.areaId },
      request: JSON.stringify({ request, from, to } satisfies Asked),
      scope: job.scope === 'everywhere' ? null : JSON.stringify(job.scope),
      ...{ state: 'waiting', progress: 0, file_name: job.fileName, bytes: null, sha256: null },
      ...{ failure: null, created_at: job.at, finished_at: null, expires_at: job.expiresAt },
    }
    await db.insertInto('report').values(row).execute()
    return toJob(row)
  },

  async get(id: string): Promise<ReportJob | undefined> {
    const row = await db.selectFrom('report').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toJob(row)
  },

  /** Somebody's own reports, newest first. */
  async page(userId: string, cursor: string | undefined, limit: number): Promise<Page<ReportJob>> {
    let query = db.selectFrom('report').selectAll().where('user_id', '=', userId)
    if (cursor !== undefined) query = query.where('id', '<', cursor)
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const items = rows.slice(0, limit).map(toJob)
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total: null }
  },

  /** Reports that are waited for, oldest first; what was running when the server stopped waits again. */
  async waiting(): Promise<ReportJob[]> {
    const rows = await db
      .selectFrom('report')
      .selectAll()
      .where('state', 'in', ['waiting', 'running'])
      .orderBy('id')
      .execute()
    return rows.map(toJob)
  },

  async update(
    id: string,
    change: Partial<
      Pick<Report, 'state' | 'progress' | 'bytes' | 'sha256' | 'failure' | 'finishedAt'>
    >,
  ): Promise<void> {
    const { finishedAt, ...others } = change
    await db
      .updateTable('report')
      .set({ ...others, ...(finishedAt !== undefined && { finished_at: finishedAt }) })
      .where('id', '=', id)
      .execute()
  },

  /** Forgets reports whose time is over. @returns their ids */
  async expire(now: EpochMs): Promise<string[]> {
    const rows = await db
      .deleteFrom('report')
      .where('expires_at', '<=', now)
      .returning('id')
      .execute()
    return rows.map(({ id }) => id)
  },
})

export type Reports = ReturnType<typeof createReports>
