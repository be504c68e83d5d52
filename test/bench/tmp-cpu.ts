import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { v7 as uuid } from 'uuid'
import Database from 'better-sqlite3'
import { createLedger } from '../../server/evidence/ledger.ts'
import { toLedgerKey } from '../../server/evidence/ledger-key.ts'
import { createReader } from '../../server/evidence/reader.ts'
import { readBatch } from '../../server/evidence/read-batch.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { eveningOf, newBenchDevice } from './ledger-devices.ts'
const folder = mkdtempSync('/tmp/cpu-')
const evenings = Array.from({ length: 11 }, () => newBenchDevice(uuid() as never)).map((device) => ({ device, batches: eveningOf(device, 1000, 200) }))
const { db, close } = await openSqlite(folder)
const reader = process.env.INLINE ? { read: async (s: never) => readBatch(s), close: async () => {} } : createReader()
const ledger = createLedger({ journal: createStore(db).journal, reader: reader as never, key: toLedgerKey(generateKeyPairSync('ed25519').privateKey), log: pino({ level: 'silent' }), now: () => Date.now(), onStored() {} })
const bring = async ({ device, batches }: (typeof evenings)[0]) => { for (const batch of batches) await ledger.receive(device.deviceId, device.publicKey, batch) }
await bring(evenings[0]!)
const t = process as never as { threadCpuUsage: (p?: unknown) => { user: number; system: number } }
const a = t.threadCpuUsage(); const p = process.cpuUsage(); const w = performance.now()
await Promise.all(evenings.slice(1).map(bring))
const b = t.threadCpuUsage(a); const q = process.cpuUsage(p)
console.log('main us/record', (b.user + b.system) / 10000, 'user', b.user / 10000, 'process us/record', (q.user + q.system) / 10000, 'wall', (performance.now() - w) / 10)
await reader.close(); await close()
// bare
const src = new Database(join(folder, 'loabang.db'))
const rows = ['journal_record', 'play', 'play_theme'].map((x) => src.prepare(`select * from ${x}`).raw().all() as unknown[][])
const f2 = mkdtempSync('/tmp/cpu-'); await (await openSqlite(f2)).close()
const dst = new Database(join(f2, 'loabang.db')); dst.pragma('journal_mode=WAL'); dst.pragma('synchronous=FULL')
const st = rows.map((r, i) => dst.prepare(`insert into ${['journal_record', 'play', 'play_theme'][i]} values (${r[0]!.map(() => '?').join(',')})`))
const c = t.threadCpuUsage()
for (let at = 0; at < 11000; at += 200) dst.transaction(() => { rows.forEach((r, i) => { for (const row of r.slice(at, at + 200)) st[i]!.run(...row) }) })()
const d = t.threadCpuUsage(c)
console.log('bare us/record', (d.user + d.system) / 11000, 'user', d.user / 11000)
rmSync(folder, { recursive: true }); rmSync(f2, { recursive: true })
