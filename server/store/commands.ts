import { v7 as uuid } from 'uuid'
import { CommandRecord, type DeviceId, type Page } from '#protocol'
import type { Database } from './open-database.ts'

export const createCommands = (db: Database) => ({
  /** Writes down what somebody asked of a device, and what came of it. */
  async add(entry: Omit<CommandRecord, 'id'>): Promise<CommandRecord> {
    const id = uuid()
    const { deviceId, at, by, command, outcome } = entry
    await db
      .insertInto('device_command')
      .values({
        id,
        device_id: deviceId,
        at,
        by_name: by,
        command: JSON.stringify(command),
        ok: outcome.ok ? 1 : 0,
        code: outcome.code,
        took_ms: outcome.tookMs,
      })
      .execute()
    return { id, ...entry }
  },

  /** The last commands of a device, newest first. @param cursor id of the last one of the page before */
  async page(
    deviceId: DeviceId,
    cursor: string | undefined,
    limit: number,
  ): Promise<Omit<Page<CommandRecord>, 'total'>> {
    let query = db.selectFrom('device_command').selectAll().where('device_id', '=', deviceId)
    if (cursor !== undefined) query = query.where('id', '<', cursor)
    const rows = await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const items = rows.slice(0, limit).map((row) =>
      CommandRecord.parse({
        id: row.id,
        deviceId: row.device_id,
        at: row.at,
        by: row.by_name,
        command: JSON.parse(row.command),
        outcome: { ok: row.ok === 1, code: row.code, tookMs: row.took_ms },
      }),
    )
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  },
})

export type Commands = ReturnType<typeof createCommands>
