import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import FakeTimers from '@sinonjs/fake-timers'
import pino from 'pino'
import type { DeviceId, RecordAck, RecordBatch } from '#protocol'
import { signer } from '../../player/identity/identity.ts'
import { openJournal } from '../../player/journal/journal.ts'
import { createUpload } from '../../player/journal/upload.ts'
import { createLedger } from '../../server/evidence/ledger.ts'
import { loadLedgerKey } from '../../server/evidence/ledger-key.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { aPlay } from './builders.ts'
import { readAsPlanned } from './evidence.ts'

/**
 * The way of records from a device to the server, with everything that can go wrong on it, drawn from
 * a seed: the player's own journal and upload, the server's own ledger and database. Only the line
 * between them is made up. A crash leaves what is on disk at that instant, and nothing else.
 */

const log = pino({ level: 'silent' })
const AT = 1_731_276_000_000
const DEVICES = 2
const STEPS = 60
/** How long an upload gathers before it sends. */
const GATHER_MS = 300

/** mulberry32: small, and the same everywhere. */
const randomFrom = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const key = signer(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
)

/** A server that is to die waits so long for a transaction to die in. */
const MOST_TURNS = 12

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** What a power cut leaves of a database: its file and its log, as they are on disk. */
const copyDatabase = (from: string, to: string) => {
  for (const suffix of ['', '-wal'])
    if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix)
}

type Server = Awaited<ReturnType<typeof openServer>>

const openServer = async (folder: string, keys: string) => {
  const { db, close } = await openSqlite(folder)
  const store = createStore(db)
  const ledgerKey = loadLedgerKey(keys)
  const life = { isDead: false, onCosign: () => {} }
  const ledger = createLedger({
    journal: store.journal,
    reader: { read: async (sent) => readAsPlanned(sent), close: async () => {} },
    key: {
      ...ledgerKey,
      cosign(note, at) {
        life.onCosign()
        return ledgerKey.cosign(note, at)
      },
    },
    log,
    now: () => AT,
    onStored() {},
  })
  return { folder, db, store, ledger, ledgerKey, life, close }
}

/** A server's place that outlives crashes; many simulations may follow each other in it. */
export const openOffice = async (folder: string) => {
  const keys = join(folder, 'keys')
  let lives = 0
  const folderOf = () => {
    const life = join(folder, `server-${lives++}`)
    mkdirSync(life)
    return life
  }
  let server = await openServer(folderOf(), keys)
  const dead: Server[] = []
  return {
    server: () => server,
    /**
     * Ends the server: in the middle of a transaction, with the records inserted and the journal not
     * yet moved on, where one comes within some turns; otherwise after them.
     * @returns whether it was in the middle of one
     */
    async crash(pass: () => Promise<void>): Promise<boolean> {
      const next = folderOf()
      const { folder: place, life } = server
      const die = () => {
        if (life.isDead) return
        life.isDead = true
        copyDatabase(join(place, 'loabang.db'), join(next, 'loabang.db'))
      }
      life.onCosign = die
      for (let left = MOST_TURNS; left > 0 && !life.isDead; left--) await pass()
      const isMidway = life.isDead
      die()
      dead.push(server)
      server = await openServer(next, keys)
      return isMidway
    },
    /** Lets the dead go: what they still did went nowhere. */
    async bury() {
      for (const one of dead.splice(0)) await one.close()
    },
    close: async () => server.close(),
  }
}

export type Office = Awaited<ReturnType<typeof openOffice>>

export type Counts = Record<
  | 'records'
  | 'midTransaction'
  | 'sent'
  | 'dropped'
  | 'unanswered'
  | 'doubled'
  | 'late'
  | 'serverCrashes'
  | 'deviceCrashes',
  number
>

const fail = (seed: number, what: string): never => {
  throw new Error(`seed ${seed}: ${what}`)
}

const startDevice = (
  folder: string,
  deviceId: DeviceId,
  office: Office,
  random: () => number,
  counts: Counts,
) => {
  let lives = 0
  const pathOf = () => join(folder, `${deviceId}-${lives++}.db`)
  const background: Promise<unknown>[] = []
  let isCalm = false

  const arrive = async (batch: RecordBatch): Promise<RecordAck | undefined> => {
    const server = office.server()
    const ack = await server.ledger.receive(deviceId, key.publicKey, batch)
    // Who died meanwhile has answered nobody.
    return server.life.isDead ? undefined : ack
  }
  const delivered = (batch: RecordBatch) => arrive(batch).catch(() => undefined)
  const later = async (turns: number, batch: RecordBatch) => {
    for (let left = turns; left > 0; left--) await turn()
    return delivered(batch)
  }

  /** The line: what becomes of a batch and of its answer. */
  const send = async (batch: RecordBatch): Promise<RecordAck | undefined> => {
    counts.sent += 1
    const fate = isCalm ? 1 : random()
    if (fate < 0.12) {
      counts.dropped += 1
      return undefined
    }
    if (fate < 0.24) {
      counts.unanswered += 1
      await delivered(batch)
      return undefined
    }
    if (fate < 0.36) {
      // It comes a second time, after others that were sent later.
      counts.doubled += 1
      background.push(later(Math.floor(random() * 60), batch))
      return delivered(batch)
    }
    if (fate < 0.48) {
      // It comes when the device has long given up waiting for an answer.
      counts.late += 1
      background.push(later(Math.floor(random() * 60), batch))
      return undefined
    }
    if (fate < 0.7) return later(Math.floor(random() * 20), batch)
    return delivered(batch)
  }

  const begin = (path: string) => {
    const journal = openJournal(path, deviceId, { reserveBytes: 1_000 })
    let isDead = false
    const connect = async () => {
      const server = office.server()
      const held = await server.store.journal.head(deviceId, journal.position().epoch)
      // Who died meanwhile has welcomed nobody; whoever comes next is asked again.
      if (!isDead && !server.life.isDead) upload.welcome(held)
    }
    const upload = createUpload({
      journal,
      deviceId,
      signer: key,
      ledgerKey: office.server().ledgerKey.cosignaturesKey,
      async send(batch) {
        const ack = await send(batch)
        // A device without power hears nothing any more: it never comes back from here.
        return isDead ? new Promise(() => {}) : ack
      },
      reconnect: () => background.push(turn().then(connect)),
      onAcked() {},
      log,
    })
    return {
      path,
      journal,
      upload,
      connect,
      die() {
        isDead = true
        upload.close()
      },
    }
  }

  let life = begin(pathOf())
  let recorded = 0
  const dead: (typeof life)[] = []
  return {
    deviceId,
    journal: () => life.journal,
    upload: () => life.upload,
    connect: () => life.connect(),
    record() {
      recorded += 1
      const plannedStartAt = AT + recorded
      const play = aPlay({
        ...{ plannedStartAt, plannedEndAt: plannedStartAt + 60_000 },
        playedMs: life.journal.position().next,
      })
      const stamp = { at: AT, clock: { grade: 'synced' as const, errorMs: 1 } }
      life.journal.append({ kind: 'play', play }, stamp)
      life.upload.poke()
      counts.records += 1
    },
    async crash() {
      const path = pathOf()
      copyDatabase(life.path, path)
      life.die()
      dead.push(life)
      life = begin(path)
      await life.connect()
    },
    /** From here on the line is a good one. */
    calm() {
      isCalm = true
    },
    /** Waits for what is still under way. */
    async settle() {
      while (background.length > 0) await background.shift()
    },
    end() {
      life.die()
      for (const one of [life, ...dead]) one.journal.shut()
    },
  }
}

type Device = ReturnType<typeof startDevice>

const storedOf = ({ db }: Server, deviceId: DeviceId) =>
  db
    .selectFrom('journal_record')
    .select(['epoch', 'seq', 'bytes'])
    .where('device_id', '=', deviceId)
    .orderBy('epoch')
    .orderBy('seq')
    .execute()

/** What must hold at every instant: acknowledged ⊆ stored, and what is stored is how it began. */
const check = async (seed: number, office: Office, device: Device) => {
  const { acked } = device.journal().position()
  const rows = await storedOf(office.server(), device.deviceId)
  if (rows.length < acked) fail(seed, `${acked} acknowledged, ${rows.length} stored`)
  const { next } = device.journal().position()
  if (rows.length > next) fail(seed, `${next} recorded, ${rows.length} stored`)
  for (const [index, { epoch, seq, bytes }] of rows.entries()) {
    if (epoch !== 0 || seq !== index) fail(seed, `record ${index} is stored as ${epoch}/${seq}`)
    const { prev } = JSON.parse(bytes) as { prev: string }
    if (device.journal().headAt(index) !== prev) fail(seed, `record ${index} is another one`)
  }
}

/** In the end everything is there, once, and counted once. */
const checkAll = async (seed: number, office: Office, device: Device) => {
  const { deviceId } = device
  const { next, acked, head, epoch } = device.journal().position()
  const { db, store } = office.server()
  if (epoch !== 0) fail(seed, `the device began epoch ${epoch}`)
  if (acked !== next) fail(seed, `${next} recorded, ${acked} acknowledged in the end`)
  const held = await store.journal.head(deviceId, 0)
  if (held.next !== next || held.head !== head)
    fail(seed, `the server holds ${held.next} of ${next}`)
  const plays = await db
    .selectFrom('play')
    .select('seq')
    .where('device_id', '=', deviceId)
    .execute()
  if (plays.length !== next) fail(seed, `${next} plays, ${plays.length} rows of plays`)
  const counted = await db
    .selectFrom('coverage')
    .select((eb) => eb.fn.sum<number>('completed').as('count'))
    .where('dimension', '=', 'device')
    .where('value', '=', deviceId)
    .where('theme_id', '=', '')
    .where('period', 'like', '____-__-__')
    .executeTakeFirst()
  if (Number(counted?.count ?? 0) !== next) fail(seed, `${next} plays, counted ${counted?.count}`)
  const incidents = await store.evidence.incidents(deviceId)
  if (incidents.length > 0) fail(seed, `incidents: ${JSON.stringify(incidents)}`)
}

const idOf = (seed: number, index: number) =>
  `01890000-0000-7000-8${index.toString(16).padStart(3, '0')}-${seed.toString(16).padStart(12, '0')}` as DeviceId

/**
 * One simulation.
 * @param folder where the devices' journals lie
 * @throws where something was lost, doubled, changed or out of order; the message names the seed
 */
export const simulateDelivery = async (
  seed: number,
  office: Office,
  folder: string,
): Promise<Counts> => {
  const random = randomFrom(seed)
  const counts: Counts = {
    ...{ records: 0, sent: 0, dropped: 0, unanswered: 0, doubled: 0, late: 0 },
    ...{ serverCrashes: 0, deviceCrashes: 0, midTransaction: 0 },
  }
  const timers = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] })
  const pass = () => {
    timers.tick(GATHER_MS)
    return turn()
  }
  const devices = Array.from({ length: DEVICES }, (_, index) =>
    startDevice(folder, idOf(seed, index), office, random, counts),
  )
  try {
    for (const device of devices) await device.connect()
    for (let step = 0; step < STEPS; step++) {
      const device = devices[Math.floor(random() * DEVICES)] as Device
      const what = random()
      if (what < 0.5) for (let left = random() * 8; left > 0; left--) device.record()
      else if (what < 0.54) {
        counts.serverCrashes += 1
        for (const one of devices) one.record()
        if (await office.crash(pass)) counts.midTransaction += 1
        for (const one of devices) {
          await check(seed, office, one)
          await one.connect()
        }
      } else if (what < 0.6) {
        counts.deviceCrashes += 1
        await device.crash()
        await check(seed, office, device)
      }
      timers.tick(GATHER_MS)
      for (let left = random() * 12; left > 0; left--) await turn()
    }
    for (const device of devices) {
      device.calm()
      device.record()
      for (let tries = 0; device.upload().unsent() > 0 && tries < 2_000; tries++) {
        if (tries % 200 === 0) await device.connect()
        timers.tick(GATHER_MS)
        await turn()
      }
      await device.settle()
    }
    for (const device of devices) {
      await check(seed, office, device)
      await checkAll(seed, office, device)
    }
    return counts
  } finally {
    timers.uninstall()
    for (const device of devices) device.end()
    await office.bury()
  }
}
