import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { openNote } from '#evidence'
import type { RecordAck, RecordBatch, Sha256 } from '#protocol'
import { signer } from '../../player/identity/identity.ts'
import { type Journal, openJournal } from '../../player/journal/journal.ts'
import { createUpload } from '../../player/journal/upload.ts'
import { reconnectDelay } from '../../player/link/backoff.ts'
import { createLedger } from '../../server/evidence/ledger.ts'
import { loadLedgerKey } from '../../server/evidence/ledger-key.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { DEVICE } from '../support/builders.ts'
import { aLedgerKey, readAsPlanned } from '../support/evidence.ts'
import { tempFolder } from '../support/temp-folder.ts'

const log = pino({ level: 'silent' })
const stamp = { at: 1_731_276_000_000, clock: { grade: 'synced' as const, errorMs: 1 } }
const boot = (count: number) => ({ kind: 'boot' as const, software: `v${count}`, clean: true })

const key = signer(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
)

/** The first records of an epoch that is over, as a batch. */
const aRun = (journal: Journal<unknown>, size: number): RecordBatch => {
  const root = journal.earlierTreeAt(0, size).root()
  const checkpoint = key.checkpoint({ deviceId: DEVICE, epoch: 0, size, root })
  return { epoch: 0, from: 0, records: journal.earlierRun(0, 0, size), edge: [], checkpoint }
}

/** A device and a server, both real, and between them a line that the test commands. */
const world = async (
  line: (batch: RecordBatch, deliver: () => Promise<RecordAck>) => Promise<RecordAck | undefined>,
  keys = tempFolder(),
) => {
  const folder = tempFolder()
  const { db, close } = await openSqlite(folder)
  const store = createStore(db)
  const journal = openJournal(join(folder, 'journal.db'), DEVICE)
  const ledgerKey = loadLedgerKey(keys)
  const ledger = createLedger({
    journal: store.journal,
    reader: { read: async (sent) => readAsPlanned(sent), close: async () => {} },
    key: ledgerKey,
    log,
    now: () => stamp.at,
    onStored() {},
  })
  let reconnects = 0
  let pending: Promise<unknown> = Promise.resolve()
  const deliveries: Promise<RecordAck>[] = []
  const deliver = (batch: RecordBatch) => {
    const delivery = ledger.receive(DEVICE, key.publicKey, batch)
    deliveries.push(delivery)
    return delivery
  }
  const upload = createUpload({
    journal,
    deviceId: DEVICE,
    signer: key,
    ledgerKey: ledgerKey.cosignaturesKey,
    send: (batch) => line(batch, () => deliver(batch)),
    // What the link does: a new connection begins with what the server says it holds.
    reconnect() {
      reconnects += 1
      pending = pending.then(() => new Promise((resolve) => setImmediate(resolve))).then(welcome)
    },
    onAcked() {},
    log,
  })
  const welcome = async () => {
    const { epoch } = journal.position()
    upload.welcome(await store.journal.head(DEVICE, epoch))
  }
  const settled = async () => {
    for (const deadline = Date.now() + 10_000; upload.unsent() > 0 && Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return {
    journal,
    store,
    deliver,
    ledgerKey,
    upload,
    welcome,
    settled,
    reconnects: () => reconnects,
    end: async () => {
      upload.close()
      await pending
      // What a welcome overtook is still on its way.
      for (let known = -1; known < deliveries.length; ) {
        known = deliveries.length
        await Promise.allSettled(deliveries)
        await new Promise((resolve) => setImmediate(resolve))
      }
      journal.shut()
      await close()
    },
  }
}

describe('the journal on its way to the server', () => {
  test('arrives whole and once, whatever the line drops, doubles or answers too late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ok', 'lost', 'answer lost', 'doubled'), { maxLength: 12 }),
        fc.integer({ min: 1, max: 450 }),
        async (fates, count) => {
          const fate = fates.values()
          const w = await world(async (_batch, deliver) => {
            switch (fate.next().value ?? 'ok') {
              case 'lost':
                return undefined
              case 'answer lost':
                await deliver()
                return undefined
              case 'doubled':
                await deliver()
                return deliver()
              default:
                return deliver()
            }
          })
          for (let index = 0; index < count; index++) w.journal.append(boot(index), stamp)
          // A lost answer ends a connection; the next one begins with what the server says it holds.
          for (let tries = 0; w.upload.unsent() > 0 && tries < 40; tries++) {
            await w.welcome()
            await new Promise((resolve) => setTimeout(resolve, 2))
          }
          await w.settled()
          const { next, head } = await w.store.journal.head(DEVICE, 0)
          expect({ next, head }).toEqual({ next: count, head: w.journal.position().head })
          await w.end()
        },
      ),
      { numRuns: 25 },
    )
  }, 300_000)

  test('a server that was restored from an old backup is filled again', async () => {
    const keys = tempFolder()
    const w = await world((_batch, deliver) => deliver(), keys)
    for (let index = 0; index < 10; index++) w.journal.append(boot(index), stamp)
    await w.welcome()
    await w.settled()
    // The restored server holds nothing any more: the device believes it, and sends again.
    const fresh = await world((_batch, deliver) => deliver(), keys)
    const moved = createUpload({
      journal: w.journal,
      deviceId: DEVICE,
      signer: key,
      ledgerKey: fresh.ledgerKey.cosignaturesKey,
      send: fresh.deliver,
      reconnect() {},
      onAcked() {},
      log,
    })
    moved.welcome(await fresh.store.journal.head(DEVICE, 0))
    for (let tries = 0; tries < 200 && moved.unsent() > 0; tries++)
      await new Promise((r) => setTimeout(r, 5))
    const { note: noteThen, ...then } = await w.store.journal.head(DEVICE, 0)
    const { note: noteNow, ...now } = await fresh.store.journal.head(DEVICE, 0)
    expect(now).toEqual(then)
    // Once countersigned, always the same tree: the device can hold up the note of before.
    expect(noteNow?.split('\n\n')[0]).toBe(noteThen?.split('\n\n')[0])
    await w.end()
    await fresh.end()
  })

  test('a device whose disk was set back begins a new epoch, and loses nothing that it has', async () => {
    const w = await world((_batch, deliver) => deliver())
    for (let index = 0; index < 3; index++) w.journal.append(boot(index), stamp)
    // The same device, before its disk was set back: the server holds eight records of it.
    const before = openJournal(join(tempFolder(), 'journal.db'), DEVICE)
    for (let index = 0; index < 8; index++) before.append(boot(100 + index), stamp)
    const root = before.treeAt(8).root()
    const checkpoint = key.checkpoint({ deviceId: DEVICE, epoch: 0, size: 8, root })
    await w.deliver({ ...before.unsent(8), edge: [], checkpoint })
    await w.welcome()
    expect(w.reconnects()).toBe(1)
    expect(w.journal.position()).toMatchObject({ epoch: 1, next: 4, acked: 0 })
    await w.settled()
    expect((await w.store.journal.head(DEVICE, 1)).next).toBe(4)
    const [first = ''] = before.unsent(1).records
    expect(JSON.parse(first).epoch).toBe(0)
    before.shut()
    await w.end()
  })

  test('no claim without a countersignature begins an epoch, and no countersignature of anything else', async () => {
    const w = await world((_batch, deliver) => deliver())
    for (let index = 0; index < 3; index++) w.journal.append(boot(index), stamp)
    await w.welcome()
    await w.settled()
    for (let index = 3; index < 5; index++) w.journal.append(boot(index), stamp)
    const own = await w.store.journal.head(DEVICE, 0)
    const root = Buffer.alloc(32, 7)
    const signed = (deviceId: string, size: number, cosigner = w.ledgerKey) =>
      cosigner.cosign(key.checkpoint({ deviceId, epoch: 0, size, root }), stamp.at)
    const head = 'f'.repeat(64) as Sha256
    for (const note of [
      null,
      own.note,
      key.checkpoint({ deviceId: DEVICE, epoch: 0, size: 999_999, root }),
      signed('01890000-0000-7000-8000-000000000999', 999_999),
      signed(DEVICE, 999_998),
      signed(DEVICE, 999_999, aLedgerKey()),
    ]) {
      w.upload.welcome({ epoch: 0, next: 999_999, head, note })
      await w.settled()
    }
    expect(w.journal.position()).toMatchObject({ epoch: 0, next: 5, acked: 5 })
    expect(w.reconnects()).toBe(0)
    await w.end()
  })

  test('a server that was restored from before an epoch began gets what it had acknowledged of the older one', async () => {
    const keys = tempFolder()
    const w = await world((_batch, deliver) => deliver(), keys)
    for (let index = 0; index < 12; index++) w.journal.append(boot(index), stamp)
    await w.welcome()
    await w.settled()
    w.journal.append(boot(12), stamp)
    w.journal.startEpoch(1, 40)
    const fresh = await world((_batch, deliver) => deliver(), keys)
    let last: Promise<unknown> = Promise.resolve()
    const moved = createUpload({
      journal: w.journal,
      deviceId: DEVICE,
      signer: key,
      ledgerKey: fresh.ledgerKey.cosignaturesKey,
      send(batch) {
        const sent = fresh.deliver(batch)
        last = sent
        return sent
      },
      reconnect() {},
      onAcked() {},
      log,
    })
    // It holds five of the twelve.
    await fresh.deliver(aRun(w.journal, 5))
    moved.welcome(await fresh.store.journal.head(DEVICE, 1))
    while ((await fresh.store.journal.head(DEVICE, 0)).next < 12) {
      await last
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { note: _, ...then } = await w.store.journal.head(DEVICE, 0)
    const { note: __, ...now } = await fresh.store.journal.head(DEVICE, 0)
    expect(now).toEqual(then)
    await w.end()
    await fresh.end()
  })

  test('what a server says it holds counts only under its countersignature, which is kept', async () => {
    const w = await world(async (_batch, deliver) => {
      const ack = await deliver()
      return { ...ack, note: (ack.note ?? '').split('— loabang/ledger')[0] ?? '' }
    })
    w.journal.append(boot(0), stamp)
    await w.welcome()
    // Not taken; but the welcome of the next connection carries the note as well.
    await w.settled()
    expect(w.reconnects()).toBe(1)
    expect(openNote(w.journal.countersigned() ?? '', w.ledgerKey.cosignaturesKey)?.at).toBe(
      stamp.at / 1000,
    )
    await w.end()
  })

  test('a batch that somebody changed on the way is not proved by its checkpoint', async () => {
    let seen: RecordBatch | undefined
    const w = await world(async (batch, deliver) => {
      seen = batch
      return deliver()
    })
    w.journal.append(boot(0), stamp)
    w.journal.append(boot(1), stamp)
    await w.welcome()
    await w.settled()
    const good = seen as RecordBatch
    const [first = '', second = ''] = good.records
    const fresh = await world((_batch, deliver) => deliver())
    for (const bad of [
      { ...good, records: [first, second.replace('v1', 'v9')] },
      { ...good, records: [first] },
      { ...good, records: [first, second, second] },
      { ...good, records: [second, first] },
      { ...good, from: 1 },
      { ...good, epoch: 1 },
      { ...good, checkpoint: good.checkpoint.replace('\n2\n', '\n3\n') },
    ]) {
      await expect(fresh.deliver(bad)).rejects.toMatchObject({ code: 'signature-wrong' })
    }
    expect((await fresh.store.journal.head(DEVICE, 0)).next).toBe(0)
    await fresh.deliver(good)
    expect((await fresh.store.journal.head(DEVICE, 0)).next).toBe(2)
    await fresh.end()
    await w.end()
  })
})

describe('coming back after an outage', () => {
  test('a thousand devices spread over the whole bound, and none waits longer than two minutes', () => {
    const delays = Array.from({ length: 1000 }, (_, index) => reconnectDelay(3, index / 1000))
    expect(Math.min(...delays)).toBe(0)
    expect(Math.max(...delays)).toBeGreaterThan(15_900)
    expect(Math.max(...delays)).toBeLessThanOrEqual(16_000)
    expect(reconnectDelay(500, 0.9999999)).toBe(120_000)
  })
})
