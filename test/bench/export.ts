import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReportFormat } from '#protocol'
import { ReportRequest } from '#protocol'
import { forkReport } from '../../server/jobs/fork-report.ts'
import type { ReportOrder, ReportWord } from '../../server/jobs/report-process.ts'
import { atMost, type Report, reportOf, rounded } from './report.ts'
import { seedPlays } from './seed-plays.ts'

const PLAYS = 1_000_000
const LOOK_EVERY_MS = 200

/** What the command line of SQLite needs for the same columns of the same rows in the same order. */
const sameQuery = (): string => {
  const field = (path: string) => `json_extract(r.bytes, '$.event.play.${path}')`
  const time = (path: string) =>
    `strftime('%d/%m/%Y %H:%M:%f', ${field(path)} / 1000.0, 'unixepoch', '+7 hours')`
  const columns = [
    ...[field('device'), field('area.path'), field('area.code'), field('channel')],
    ...[field('asset.title'), field('themes[0].code'), field('themes[0].name'), field('schedule')],
    ...[time('plannedStartAt'), time('plannedEndAt'), time('startAt'), time('endAt')],
    ...[field('startErrorMs'), field('playedMs'), field('outcome'), field('cause')],
    ...[field('measured.rmsDbfs'), field('measured.frames'), field('measured.heard.share')],
    ...[field('measured.picture'), field('approvedBy')],
    ...[field('asset.sha256'), `json_extract(r.bytes, '$.clock.grade')`],
    `p.device_id || '/' || p.epoch || '/' || p.seq`,
  ]
  return `SELECT ${columns.join(', ')} FROM play p JOIN journal_record r
    ON r.device_id = p.device_id AND r.epoch = p.epoch AND r.seq = p.seq
    ORDER BY p.planned_start_at, p.device_id, p.epoch, p.seq`
}

const residentMb = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const exported = async (folder: string, format: ReportFormat, from: string, to: string) => {
  const period = { kind: 'free' as const, from, to }
  const request = ReportRequest.parse({ form: 'evidence', format, period })
  const startedAt = performance.now()
  const child = forkReport(format)
  let peakMb = 0
  const looking = setInterval(() => {
    try {
      peakMb = Math.max(peakMb, residentMb(child.pid ?? 0))
    } catch {
      // It has just ended.
    }
  }, LOOK_EVERY_MS)
  let last: ReportWord | undefined
  child.on('message', (word: ReportWord) => {
    last = word
  })
  const order: ReportOrder = {
    ...{ request, from, to, scope: 'everywhere', timeZone: 'Asia/Ho_Chi_Minh', now: Date.now() },
    ...{ database: { folder }, path: join(folder, `out.${format}`), chromium: undefined },
    archived: [],
    campaigns: [],
    publicUrl: 'http://localhost',
  }
  child.send(order)
  await new Promise((resolve) => child.once('exit', resolve))
  clearInterval(looking)
  if (last?.type !== 'done') throw new Error(`the export failed: ${JSON.stringify(last)}`)
  return { seconds: (performance.now() - startedAt) / 1000, peakMb }
}

/** A million plays to CSV and XLSX as a report is made, beside SQLite's own command line. */
export const exportPlays = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  try {
    const { plays, from, to } = await seedPlays(folder, PLAYS)
    const startedAt = performance.now()
    const database = join(folder, 'loabang.db')
    const arguments_ = ['-readonly', '-csv', '-cmd', `.output ${join(folder, 'raw.csv')}`]
    execFileSync('sqlite3', [...arguments_, database, sameQuery()])
    const rawSeconds = (performance.now() - startedAt) / 1000
    // The first process after an update compiles; a server's later ones do not.
    await exported(folder, 'csv', from, from)
    const csv = await exported(folder, 'csv', from, to)
    const xlsx = await exported(folder, 'xlsx', from, to)
    const times = rounded(csv.seconds / rawSeconds, 2)
    return reportOf('export', {
      figures: {
        plays,
        'CSV, rows per second': Math.round(plays / csv.seconds),
        'CSV, peak memory MB': rounded(csv.peakMb),
        'XLSX, rows per second': Math.round(plays / xlsx.seconds),
        'XLSX, peak memory MB': rounded(xlsx.peakMb),
      },
      limit: {
        'sqlite3, same columns, rows per second': Math.round(plays / rawSeconds),
        'CSV, share of its rate': rounded(rawSeconds / csv.seconds, 2),
      },
      goals: [
        atMost('CSV, times as long as sqlite3', times, 2),
        atMost('CSV, peak memory MB', rounded(csv.peakMb), 150),
        atMost('XLSX, peak memory MB', rounded(xlsx.peakMb), 150),
      ],
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
