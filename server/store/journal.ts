import type { Transaction } from 'kysely'
import { TreeHead } from '#evidence'
import {
  type ApartReason,
  type DeviceId,
  type EpochMs,
  type HeldJournal,
  type Incident,
  NO_RECORD,
  type RecordAck,
  type RecordVerdict,
  type Sha256,
  type SignedNote,
  type TimeZone,
} from '#protocol'
import { hashOf, notesOf, type ReadBatch, type SentBatch } from '../evidence/read-batch.ts'
import { insertMany } from './insert-many.ts'
import type { Database } from './open-database.ts'
import { findRepeated } from './repeated-plays.ts'
import { noteRecords } from './rollups.ts'
import type { Schema } from './schema.ts'
import { appendTiles, leavesInTiles } from './tree-tiles.ts'

type Tx = Transaction<Schema>
type Row = Schema['journal']

/** A batch as it came, and what it says by itself. */
export type Arrival = SentBatch & { read: ReadBatch }

const HASH = 32

const hashesIn = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / HASH }, (_, at) => bytes.subarray(at * HASH, (at + 1) * HASH))

export const treeHeadOf = ({ next, edge }: Pick<Row, 'next' | 'edge'>): TreeHead =>
  new TreeHead(next, hashesIn(Buffer.from(edge, 'base64')))

const heldOf = ({ epoch, next, head, note }: Row): HeldJournal => ({
  epoch,
  next,
  head: head as Sha256,
  note,
})

/** The journal's row, locked until the transaction ends: two processes cannot append to it at once. */
const lockRow = (tx: Tx, { deviceId, journalKey, batch }: SentBatch, at: EpochMs): Promise<Row> =>
  tx
    .insertInto('journal')
    .values({
      device_id: deviceId,
      epoch: batch.epoch,
      next: 0,
      head: NO_RECORD,
      edge: '',
      note: null,
      journal_key: journalKey,
      received_at: at,
      archived: 0,
    })
    .onConflict((c) =>
      c
        .columns(['device_id', 'epoch'])
        .doUpdateSet((eb) => ({ device_id: eb.ref('excluded.device_id') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()

/** Which of the records that came again are not those stored. Of archived ones the hashes are kept. */
const findForks = async (
  tx: Tx,
  { deviceId, batch: { epoch, from, records }, read }: Arrival,
  again: number,
  archived: number,
): Promise<Set<number>> => {
  const to = from + again
  const forks = new Set<number>()
  const archivedTo = Math.min(to, archived)
  if (from < archivedTo) {
    const leaves = hashesIn(await leavesInTiles(tx, { deviceId, epoch }, from, archivedTo))
    const sent = hashesIn(read.leaves)
    for (const [index, leaf] of leaves.entries())
      if (Buffer.compare(leaf, sent[index] ?? leaf) !== 0) forks.add(from + index)
  }
  if (Math.max(from, archived) < to) {
    const stored = await tx
      .selectFrom('journal_record')
      .select(['seq', 'bytes'])
      .where('device_id', '=', deviceId)
      .where('epoch', '=', epoch)
      .where('seq', '>=', Math.max(from, archived))
      .where('seq', '<', to)
      .execute()
    for (const { seq, bytes } of stored) if (bytes !== records[seq - from]) forks.add(seq)
  }
  return forks
}

const insertRecords = async (
  tx: Tx,
  { deviceId, batch, read }: Arrival,
  from: number,
  repeated: ReadonlySet<number>,
  at: EpochMs,
) => {
  const { epoch, records } = batch
  const isFresh = ({ seq }: { seq: number }) => seq >= from && !repeated.has(seq)
  const rows = records.slice(from - batch.from).map((bytes, index) => ({
    device_id: deviceId,
    epoch,
    seq: from + index,
    bytes,
    received_at: at,
  }))
  const plays = read.plays.plays.filter(isFresh)
  const themes = read.plays.themes.filter(isFresh)
  await insertMany(tx, 'journal_record', rows)
  if (plays.length > 0) {
    await insertMany(tx, 'play', plays)
    await tx
      .insertInto('play_text')
      .values(read.plays.texts)
      .onConflict((c) => c.doNothing())
      .execute()
  }
  await insertMany(tx, 'play_theme', themes)
  const apart = (seq: number, plannedStartAt: EpochMs, reason: ApartReason) => ({
    ...{ device_id: deviceId, epoch, seq, planned_start_at: plannedStartAt },
    ...{ received_at: at, reason },
  })
  await insertMany(tx, 'unplanned_play', [
    ...read.unplanned
      .filter(isFresh)
      .map(({ seq, plannedStartAt }) => apart(seq, plannedStartAt, 'unplanned')),
    ...read.plays.plays
      .filter(({ seq }) => repeated.has(seq))
      .map((row) => apart(row.seq, row.planned_start_at, 'repeated')),
  ])
}

const file = async (tx: Tx, arrival: Arrival, kind: Incident['kind'], seq: number, at: EpochMs) => {
  const { deviceId, batch } = arrival
  const { epoch, checkpoint } = batch
  const bytes = batch.records[seq - batch.from] ?? ''
  await tx
    .insertInto('incident')
    .values({
      // The same contradiction told again is not another one.
      id: hashOf([deviceId, epoch, seq, kind, bytes].join(' ')),
      device_id: deviceId,
      at,
      kind,
      epoch,
      seq,
      detail: JSON.stringify({ bytes, checkpoint }),
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

/** Whether the device's history goes on from just what is stored. */
const goesOn = (row: Row, { batch, read }: Arrival, again: number, forks: number): boolean => {
  if (forks > 0 || again === batch.records.length) return false
  if (again === 0) return read.edgeBefore === row.edge
  const tree = treeHeadOf(row)
  for (const leaf of hashesIn(read.leaves.subarray(again * HASH))) tree.append(leaf)
  return Buffer.compare(tree.root(), read.root) === 0
}

const appendOne = async (
  tx: Tx,
  arrival: Arrival,
  cosign: (note: SignedNote) => SignedNote,
  at: EpochMs,
  timeZone: TimeZone,
): Promise<RecordAck> => {
  const { deviceId, journalKey, batch, read } = arrival
  const { epoch, from, records } = batch
  const row = await lockRow(tx, arrival, at)
  if (from > row.next) return { ...heldOf(row), verdicts: records.map(() => 'early') }

  const again = Math.min(row.next - from, records.length)
  const forks = await findForks(tx, arrival, again, row.archived)
  const isExtension = goesOn(row, arrival, again, forks.size)
  // The device signed another history than the one that is stored: all that is new belongs to that.
  if (!isExtension) for (let seq = from + again; seq < from + records.length; seq++) forks.add(seq)
  const unreadable = new Set(
    read.findings.filter(({ kind }) => kind === 'unreadable').map(({ seq }) => seq),
  )
  const verdicts = records.map((_, index): RecordVerdict => {
    const seq = from + index
    if (forks.has(seq)) return 'fork'
    if (seq < row.next) return 'duplicate'
    return unreadable.has(seq) ? 'unreadable' : 'stored'
  })
  for (const seq of forks) await file(tx, arrival, 'fork', seq, at)
  if (!isExtension) return { ...heldOf(row), verdicts }

  for (const { kind, seq } of read.findings)
    if (seq >= row.next) await file(tx, arrival, kind, seq, at)
  if (again === 0 && read.prev !== undefined && read.prev !== row.head)
    await file(tx, arrival, 'chain-broken', from, at)
  const repeated = await findRepeated(
    tx,
    deviceId,
    read.plays.plays.filter(({ seq }) => seq >= row.next),
    (seq) => records[seq - from],
  )
  await insertRecords(tx, arrival, row.next, repeated, at)
  const isAsRead = again === 0 && repeated.size === 0
  const fresh = isAsRead ? read.notes : notesOf(arrival, row.next, timeZone, repeated)
  await noteRecords(tx, deviceId, fresh, at)
  await appendTiles(tx, { deviceId, epoch }, row.next, read.leaves.subarray(again * HASH))
  const now = {
    next: from + records.length,
    head: read.head,
    edge: read.edgeAfter,
    note: cosign(batch.checkpoint),
    journal_key: journalKey,
    received_at: at,
  }
  await tx
    .updateTable('journal')
    .set(now)
    .where('device_id', '=', deviceId)
    .where('epoch', '=', epoch)
    .execute()
  return { ...heldOf({ ...row, ...now }), verdicts }
}

export const createJournal = (db: Database, timeZone: TimeZone) => ({
  /** What is stored of one epoch of a device's journal. */
  async head(deviceId: DeviceId, epoch: number): Promise<HeldJournal> {
    const row = await db
      .selectFrom('journal')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('epoch', '=', epoch)
      .executeTakeFirst()
    return row ? heldOf(row) : { epoch, next: 0, head: NO_RECORD, note: null }
  },

  /**
   * Stores batches, each record exactly once however often it is sent, all in one commit. When this
   * returns, the records are committed and on disk. Contradictions are filed beside them: what is
   * stored is never overwritten, and one bad record keeps no other from being stored.
   * @param cosign puts the server's name under a device's checkpoint
   * @returns for each batch what is held by now
   */
  append: (
    arrivals: readonly Arrival[],
    cosign: (note: SignedNote) => SignedNote,
    at: EpochMs,
  ): Promise<RecordAck[]> =>
    db.transaction().execute(async (tx) => {
      const acks: RecordAck[] = []
      for (const arrival of arrivals) acks.push(await appendOne(tx, arrival, cosign, at, timeZone))
      return acks
    }),
})

export type Journal = ReturnType<typeof createJournal>
