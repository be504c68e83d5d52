import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import pino from 'pino'
import { v7 as uuid } from 'uuid'
import type { DeviceId, RecordBatch } from '#protocol'
import { composeServer } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { createLedger } from '../../server/evidence/ledger.ts'
import { toLedgerKey } from '../../server/evidence/ledger-key.ts'
import { createReader } from '../../server/evidence/reader.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { planPlays } from '../support/planned.ts'
import type { DrainOrder, DrainWord } from './draining-devices.ts'
import { type BenchDevice, eveningOf, newBenchDevice, playOf } from './ledger-devices.ts'
import { atLeast, atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { makeKeys } from './rig.ts'

const log = pino({ level: 'silent' })
const PER_BATCH = 200
/** Part one: devices whose evenings are stored as fast as it goes. */
const FAST_DEVICES = 40
const FAST_RECORDS = 1_000
const FAST_ROUNDS = 3
/** Part two: `LEDGER_DEVICES=10000` is the evening of a province, 2 million records. */
const DRAINING = Number(process.env.LEDGER_DEVICES ?? 1_000)
const EVENING = 200
const CONNECTED = 1_000
const AT_ONCE = 100
/** The histogram counts its own step as delay. */
const STEP_MS = 1

const newDevices = (count: number): BenchDevice[] =>
  Array.from({ length: count }, () => newBenchDevice(uuid() as DeviceId))

type Evening = { device: BenchDevice; batches: RecordBatch[] }

/** Ours: read, verified, stored, countersigned, acknowledged. @returns records per s */
const ingest = async (folder: string, evenings: readonly Evening[]): Promise<number> => {
  mkdirSync(folder)
  const { db, close } = await openSqlite(folder)
  const store = createStore(db)
  const deviceIds = evenings.map(({ device }) => device.deviceId)
  await planPlays(
    store,
    deviceIds,
    Array.from({ length: FAST_RECORDS }, (_, seq) => playOf(seq)),
  )
  const reader = createReader({ timeZone: 'Asia/Ho_Chi_Minh', database: { folder } })
  const ledger = createLedger({
    journal: store.journal,
    reader,
    key: toLedgerKey(generateKeyPairSync('ed25519').privateKey),
    log,
    now: () => Date.now(),
    onStored() {},
  })
  const [warm, ...measured] = evenings
  const bring = async ({ device, batches }: Evening) => {
    for (const batch of batches) await ledger.receive(device.deviceId, device.publicKey, batch)
  }
  if (warm) await bring(warm)
  const begun = performance.now()
  await Promise.all(measured.map(bring))
  const seconds = (performance.now() - begun) / 1000
  await reader.close()
  await close()
  return (measured.length * FAST_RECORDS) / seconds
}

type Rows = { records: unknown[][]; plays: unknown[][]; themes: unknown[][] }

/** The very rows that ours stored, batch by batch. */
const rowsOf = (folder: string): Rows[] => {
  const db = new Database(join(folder, 'loabang.db'), { readonly: true })
  const read = (table: string, device: string, batch: number) =>
    db
      .prepare(`SELECT * FROM ${table} WHERE device_id = ? AND seq >= ? AND seq < ? ORDER BY seq`)
      .raw()
      .all(device, batch * PER_BATCH, (batch + 1) * PER_BATCH) as unknown[][]
  const devices = db.prepare('SELECT device_id FROM journal').pluck().all() as string[]
  const rows: Rows[] = []
  for (let batch = 0; batch < FAST_RECORDS / PER_BATCH; batch++)
    for (const device of devices)
      rows.push({
        records: read('journal_record', device, batch),
        plays: read('play', device, batch),
        themes: read('play_theme', device, batch),
      })
  db.close()
  return rows
}

/** Bare better-sqlite3: the same rows in the same batches into the same tables. @returns records per s */
const insertBare = async (folder: string, batches: readonly Rows[]): Promise<number> => {
  mkdirSync(folder)
  // The same tables and indexes, made by the same migration.
  await (await openSqlite(folder)).close()
  const db = new Database(join(folder, 'loabang.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  const statement = (table: string, width: number) =>
    db.prepare(`INSERT INTO ${table} VALUES (${Array(width).fill('?').join(', ')})`)
  const [first] = batches
  const into = {
    records: statement('journal_record', first?.records[0]?.length ?? 0),
    plays: statement('play', first?.plays[0]?.length ?? 0),
    themes: statement('play_theme', first?.themes[0]?.length ?? 0),
  }
  const insert = db.transaction((rows: Rows) => {
    for (const row of rows.records) into.records.run(...row)
    for (const row of rows.plays) into.plays.run(...row)
    for (const row of rows.themes) into.themes.run(...row)
  })
  const begun = performance.now()
  for (const rows of batches) insert(rows)
  const seconds = (performance.now() - begun) / 1000
  if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('not synchronous')
  db.close()
  return (batches.length * PER_BATCH) / seconds
}

const startDevices = () => {
  const child = fork(join(import.meta.dirname, 'draining-devices.ts'))
  return {
    order: (order: DrainOrder) =>
      new Promise<DrainWord & { type: 'ready' }>((resolve, reject) => {
        child.once('message', (word: DrainWord) =>
          word.type === 'ready' ? resolve(word) : reject(new Error(word.reason)),
        )
        child.send(order)
      }),
    stop: () => child.kill('SIGKILL'),
  }
}

/** Devices that enrolled earlier. */
const enrolAll = async (folder: string, devices: readonly BenchDevice[]) => {
  const { db, close } = await openSqlite(folder)
  const store = createStore(db)
  const area = await store.areas.importTree({ code: '1', name: 'Tỉnh', kind: 'province' }, null, {
    timeZone: 'Asia/Ho_Chi_Minh',
    validFrom: '2024-01-01',
  })
  await db.transaction().execute(async (tx) => {
    for (const [index, { deviceId, publicKey }] of devices.entries())
      await tx
        .insertInto('device')
        .values({
          id: deviceId,
          name: `Loa ${index}`,
          area_id: area.id,
          channels: '["audio"]',
          canvas: null,
          device_key: publicKey,
          journal_key: publicKey,
          enrolled_at: 1,
          last_seen_at: null,
          applied_revision: null,
          screenshot: null,
          created_at: 1,
          stamp: 0,
        })
        .execute()
  })
  const deviceIds = devices.map(({ deviceId }) => deviceId)
  await planPlays(
    store,
    deviceIds,
    Array.from({ length: EVENING }, (_, seq) => playOf(seq)),
  )
  await close()
}

const drainEvening = async (folder: string) => {
  mkdirSync(folder)
  const [draining, connected] = [newDevices(DRAINING), newDevices(CONNECTED)]
  makeKeys(folder)
  await enrolAll(folder, [...draining, ...connected])
  const path = join(folder, 'evening.jsonl')
  const [crowd, comers] = [startDevices(), startDevices()]
  try {
    await comers.order({
      type: 'prepare',
      devices: draining,
      records: EVENING,
      perBatch: PER_BATCH,
      path,
    })
    const config = readConfig([], {
      PORT: '0',
      DATA_DIR: folder,
      ADMIN_PASSWORD: 'bench-password-0000',
    })
    const server = await composeServer(config, log)
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}`
    await crowd.order({ type: 'stay', server: url, devices: connected })
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const delay = monitorEventLoopDelay({ resolution: STEP_MS })
    delay.enable()
    const begun = performance.now()
    const drained = await comers.order({
      type: 'drain',
      server: url,
      devices: draining,
      path,
      atOnce: AT_ONCE,
    })
    const seconds = (performance.now() - begun) / 1000
    delay.disable()
    // The answer carries the round trips of its own clock exchanges.
    const { roundTripsMs } = await crowd.order({ type: 'stay', server: url, devices: [] })
    crowd.stop()
    comers.stop()
    await server.close()
    return { acknowledged: drained.acknowledged, seconds, delay, roundTripsMs }
  } finally {
    crowd.stop()
    comers.stop()
  }
}

/** How fast evidence comes in, and whether devices notice. */
export const ledger = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  try {
    const evenings = newDevices(FAST_DEVICES + 1).map((device) => ({
      device,
      batches: eveningOf(device, FAST_RECORDS, PER_BATCH),
    }))
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < FAST_ROUNDS; round++) {
      ours.push(await ingest(join(folder, `ours-${round}`), evenings))
      bare.push(
        await insertBare(join(folder, `bare-${round}`), rowsOf(join(folder, `ours-${round}`))),
      )
    }
    const [our, raw] = [percentile(ours, 0.5), percentile(bare, 0.5)]
    const evening = await drainEvening(join(folder, 'evening'))
    const p99 = rounded(evening.delay.percentile(99) / 1e6 - STEP_MS)
    return reportOf('ledger', {
      figures: {
        'records per batch': PER_BATCH,
        'bytes per record': Math.round(
          (evenings[0]?.batches[0]?.records.join('').length ?? 0) / PER_BATCH,
        ),
        'verified, stored, countersigned: records/s': Math.round(our),
        'evening: devices that came back': DRAINING,
        'evening: records acknowledged': evening.acknowledged,
        'evening: s': rounded(evening.seconds),
        'evening: records/s': Math.round(evening.acknowledged / evening.seconds),
        'evening: devices connected meanwhile': CONNECTED,
        'evening: loop delay, median ms': rounded(evening.delay.percentile(50) / 1e6 - STEP_MS),
        'evening: loop delay, p99 ms': p99,
        'evening: loop delay, worst ms': rounded(evening.delay.max / 1e6 - STEP_MS),
        'evening: clock exchange, p99 ms': rounded(percentile(evening.roundTripsMs, 0.99)),
      },
      limit: {
        'bare better-sqlite3, same rows and batches: records/s': Math.round(raw),
        'ours / raw': rounded(our / raw, 2),
      },
      goals: [
        atLeast('ours / bare insert', rounded(our / raw, 2), 0.5),
        atMost('loop delay while an evening drains, p99 ms', p99, 20),
        atMost('records lost', DRAINING * EVENING - evening.acknowledged, 0),
      ],
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
