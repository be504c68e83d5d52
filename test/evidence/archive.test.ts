import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import BetterSqlite3 from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkExport } from '#evidence'
import type { DeviceId } from '#protocol'
import { type LedgerKey, loadLedgerKey } from '../../server/evidence/ledger-key.ts'
import { proveRecord } from '../../server/evidence/play-proof.ts'
import { writeExport } from '../../server/evidence/write-export.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { archiveMonths } from '../support/archive-runner.ts'
import { aBatch, anArrival } from '../support/evidence.ts'
import { aProvince, dayAt } from '../support/province.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const RUNNER = join(import.meta.dirname, '../support/archive-runner.ts')
const MAIN = join(import.meta.dirname, '../../setup/main.mjs')
/** From 11 November 2024 to 10 March 2025. */
const DAYS = 120
const PLAYS = 8
const NOW = dayAt(DAYS).at
const KEPT_MONTHS = 1
const MONTHS = ['2024-11', '2024-12', '2025-01']

let template: string
let journals: Map<DeviceId, string[]>
let key: LedgerKey

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'loabang-archive-'))
  key = loadLedgerKey(join(template, 'keys'))
  const { db, close } = await openSqlite(template)
  journals = await aProvince(createStore(db), key, { devices: 3, days: DAYS, playsPerDay: PLAYS })
  await close()
})
afterAll(() => rmSync(template, { recursive: true, force: true }))

const aServer = (): string => {
  const folder = join(tempFolder(), 'data')
  cpSync(template, folder, { recursive: true })
  return folder
}

const run = (folder: string) => archiveMonths(folder, NOW, KEPT_MONTHS)
const verify = (folder: string) =>
  spawnSync(process.execPath, [MAIN, 'verify', folder], { encoding: 'utf8' })

const open = async (folder: string) => {
  const { db, close } = await openSqlite(folder)
  return { db, store: createStore(db), close }
}

const linesOf = (archive: string): string[] =>
  zstdDecompressSync(readFileSync(join(archive, 'records.jsonl.zst')))
    .toString('utf8')
    .split('\n')
    .slice(0, -1)

/** Every record is in an archive or in the database, with its very bytes. */
const expectAllThere = async (folder: string) => {
  const { db, close } = await open(folder)
  const rows = await db.selectFrom('journal_record').select('bytes').execute()
  await close()
  const names = readdirSync(join(folder, 'archives'))
  const archived = names
    .filter((name) => !name.startsWith('unfinished'))
    .flatMap((name) => linesOf(join(folder, 'archives', name)))
  const there = new Set([...rows.map(({ bytes }) => bytes), ...archived])
  const all = [...journals.values()].flat()
  expect(all.filter((bytes) => !there.has(bytes))).toEqual([])
  expect(there.size).toBe(all.length)
  return rows.length
}

const countsIn = async (folder: string) => {
  const { db, close } = await open(folder)
  const counts = await db
    .selectFrom('coverage')
    .selectAll()
    .orderBy('dimension')
    .orderBy('value')
    .orderBy('period')
    .orderBy('theme_id')
    .execute()
  await close()
  return counts
}

describe('archives of old months', () => {
  test('[AR1] hold every record, can be checked offline, and all counts stay', async () => {
    const folder = aServer()
    const before = await countsIn(folder)
    expect(await run(folder)).toEqual(MONTHS)
    expect(readdirSync(join(folder, 'archives')).sort()).toEqual(MONTHS)
    const left = await expectAllThere(folder)
    expect(left).toBeLessThan(0.6 * 3 * DAYS * (PLAYS + 1))
    expect(await countsIn(folder)).toEqual(before)
    for (const month of MONTHS) {
      const { status, stdout } = verify(join(folder, 'archives', month))
      expect([month, status], stdout).toEqual([month, 0])
    }
  })

  test('[AR2] what stays can be proved and exported, and more comes in', async () => {
    const folder = aServer()
    await run(folder)
    const { db, store, close } = await open(folder)
    const [deviceId, journal] = [...journals][0] as [DeviceId, string[]]
    const row = (await store.evidence.journals(deviceId))[0]
    expect(row?.archived).toBeGreaterThan(600)
    const place = { deviceId, epoch: 0, seq: journal.length - 20 }
    const proof = await proveRecord(store, key, 'http://x', place)
    expect(proof.record).toBe(journal[place.seq])
    await expect(proveRecord(store, key, 'http://x', { ...place, seq: 5 })).rejects.toMatchObject({
      code: 'record-archived',
    })
    const kept = join(tempFolder(), 'kept')
    await writeExport({ store, key }, kept, {
      selection: {
        deviceIds: [deviceId],
        from: dayAt(DAYS - 9).at,
        to: dayAt(DAYS - 2).at,
        ...{ themeIds: null, areaIds: null, channel: null, outcome: null },
      },
      days: { from: dayAt(DAYS - 10).date, to: dayAt(DAYS).date },
      isWhole: true,
      at: NOW,
    })
    expect(checkExport(kept)).toMatchObject({ verdict: 'OK', unknowns: [] })
    const whole = join(tempFolder(), 'whole')
    await writeExport({ store, key }, whole, {
      selection: {
        deviceIds: [deviceId],
        ...{ from: null, to: null, themeIds: null, areaIds: null, channel: null, outcome: null },
      },
      days: { from: dayAt(0).date, to: dayAt(DAYS).date },
      isWhole: true,
      at: NOW,
    })
    // What is archived is not shown here, and that is said: never that there was nothing.
    expect(checkExport(whole).verdict).toBe('UNKNOWN')

    const more = [...journal, ...journal.slice(-300).map((bytes) => `${bytes} `)]
    const batch = aBatch(more, journal.length, { deviceId })
    const [ack] = await store.journal.append(
      [anArrival(batch, deviceId)],
      (n) => key.cosign(n, NOW),
      NOW,
    )
    expect(ack?.next).toBe(more.length)
    // Sent again from the very beginning, nothing is stored twice and nothing contradicts.
    const again = aBatch(more, 0, { deviceId, to: 100 })
    const [old] = await store.journal.append(
      [anArrival(again, deviceId)],
      (n) => key.cosign(n, NOW),
      NOW,
    )
    expect(new Set(old?.verdicts)).toEqual(new Set(['duplicate']))
    expect(
      await db.selectFrom('incident').select('kind').where('kind', '=', 'fork').execute(),
    ).toEqual([])
    // Another history than the archived one is a contradiction, though its records are not here.
    const forged = more.map((bytes, seq) => (seq === 7 ? `${bytes} ` : bytes))
    const wrong = aBatch(forged, 0, { deviceId, to: 100 })
    const [found] = await store.journal.append(
      [anArrival(wrong, deviceId)],
      (n) => key.cosign(n, NOW),
      NOW,
    )
    expect(found?.verdicts.flatMap((verdict, seq) => (verdict === 'duplicate' ? [] : seq))).toEqual(
      [7],
    )
    expect(found?.verdicts[7]).toBe('fork')
    await close()
  })

  test('[AR3] kill -9 at any instant loses nothing, and the next run finishes', async () => {
    const folder = aServer()
    const archives = join(folder, 'archives')
    mkdirSync(archives)
    const total = 3 * DAYS * (PLAYS + 1)
    const left = (): number => {
      const db = new BetterSqlite3(join(folder, 'loabang.db'), { readonly: true })
      const count = db.prepare<[], number>('SELECT count(*) FROM journal_record').pluck().get()
      db.close()
      return count as number
    }
    const moments: (() => boolean)[] = [
      () => existsSync(join(archives, 'unfinished-2024-11')),
      () => existsSync(join(archives, 'unfinished-2024-11/proofs.jsonl.zst')),
      () => existsSync(join(archives, '2024-11')),
      () => left() < total,
      () => existsSync(join(archives, 'unfinished-2024-12')),
      () => existsSync(join(archives, '2024-12')),
      () => existsSync(join(archives, '2025-01')),
    ]
    for (const isNow of moments) {
      const args = [RUNNER, folder, String(NOW), String(KEPT_MONTHS)]
      const child = spawn(process.execPath, args, { stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('close', resolve))
      while (!isNow() && child.exitCode === null) await new Promise((r) => setTimeout(r, 1))
      child.kill('SIGKILL')
      await ended
      await expectAllThere(folder)
    }
    // The process of an archive ends a moment after the server that it worked for.
    await until(() => run(folder).catch(() => undefined))
    expect(readdirSync(join(folder, 'archives')).sort()).toEqual(MONTHS)
    expect(await expectAllThere(folder)).toBeLessThan(0.6 * 3 * DAYS * (PLAYS + 1))
  })

  test('[AR4] one flipped byte in any file of an archive is found, and nothing is removed for it', async () => {
    const folder = aServer()
    await run(folder)
    const archive = join(folder, 'archives', MONTHS.at(-1) ?? '')
    for (const name of readdirSync(archive)) {
      const path = join(archive, name)
      const good = readFileSync(path)
      const bad = Buffer.from(good)
      const at = Math.floor(bad.length / 2)
      bad[at] = (bad[at] as number) ^ 1
      writeFileSync(path, bad)
      expect([name, checkExport(archive).verdict]).toEqual([name, 'CONTRADICTION'])
      await expect(run(folder), name).rejects.toThrow()
      writeFileSync(path, good)
    }
    await run(folder)
  })
})
