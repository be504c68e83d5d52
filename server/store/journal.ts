import type { Transaction } from 'kysely'
import { v7 as uuid } from 'uuid'
import {
  AppError,
  type DeviceId,
  type EpochMs,
  NO_RECORD,
  type Play,
  type RecordAck,
  type RecordBatch,
  type Sha256,
  type TimeZone,
} from '#protocol'
import { hashOf, type ReadRecord, readBatch } from '../evidence/read-batch.ts'
import type { Database } from './open-database.ts'
import { noteRecords } from './rollups.ts'
import type { Schema } from './schema.ts'
import { searchText } from './search-text.ts'

type Tx = Transaction<Schema>
type JournalHead = { next: number; head: Sha256 }

const EMPTY: JournalHead = { next: 0, head: NO_RECORD }

const headOf = async (
  db: Database | Tx,
  deviceId: DeviceId,
  epoch: number,
): Promise<JournalHead> => {
  const row = await db
    .selectFrom('journal')
    .select(['next', 'head'])
    .where('device_id', '=', deviceId)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return row ? { next: row.next, head: row.head as Sha256 } : EMPTY
}

const textOf = (play: Play): Schema['play_text'] => {
  const search = searchText(
    play.asset.title,
    play.device,
    ...play.area.path,
    ...play.themes.flatMap((theme) => [theme.code, theme.name]),
  )
  return { key: hashOf(search).slice(0, 16), search }
}

const playRow = (
  deviceId: DeviceId,
  epoch: number,
  seq: number,
  play: Play,
  text: Schema['play_text'],
): Schema['play'] => ({
  device_id: deviceId,
  epoch,
  seq,
  planned_start_at: play.plannedStartAt,
  area_id: play.area.id,
  channel: play.channel,
  schedule_id: play.scheduleId,
  asset_sha256: play.asset.sha256,
  revision: play.revision,
  outcome: play.outcome,
  cause: play.cause,
  played_ms: play.playedMs,
  text_key: text.key,
})

const insertRecords = async (
  tx: Tx,
  deviceId: DeviceId,
  epoch: number,
  records: readonly ReadRecord[],
  at: EpochMs,
) => {
  const plays: Schema['play'][] = []
  const themes: Schema['play_theme'][] = []
  const texts = new Map<string, Schema['play_text']>()
  for (const { seq, record } of records) {
    if (record?.event.kind !== 'play') continue
    const { play } = record.event
    const text = textOf(play)
    texts.set(text.key, text)
    plays.push(playRow(deviceId, epoch, seq, play, text))
    for (const id of new Set(play.themes.map((theme) => theme.id))) {
      themes.push({
        ...{ device_id: deviceId, epoch, seq, theme_id: id },
        planned_start_at: play.plannedStartAt,
      })
    }
  }
  const rows = records.map(({ seq, bytes }) => ({
    device_id: deviceId,
    epoch,
    seq,
    bytes,
    received_at: at,
  }))
  await tx.insertInto('journal_record').values(rows).execute()
  if (plays.length > 0) {
    await tx.insertInto('play').values(plays).execute()
    await tx
      .insertInto('play_text')
      .values([...texts.values()].sort((a, b) => (a.key < b.key ? -1 : 1)))
      .onConflict((c) => c.doNothing())
      .execute()
  }
  if (themes.length > 0) await tx.insertInto('play_theme').values(themes).execute()
}

/** Records that came again: the same bytes are no news, other bytes are a contradiction. */
const findForks = async (
  tx: Tx,
  deviceId: DeviceId,
  batch: RecordBatch,
  next: number,
): Promise<number[]> => {
  const again = batch.records.slice(0, Math.max(0, next - batch.from))
  if (again.length === 0) return []
  const stored = await tx
    .selectFrom('journal_record')
    .select(['seq', 'bytes'])
    .where('device_id', '=', deviceId)
    .where('epoch', '=', batch.epoch)
    .where('seq', '>=', batch.from)
    .where('seq', '<', batch.from + again.length)
    .execute()
  return stored.filter((row) => row.bytes !== again[row.seq - batch.from]).map((row) => row.seq)
}

export const createJournal = (db: Database, timeZone: TimeZone) => ({
  /** What is stored of one epoch of a device's journal. */
  head: (deviceId: DeviceId, epoch: number): Promise<JournalHead> => headOf(db, deviceId, epoch),

  /**
   * Stores a run of records, each exactly once however often it is sent. When this returns, the
   * records are committed and on disk. Contradictions are filed beside them: what is stored is
   * never overwritten, and one bad record keeps no other from being stored.
   * @throws AppError journal-gap where records before this run are missing
   */
  async append(deviceId: DeviceId, batch: RecordBatch, at: EpochMs): Promise<RecordAck> {
    const { epoch } = batch
    return db.transaction().execute(async (tx) => {
      const stored = await headOf(tx, deviceId, epoch)
      if (batch.from > stored.next) throw new AppError('journal-gap', { next: stored.next })
      const forks = await findForks(tx, deviceId, batch, stored.next)
      const fresh = batch.records.slice(stored.next - batch.from)
      const read = readBatch(deviceId, { epoch, from: stored.next, records: fresh }, stored.head)
      const incidents = [...forks.map((seq) => ({ seq, kind: 'fork' })), ...read.findings]
      for (const { kind, seq } of incidents) {
        const detail = JSON.stringify({ epoch, seq })
        await tx
          .insertInto('incident')
          .values({ id: uuid(), device_id: deviceId, at, kind, detail })
          .execute()
      }
      const ack = { epoch, incident: incidents[0]?.kind ?? null }
      const last = read.records.at(-1)
      if (!last) return { ...ack, ...stored }
      await insertRecords(tx, deviceId, epoch, read.records, at)
      await noteRecords(tx, { deviceId, epoch, at, timeZone }, read.records)
      const now: JournalHead = { next: last.seq + 1, head: last.sha256 }
      await tx
        .insertInto('journal')
        .values({ device_id: deviceId, epoch, ...now })
        .onConflict((c) => c.columns(['device_id', 'epoch']).doUpdateSet(now))
        .execute()
      return { ...ack, ...now }
    })
  },
})

export type Journal = ReturnType<typeof createJournal>
