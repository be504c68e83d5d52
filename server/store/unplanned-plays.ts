import { sql } from 'kysely'
import type { ApartReason, DeviceId, Page, PlayLogEntry } from '#protocol'
import { below, type Scope } from './areas.ts'
import type { Database } from './open-database.ts'
import { toPlayLogEntry } from './play-entry.ts'

/** Plays that the server never planned, or that were told before: kept as records, counted nowhere. */
export const createUnplannedPlays = (db: Database) => {
  const records = () =>
    db
      .selectFrom('unplanned_play as play')
      .innerJoin('journal_record as record', (join) =>
        join
          .onRef('record.device_id', '=', 'play.device_id')
          .onRef('record.epoch', '=', 'play.epoch')
          .onRef('record.seq', '=', 'play.seq'),
      )
      .select(['record.device_id', 'record.epoch', 'record.seq', 'record.bytes'])
      .select(['record.received_at', 'play.reason'])

  return {
    /** Those received last first. @param scope of the areas in which the devices stand today */
    async page(
      { deviceId, scope }: { deviceId?: DeviceId | undefined; scope: Scope },
      cursor: string | undefined,
      limit: number,
    ): Promise<Page<PlayLogEntry>> {
      let query = records().innerJoin('device', 'device.id', 'play.device_id')
      if (deviceId) query = query.where('play.device_id', '=', deviceId)
      if (scope !== 'everywhere') query = query.where('device.area_id', 'in', below(db, scope))
      const [at, device, epoch, seq] = cursor?.split('~') ?? []
      if (device)
        query = query.where(
          sql<boolean>`(play.received_at, play.device_id, play.epoch, play.seq)
            < (${Number(at)}, ${device}, ${Number(epoch)}, ${Number(seq)})`,
        )
      const rows = await query
        .select('play.received_at as position')
        .orderBy('play.received_at', 'desc')
        .orderBy('play.device_id', 'desc')
        .orderBy('play.epoch', 'desc')
        .orderBy('play.seq', 'desc')
        .limit(limit + 1)
        .execute()
      const last = rows[limit - 1]
      const next =
        rows.length > limit && last
          ? [last.position, last.device_id, last.epoch, last.seq].join('~')
          : null
      const items = rows
        .slice(0, limit)
        .map((row) => toPlayLogEntry(row, row.reason as ApartReason))
      return { items, next, total: null }
    },

    async get(deviceId: DeviceId, epoch: number, seq: number): Promise<PlayLogEntry | undefined> {
      const row = await records()
        .where('play.device_id', '=', deviceId)
        .where('play.epoch', '=', epoch)
        .where('play.seq', '=', seq)
        .executeTakeFirst()
      return row && toPlayLogEntry(row, row.reason as ApartReason)
    },
  }
}

export type UnplannedPlays = ReturnType<typeof createUnplannedPlays>
