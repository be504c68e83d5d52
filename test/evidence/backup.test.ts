import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dateAt } from '#playlists'
import packageJson from '../../package.json' with { type: 'json' }
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol, loadIdentity } from '../../player/identity/identity.ts'
import { openJournal } from '../../player/journal/journal.ts'
import { createUpload } from '../../player/journal/upload.ts'
import { createServerLink } from '../../player/link/server-link.ts'
import { createClock } from '../../player/time/clock.ts'
import { openSeals } from '../../player/trust/seals.ts'
import { closeDay } from '../../server/evidence/day-root.ts'
import { loadLedgerKey } from '../../server/evidence/ledger-key.ts'
import { writeExport } from '../../server/evidence/write-export.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { aPlay } from '../support/builders.ts'
import { needs } from '../support/needs.ts'
import { type Person, withAreas } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { smallDisk } from '../support/small-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** The commands as people give them, on the data of the real server. */

const MAIN = join(import.meta.dirname, '../../setup/main.mjs')
const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
const ENVIRONMENT = { ...process.env, DATA_DIR: '', DATABASE_URL: '', LC_ALL: 'C' }

const command = (...args: string[]) => {
  const done = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env: ENVIRONMENT })
  return { code: done.status, said: done.stdout + done.stderr }
}

/** As `command`, while this process goes on. */
const commandBeside = (...args: string[]): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore', env: ENVIRONMENT })
    child.once('close', (code) => resolve(code))
  })

/** A device with a real journal and a real line, that plays something every few milliseconds. */
const startDevice = async (
  admin: Person,
  url: string,
  areaId: string | undefined,
  name: string,
) => {
  const request = { name, areaId, channels: ['audio'], canvas: null }
  const id = (await admin.post('/api/devices', request)).json.id as string
  const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
  const folder = join(tempFolder(), 'player')
  await enrol(folder, url, code as string, (keys) =>
    askServer(url, { code: code as string, software: 'test', ...keys }),
  )
  const known = loadIdentity(folder)
  if (!known) throw new Error('not enrolled')
  const { deviceId } = known.enrolment
  const journal = openJournal(join(folder, 'journal.db'), deviceId)
  const clock = createClock(join(folder, 'clock.json'))

  const connect = (server: string) => {
    const link = createServerLink({
      identity: { ...known, server },
      software: 'test',
      clock,
      seals: openSeals(folder, known.enrolment),
      log,
      hello: () => ({ appliedRevision: null, epoch: journal.position().epoch, keysVersion: 0 }),
      onWelcome: (held) => upload.welcome(held),
      onDesired() {},
      onCommand: async () => ({ ok: false, code: 'bad-input' }),
    })
    const upload = createUpload({
      journal,
      deviceId,
      signer: known.journal,
      ledgerKey: known.enrolment.ledgerKey,
      send: link.sendRecords,
      reconnect: link.reconnect,
      onAcked() {},
      log,
    })
    link.connect()
    return {
      upload,
      close() {
        upload.close()
        link.close()
      },
    }
  }

  let line = connect(url)
  const play = () => {
    const at = Date.now()
    const play = aPlay({ plannedStartAt: at, plannedEndAt: at + 10, startAt: at, endAt: at + 10 })
    journal.append({ kind: 'play', play }, { at, clock: { grade: 'synced', errorMs: 1 } })
    line.upload.poke()
  }
  let timer: NodeJS.Timeout | undefined = setInterval(play, 5)
  const rest = () => {
    clearInterval(timer)
    timer = undefined
  }
  onTestFinished(() => {
    rest()
    line.close()
    journal.shut()
  })
  return {
    deviceId,
    journal,
    rest,
    moveTo(server: string) {
      line.close()
      line = connect(server)
    },
  }
}

const recordsIn = (folder: string): Map<string, string[]> => {
  const db = new BetterSqlite3(join(folder, 'loabang.db'), { readonly: true })
  const rows = db
    .prepare<[], { device_id: string; bytes: string }>(
      'SELECT device_id, bytes FROM journal_record ORDER BY device_id, epoch, seq',
    )
    .all()
  db.close()
  const held = new Map<string, string[]>()
  for (const { device_id, bytes } of rows)
    held.set(device_id, [...(held.get(device_id) ?? []), bytes])
  return held
}

describe('a restore drill', () => {
  test('[BK1] backup under load, kill -9, restore elsewhere: devices heal it, and its export is OK', async () => {
    const place = tempFolder()
    const [data, backup, elsewhere] = ['data', 'backup', 'elsewhere'].map((name) =>
      join(place, name),
    ) as [string, string, string]
    const server = await startServerProcess(data)
    const { admin, areas } = await withAreas(server.url)
    const devices = await Promise.all(
      ['Loa 1', 'Loa 2', 'Loa 3'].map((name) =>
        startDevice(admin, server.url, areas['30964'], name),
      ),
    )
    const acked = () => devices.map(({ journal }) => journal.position().acked)
    await until(() => acked().every((count) => count > 100))
    const ackedBefore = acked()
    expect(await commandBeside('backup', '--data', data, '--to', backup)).toBe(0)
    const ackedAfter = acked()
    await until(() => acked().every((count, index) => count > (ackedAfter[index] ?? 0) + 100))
    await server.stop('SIGKILL')
    for (const device of devices) device.rest()

    // What had been acknowledged before is in it; what came later is not, so there is what to heal.
    const inBackup = recordsIn(backup)
    for (const [index, { deviceId, journal }] of devices.entries()) {
      const count = inBackup.get(deviceId)?.length ?? 0
      expect(count).toBeGreaterThanOrEqual(ackedBefore[index] ?? 0)
      expect(count).toBeLessThan(journal.position().acked)
    }

    const restored = command('restore', '--from', backup, '--data', elsewhere)
    expect(restored.code, restored.said).toBe(0)
    const second = await startServerProcess(elsewhere)
    for (const device of devices) device.moveTo(second.url)
    const isWhole = () => {
      const held = recordsIn(elsewhere)
      return devices.every(
        ({ deviceId, journal }) => held.get(deviceId)?.length === journal.position().next,
      )
    }
    await until(isWhole)
    await until(() =>
      devices.every(({ journal }) => journal.position().acked === journal.position().next),
    )
    // Whoever was signed in then has to sign in again.
    const asked = { headers: { cookie: admin.cookie() } }
    expect((await fetch(new URL('/api/areas', second.url), asked)).status).toBe(401)
    await second.stop()
    const held = recordsIn(elsewhere)
    for (const { deviceId, journal } of devices) {
      // No new epoch: each goes on with the very journal of before.
      expect(journal.position().epoch).toBe(0)
      expect(held.get(deviceId)?.length).toBe(journal.position().next)
      expect(held.get(deviceId)?.at(-1)).toContain(`"seq":${journal.position().next - 1}`)
    }

    const { db, close } = await openSqlite(elsewhere)
    onTestFinished(close)
    const store = createStore(db)
    expect(await db.selectFrom('incident').selectAll().execute()).toEqual([])
    const key = loadLedgerKey(join(elsewhere, 'keys'))
    const today = dateAt(Date.now(), 'Asia/Ho_Chi_Minh')
    await closeDay(store, key, today, Date.now())
    const folder = join(place, 'export')
    await writeExport({ store, key }, folder, {
      selection: {
        deviceIds: devices.map(({ deviceId }) => deviceId),
        from: null,
        to: null,
        themeIds: null,
        areaIds: null,
        channel: null,
        outcome: null,
      },
      days: { from: today, to: today },
      isWhole: true,
      at: Date.now(),
    })
    const verified = command('verify', folder)
    expect(verified.code, verified.said).toBe(0)
  }, 300_000)
})

/** A server's folder with a medium and a report, at rest. */
const aDataFolder = async () => {
  const place = tempFolder()
  const data = join(place, 'data')
  const server = await startServerProcess(data)
  await withAreas(server.url)
  const medium = join(data, 'media/ab/abcdef')
  mkdirSync(dirname(medium), { recursive: true })
  writeFileSync(medium, Buffer.alloc(300_000, 7))
  return { place, data, server }
}

describe('a backup', () => {
  test('[BK2] holds everything, is checked, keeps the keys from others, and overwrites nothing', async () => {
    const { place, data, server } = await aDataFolder()
    const backup = join(place, 'backup')
    expect(command('backup', '--data', data, '--to', backup)).toMatchObject({ code: 0 })
    expect(statSync(backup).mode & 0o077).toBe(0)
    expect(readFileSync(join(backup, 'media/ab/abcdef'))).toEqual(Buffer.alloc(300_000, 7))
    expect(readdirSync(join(backup, 'keys')).sort()).toEqual(readdirSync(join(data, 'keys')).sort())
    expect(readdirSync(place).sort()).toEqual(['backup', 'data'])

    const before = readFileSync(join(backup, 'backup.json'), 'utf8')
    const again = command('backup', '--data', data, '--to', backup)
    expect(again).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') })
    expect(readFileSync(join(backup, 'backup.json'), 'utf8')).toBe(before)
    for (const [args, words] of [
      [['--data', data], '--to'],
      [['--data', data, '--to', join(data, 'inside')], 'inside the data folder'],
      [['--data', join(place, 'none'), '--to', join(place, 'b2')], 'There is no database'],
    ] as const)
      expect(command('backup', ...args)).toMatchObject({
        code: 1,
        said: expect.stringContaining(words),
      })
    expect(command('restore', '--from', backup, '--data', data).said).toContain('in use')
    await server.stop()
    const full = command('restore', '--from', backup, '--data', data)
    expect(full).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') })
  }, 120_000)

  test('[BK3] one that was killed while it was written is not taken for one', async () => {
    const { place, data } = await aDataFolder()
    writeFileSync(join(data, 'media/ab/large'), Buffer.alloc(200_000_000, 1))
    const backup = join(place, 'backup')
    const child = spawn(process.execPath, [MAIN, 'backup', '--data', data, '--to', backup], {
      stdio: 'ignore',
      env: ENVIRONMENT,
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    const partOf = () => readdirSync(place).find((name) => name.startsWith('backup.unfinished'))
    await until(() => {
      const part = partOf()
      return part && existsSync(join(place, part, 'media/ab'))
    })
    child.kill('SIGKILL')
    await ended
    expect(existsSync(backup)).toBe(false)
    const refused = command(
      'restore',
      '--from',
      join(place, partOf() ?? ''),
      '--data',
      join(place, 'new'),
    )
    expect(refused).toMatchObject({
      code: 1,
      said: expect.stringContaining('not a finished backup'),
    })
    expect(existsSync(join(place, 'new'))).toBe(false)
  }, 120_000)

  test('[BK4] a changed, a shortened and a missing file are refused by name, and nothing is left behind', async () => {
    const { place, data, server } = await aDataFolder()
    const good = join(place, 'good')
    expect(command('backup', '--data', data, '--to', good).code).toBe(0)
    await server.stop()
    const harms: Record<string, (folder: string) => void> = {
      'media/ab/abcdef': (folder) => {
        const path = join(folder, 'media/ab/abcdef')
        const bytes = readFileSync(path)
        bytes[1000] = 8
        writeFileSync(path, bytes)
      },
      // A link could lead to what is read without an end.
      'undefined ≠': (folder) => {
        rmSync(join(folder, 'media/ab/abcdef'))
        symlinkSync(join(good, 'media/ab/abcdef'), join(folder, 'media/ab/abcdef'))
      },
      'loabang.db': (folder) => truncateSync(join(folder, 'loabang.db'), 4096),
      'keys/': (folder) => rmSync(join(folder, 'keys'), { recursive: true }),
      'backup.json': (folder) => appendFileSync(join(folder, 'backup.json'), '}'),
      'was changed after it was signed': (folder) => rmSync(join(folder, 'backup.note')),
    }
    for (const [name, harm] of Object.entries(harms)) {
      const bad = join(place, 'bad')
      rmSync(bad, { recursive: true, force: true })
      cpSync(good, bad, { recursive: true })
      harm(bad)
      const target = join(place, 'target')
      const refused = command('restore', '--from', bad, '--data', target)
      expect(refused).toMatchObject({ code: 1, said: expect.stringContaining(name) })
      expect(
        existsSync(target) ? readdirSync(target).filter((one) => one !== 'lock.db') : [],
      ).toEqual([])
    }
  }, 120_000)

  test('[BK6] one whose list was made to fit is refused; restored all the same, this is said', async () => {
    const { place, data, server } = await aDataFolder()
    await server.stop()
    const backup = join(place, 'backup')
    const made = command('backup', '--data', data, '--to', backup, '--quiet')
    const fingerprint = /^Fingerprint: ([0-9a-f]{8}( [0-9a-f]{8}){4})\n$/.exec(made.said)?.[1] ?? ''
    expect(fingerprint).not.toBe('')
    const database = new BetterSqlite3(join(backup, 'loabang.db'))
    database.exec('DELETE FROM area')
    database.close()
    const list = JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8'))
    expect(list).toMatchObject({ v: 2, version: packageJson.version })
    const bytes = readFileSync(join(backup, 'loabang.db'))
    const own = list.files.find(({ path }: { path: string }) => path === 'loabang.db')
    Object.assign(own, {
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    const harmed = `${JSON.stringify(list, null, 1)}\n`
    const good = readFileSync(join(backup, 'backup.json'), 'utf8')
    writeFileSync(join(backup, 'backup.json'), harmed)
    const target = join(place, 'target')
    const restore = (...more: string[]) =>
      command('restore', '--from', backup, '--data', target, ...more)
    expect(restore()).toMatchObject({ code: 1, said: expect.stringContaining('was changed') })
    const other = restore('--accept-altered', '--fingerprint', fingerprint)
    expect(other).toMatchObject({
      code: 1,
      said: expect.stringContaining('another than was given'),
    })
    expect(existsSync(join(target, 'loabang.db'))).toBe(false)
    const accepted = restore('--accept-altered')
    expect(accepted).toMatchObject({ code: 0, said: expect.stringContaining('NOT rightly signed') })
    expect(statSync(join(target, 'keys')).mode & 0o777).toBe(0o700)
    writeFileSync(join(backup, 'backup.json'), good)
    rmSync(target, { recursive: true })
    expect(restore('--fingerprint', fingerprint).said).toContain('loabang.db')

    // What has no end is not read in the place of a file.
    for (const [name, said] of [
      ['backup.note', 'was changed'],
      ['backup.json', 'backup.json'],
    ] as const) {
      rmSync(join(backup, name))
      symlinkSync('/dev/zero', join(backup, name))
      expect(restore()).toMatchObject({ code: 1, said: expect.stringContaining(said) })
    }
  }, 180_000)

  test('[BK7] a stored file that the database names and that is lost fails it by name', async () => {
    const { place, data, server } = await aDataFolder()
    await server.stop()
    const hash = 'ab'.repeat(32)
    const database = new BetterSqlite3(join(data, 'loabang.db'))
    database.prepare('INSERT INTO media VALUES (?, ?, ?)').run(hash, 'audio/ogg', 9)
    database.close()
    const backup = join(place, 'backup')
    const refused = command('backup', '--data', data, '--to', backup)
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining(`media/ab/${hash}`) })
    expect(readdirSync(place)).toEqual(['data'])
    const allowed = command('backup', '--data', data, '--to', backup, '--allow-missing')
    expect(allowed).toMatchObject({ code: 0, said: expect.stringContaining('! 1 files') })
    const { missing } = JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8'))
    expect(missing).toEqual([`media/ab/${hash}`])
  }, 120_000)

  test('[BK8] onto a full disk it is refused in words, and leaves nothing behind', {
    ...needs('mount'),
    timeout: 120_000,
  }, async () => {
    const { place, data, server } = await aDataFolder()
    await server.stop()
    writeFileSync(join(data, 'media/ab/large'), Buffer.alloc(3_000_000, 1))
    const disk = smallDisk(1)
    const refused = command('backup', '--data', data, '--to', join(disk.folder, 'backup'))
    expect(refused).toMatchObject({
      code: 1,
      said: expect.stringMatching(/The disk of \S+small\/\w+ is full/),
    })
    expect(refused.said).not.toMatch(/^\s+at /m)
    expect(readdirSync(disk.folder)).toEqual([])
    const backup = join(place, 'backup')
    expect(command('backup', '--data', data, '--to', backup).code).toBe(0)
    const target = join(disk.folder, 'data')
    const restored = command('restore', '--from', backup, '--data', target)
    expect(restored).toMatchObject({
      code: 1,
      said: expect.stringMatching(/The disk of \S+small\/\w+ is full/),
    })
    expect(existsSync(join(target, 'loabang.db'))).toBe(false)
  })

  test('[BK5] a folder into which a restore was not finished starts no server', async () => {
    const folder = join(tempFolder(), 'data')
    mkdirSync(join(folder, 'restoring'), { recursive: true })
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(dirname(MAIN), '../server/main.ts'), '--port', '0', '--data', folder],
      { encoding: 'utf8', env: ENVIRONMENT, timeout: 60_000 },
    )
    expect([status, stderr]).toEqual([1, expect.stringContaining('was not finished')])
    expect(existsSync(join(folder, 'loabang.db'))).toBe(false)
  }, 60_000)
})
