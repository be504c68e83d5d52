import type { DeviceId, EpochMs, Incident, LocalDate } from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { createTreeReader, type TreeKey } from './tree-tiles.ts'

export type JournalRow = Schema['journal']
export type CheckpointRow = Schema['checkpoint']
export type DayRow = Schema['day_root']

/** A stored record: its bytes as they came. */
export type StoredRecord = { seq: number; bytes: string }

const PAGE = 500

export const createEvidence = (db: Database) => {
  const ofJournal = (row: JournalRow): TreeKey => ({
    deviceId: row.device_id as DeviceId,
    epoch: row.epoch,
  })

  return {
    async incidents(deviceId: DeviceId): Promise<Incident[]> {
      const rows = await db
        .selectFrom('incident')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('at')
        .orderBy('epoch')
        .orderBy('seq')
        .limit(1_000)
        .execute()
      return rows.map(({ at, epoch, seq, kind }) => ({
        deviceId,
        at,
        epoch,
        seq,
        kind: kind as Incident['kind'],
      }))
    },

    /** The epochs of a device's journal that hold records. */
    journals: (deviceId: DeviceId): Promise<JournalRow[]> =>
      db
        .selectFrom('journal')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where('next', '>', 0)
        .orderBy('epoch')
        .execute(),

    /** The first record of a journal that is in no archive only; 0 where nothing is archived. */
    async archivedTo({ deviceId, epoch }: TreeKey): Promise<number> {
      const row = await db
        .selectFrom('journal')
        .select('archived')
        .where('device_id', '=', deviceId)
        .where('epoch', '=', epoch)
        .executeTakeFirst()
      return row?.archived ?? 0
    },

    /** All epochs of all journals, in order of device and epoch, a page at a time. */
    async *allJournals(): AsyncGenerator<JournalRow[]> {
      let last: JournalRow | undefined
      do {
        let query = db.selectFrom('journal').selectAll().orderBy('device_id').orderBy('epoch')
        if (last) {
          const { device_id, epoch } = last
          query = query.where((eb) =>
            eb.or([
              eb('device_id', '>', device_id),
              eb.and([eb('device_id', '=', device_id), eb('epoch', '>', epoch)]),
            ]),
          )
        }
        const rows = await query.limit(PAGE).execute()
        if (rows.length > 0) yield rows
        last = rows.length === PAGE ? rows.at(-1) : undefined
      } while (last)
    },

    /** The stored records [from, to) of a journal, in order. */
    records: ({ deviceId, epoch }: TreeKey, from: number, to: number): Promise<StoredRecord[]> =>
      db
        .selectFrom('journal_record')
        .select(['seq', 'bytes'])
        .where('device_id', '=', deviceId)
        .where('epoch', '=', epoch)
        .where('seq', '>=', from)
        .where('seq', '<', to)
        .orderBy('seq')
        .execute(),

    /** Per journal the records [from, to) between its first and its last play planned in a period. */
    async playRanges(
      from: EpochMs | null,
      to: EpochMs | null,
    ): Promise<Map<string, { from: number; to: number }>> {
      let query = db
        .selectFrom('play')
        .select(['device_id', 'epoch'])
        .select((eb) => [eb.fn.min('seq').as('first'), eb.fn.max('seq').as('last')])
        .groupBy(['device_id', 'epoch'])
      if (from !== null) query = query.where('planned_start_at', '>=', from)
      if (to !== null) query = query.where('planned_start_at', '<', to)
      const rows = await query.execute()
      return new Map(
        rows.map((row) => [
          `${row.device_id} ${row.epoch}`,
          { from: Number(row.first), to: Number(row.last) + 1 },
        ]),
      )
    },

    /** Reads the tree of a journal as it is now. */
    tree: (row: JournalRow) => createTreeReader(db, ofJournal(row), row.next),

    checkpoint: ({ deviceId, epoch }: TreeKey, size: number): Promise<CheckpointRow | undefined> =>
      db
        .selectFrom('checkpoint')
        .selectAll()
        .where('device_id', '=', deviceId)
        .where('epoch', '=', epoch)
        .where('size', '=', size)
        .executeTakeFirst(),

    /** Keeps checkpoints for good; those that are kept already stay as they are. */
    async keepCheckpoints(rows: readonly CheckpointRow[]): Promise<void> {
      if (rows.length === 0) return
      await db
        .insertInto('checkpoint')
        .values([...rows])
        .onConflict((c) => c.columns(['device_id', 'epoch', 'size']).doNothing())
        .execute()
    },

    day: (date: LocalDate): Promise<DayRow | undefined> =>
      db.selectFrom('day_root').selectAll().where('date', '=', date).executeTakeFirst(),

    lastDay: (): Promise<DayRow | undefined> =>
      db.selectFrom('day_root').selectAll().orderBy('date', 'desc').limit(1).executeTakeFirst(),

    /** The dates of days that were closed within [from, to], in order. */
    async dates(from: LocalDate, to: LocalDate): Promise<LocalDate[]> {
      const rows = await db
        .selectFrom('day_root')
        .select('date')
        .where('date', '>=', from)
        .where('date', '<=', to)
        .orderBy('date')
        .execute()
      return rows.map(({ date }) => date)
    },

    /** The first days closed at or after an instant: a record that came then is under one of them. */
    daysMadeFrom: (at: EpochMs): Promise<DayRow[]> =>
      db
        .selectFrom('day_root')
        .selectAll()
        .where('made_at', '>=', at)
        .orderBy('date')
        .limit(2)
        .execute(),

    async record(
      place: TreeKey & { seq: number },
    ): Promise<{ bytes: string; receivedAt: EpochMs } | undefined> {
      const row = await db
        .selectFrom('journal_record')
        .select(['bytes', 'received_at'])
        .where('device_id', '=', place.deviceId)
        .where('epoch', '=', place.epoch)
        .where('seq', '=', place.seq)
        .executeTakeFirst()
      return row && { bytes: row.bytes, receivedAt: row.received_at }
    },

    /** Closes a day; one that is closed stays as it is. */
    async closeDay(row: DayRow): Promise<void> {
      await db
        .insertInto('day_root')
        .values(row)
        .onConflict((c) => c.column('date').doNothing())
        .execute()
    },

    /**
     * Takes the roots of days from a date on out of use: a wrong clock made them. They are kept, with
     * the instant at which they were set aside.
     */
    voidDaysFrom: (date: LocalDate, at: EpochMs): Promise<Pick<DayRow, 'date' | 'root'>[]> =>
      db.transaction().execute(async (tx) => {
        const rows = await tx
          .selectFrom('day_root')
          .selectAll()
          .where('date', '>=', date)
          .orderBy('date')
          .execute()
        for (const row of rows)
          await tx
            .insertInto('voided_day')
            .values({ ...row, voided_at: at })
            .execute()
        await tx.deleteFrom('day_root').where('date', '>=', date).execute()
        return rows
      }),

    /** Days that no authority has stamped yet, oldest first. */
    unstamped: (from: LocalDate): Promise<Pick<DayRow, 'date' | 'note'>[]> =>
      db
        .selectFrom('day_root')
        .select(['date', 'note'])
        .where('timestamp', 'is', null)
        .where('date', '>=', from)
        .orderBy('date')
        .execute(),

    async stamp(date: LocalDate, timestamp: string): Promise<void> {
      await db.updateTable('day_root').set({ timestamp }).where('date', '=', date).execute()
    },
  }
}

export type Evidence = ReturnType<typeof createEvidence>
