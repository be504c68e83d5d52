import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { openSqlite } from '../../server/store/open-database.ts'
const t = process as never as { threadCpuUsage: (p?: unknown) => { user: number; system: number } }
const N = 60
const us = async (name: string, f: (db: Database.Database, k: Kysely<any>) => Promise<void>) => {
  const folder = mkdtempSync('/tmp/ins-'); await (await openSqlite(folder)).close()
  const db = new Database(join(folder, 'loabang.db')); db.pragma('journal_mode=WAL'); db.pragma('synchronous=FULL')
  const k = new Kysely<any>({ dialect: new SqliteDialect({ database: db }) })
  const a = t.threadCpuUsage(); await f(db, k); const b = t.threadCpuUsage(a)
  console.log(name, (b.user / N / 200).toFixed(1), 'sys', (b.system / N / 200).toFixed(1)); 
}
const bytes = 'x'.repeat(1300)
const rows = (b: number, n = 200) => Array.from({ length: n }, (_, i) => ({ device_id: '01890000-0000-7000-8000-00000000000d', epoch: 0, seq: b * 200 + i, bytes, received_at: 1 }))
const plays = (b: number) => Array.from({ length: 200 }, (_, i) => ({ device_id: '01890000-0000-7000-8000-00000000000d', epoch: 0, seq: b * 200 + i, planned_start_at: 1731276000000 + i + b, area_id: '01890000-0000-7000-8000-00000000000d', channel: 'audio', outcome: 'completed', search: 'x'.repeat(150) }))
const th = (b: number) => Array.from({ length: 200 }, (_, i) => ({ device_id: '01890000-0000-7000-8000-00000000000d', epoch: 0, seq: b * 200 + i, theme_id: '01890000-0000-7000-8000-00000000000d' }))
for (let r = 0; r < 2; r++) {
await us('bare single', async (db) => {
  const s = [db.prepare('insert into journal_record values (?,?,?,?,?)'), db.prepare('insert into play values (?,?,?,?,?,?,?,?)'), db.prepare('insert into play_theme values (?,?,?,?)')]
  for (let b = 0; b < N; b++) { const data = [rows(b), plays(b), th(b)].map((x) => x.map((y) => Object.values(y))); db.transaction(() => { data.forEach((d, i) => { for (const x of d) s[i]!.run(...x) }) })() }
})
await us('kysely multi 200', async (_, k) => { for (let b = 0; b < N; b++) await k.transaction().execute(async (tx) => { await tx.insertInto('journal_record').values(rows(b)).execute(); await tx.insertInto('play').values(plays(b)).execute(); await tx.insertInto('play_theme').values(th(b)).execute() }) })
await us('json_each', async (db) => {
  const s = [db.prepare("insert into journal_record select value->>0, value->>1, value->>2, value->>3, value->>4 from json_each(?)"), db.prepare("insert into play select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7 from json_each(?)"), db.prepare("insert into play_theme select value->>0, value->>1, value->>2, value->>3 from json_each(?)")]
  for (let b = 0; b < N; b++) { const data = [rows(b), plays(b), th(b)].map((x) => x.map((y) => Object.values(y))); db.transaction(() => { data.forEach((d, i) => s[i]!.run(JSON.stringify(d))) })() }
})
await us('multi cached prepared', async (db) => {
  const q = (tab: string, w: number) => db.prepare(`insert into ${tab} values ${Array(200).fill(`(${Array(w).fill('?').join(',')})`).join(',')}`)
  const s = [q('journal_record', 5), q('play', 8), q('play_theme', 4)]
  for (let b = 0; b < N; b++) { const data = [rows(b), plays(b), th(b)].map((x) => x.flatMap((y) => Object.values(y))); db.transaction(() => { data.forEach((d, i) => s[i]!.run(d)) })() }
})
}
