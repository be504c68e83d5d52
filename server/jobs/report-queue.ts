import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { EpochMs, Sha256, TimeZone } from '#protocol'
import { archivedMonths } from '../archive/months.ts'
import type { Memory } from '../programme/memory.ts'
import type { ReportJob } from '../store/reports.ts'
import type { Store } from '../store/store.ts'
import { forkReport } from './fork-report.ts'
import type { ReportOrder, ReportWord } from './report-process.ts'

/** One leaves the machine to the devices; a second waits its turn and is told so. */
const AT_ONCE = 1
const EXPIRE_EVERY_MS = 3_600_000

export type ReportQueueDeps = {
  store: Store
  memory: Memory
  /** Where finished files are kept. */
  folder: string
  /** Folder of the archives of old months. */
  archives: string
  database: ReportOrder['database']
  publicUrl: string
  chromium: string | undefined
  timeZone: TimeZone
  now: () => EpochMs
  log: Logger
  /** Told whenever a report of somebody has moved on. */
  onChange: (userId: string) => void
}

export type ReportQueue = ReturnType<typeof createReportQueue>

/** Has reports made one after another. What was asked for survives a restart and is made again. */
export const createReportQueue = (deps: ReportQueueDeps) => {
  const { store, memory, folder, now, log, onChange } = deps
  mkdirSync(folder, { recursive: true })
  const waiting: ReportJob[] = []
  const running = new Map<string, ChildProcess>()
  let isClosed = false

  const pathOf = (id: string) => join(folder, id)

  const finish = async (job: ReportJob, word: ReportWord | undefined) => {
    const part = `${pathOf(job.id)}.part`
    const current = await store.reports.get(job.id)
    if (isClosed) return
    if (word?.type === 'done' && current?.state === 'running') {
      await rename(part, pathOf(job.id))
      const { bytes } = word
      const sha256 = word.sha256 as Sha256
      const done = { state: 'done' as const, progress: 1, bytes, sha256, finishedAt: now() }
      await store.reports.update(job.id, done)
    } else {
      await rm(part, { force: true })
      if (current?.state === 'running') {
        const failure = word?.type === 'failed' ? word.code : 'internal'
        log.error({ reportId: job.id, word }, 'a report could not be made')
        await store.reports.update(job.id, { state: 'failed', failure, finishedAt: now() })
      }
    }
    onChange(job.userId)
  }

  const run = async (job: ReportJob) => {
    const { request, from, to, scope } = job
    await store.reports.update(job.id, { state: 'running', progress: 0 })
    onChange(job.userId)
    const child = forkReport(request.format)
    running.set(job.id, child)
    let last: ReportWord | undefined
    child.on('message', (word: ReportWord) => {
      if (word.type !== 'progress') last = word
      else {
        store.reports
          .update(job.id, { progress: word.share })
          .then(() => onChange(job.userId))
          .catch((error) => log.warn(error, 'progress of a report was not noted'))
      }
    })
    const ended = new Promise((resolve) => {
      child.once('exit', resolve)
      child.once('error', resolve)
    })
    const { database, publicUrl, chromium, timeZone } = deps
    const path = `${pathOf(job.id)}.part`
    const order: ReportOrder = {
      ...{ request, from, to, scope, timeZone, now: now() },
      archived: await archivedMonths(deps.archives),
      campaigns: (await memory.look()).published.campaigns,
      ...{ database, path, publicUrl, chromium },
    }
    child.send(order)
    await ended
    running.delete(job.id)
    await finish(job, last)
  }

  const next = () => {
    if (isClosed || running.size >= AT_ONCE) return
    const job = waiting.shift()
    if (!job) return
    run(job)
      .catch((error) => log.error({ reportId: job.id, err: error }, 'a report broke off'))
      .finally(next)
  }

  const expire = async () => {
    for (const id of await store.reports.expire(now())) await rm(pathOf(id), { force: true })
  }
  const expiring = setInterval(
    () => expire().catch((error) => log.error(error, 'old reports were not deleted')),
    EXPIRE_EVERY_MS,
  )

  return {
    pathOf,

    add(job: ReportJob) {
      waiting.push(job)
      next()
    },

    /** @returns false where it is no longer being made */
    async cancel(id: string): Promise<boolean> {
      const job = await store.reports.get(id)
      if (job?.state !== 'waiting' && job?.state !== 'running') return false
      const index = waiting.findIndex((one) => one.id === id)
      if (index >= 0) waiting.splice(index, 1)
      await store.reports.update(id, { state: 'cancelled', finishedAt: now() })
      running.get(id)?.kill('SIGKILL')
      onChange(job.userId)
      return true
    },

    /** Goes on with what an earlier run of the server left unfinished. */
    async resume() {
      await expire()
      waiting.push(...(await store.reports.waiting()))
      next()
    },

    close() {
      isClosed = true
      clearInterval(expiring)
      for (const child of running.values()) child.kill('SIGKILL')
    },
  }
}
