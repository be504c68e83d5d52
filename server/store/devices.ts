import type { Transaction } from 'kysely'
import { v7 as uuid } from 'uuid'
import {
  AppError,
  type Device,
  type DeviceId,
  type DeviceInput,
  type EpochMs,
  type Revision,
  type Sha256,
} from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/** Keys as enrolled: SPKI in base64. */
export type DeviceKeys = { deviceKey: string; journalKey: string }

const IDS_PER_UPDATE = 500

/** The database gives a row its stamp. */
const UNSTAMPED = 0

const select = (db: Database) =>
  db
    .selectFrom('device')
    .innerJoin('area', 'area.id', 'device.area_id')
    .leftJoin('manifest', 'manifest.device_id', 'device.id')
    .selectAll('device')
    .select(['area.name_path', 'area.id_path', 'area.code as area_code', 'area.time_zone'])
    .select('manifest.revision as desired_revision')

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>

const toDevice = (row: Row): Device => ({
  id: row.id as DeviceId,
  name: row.name,
  areaId: row.area_id as Device['areaId'],
  areaPath: JSON.parse(row.name_path) as string[],
  timeZone: row.time_zone,
  channels: JSON.parse(row.channels) as Device['channels'],
  canvas: row.canvas ? (JSON.parse(row.canvas) as Device['canvas']) : null,
  enrolledAt: row.enrolled_at,
  lastSeenAt: row.last_seen_at,
  desiredRevision: row.desired_revision,
  appliedRevision: row.applied_revision,
})

/** A device with what compiling needs to know about where it stands. */
export type PlacedDevice = Device & {
  areaCode: string
  /** Ids of its area and of all areas above it. */
  areaIds: readonly string[]
}

const toPlaced = (row: Row): PlacedDevice => ({
  ...toDevice(row),
  areaCode: row.area_code,
  areaIds: row.id_path.split('/').filter((id) => id !== ''),
})

const endKeys = (tx: Transaction<Schema>, id: DeviceId, at: EpochMs) =>
  tx
    .updateTable('device_key')
    .set({ ended_at: at })
    .where('device_id', '=', id)
    .where('ended_at', 'is', null)
    .execute()

export type Screenshot = { sha256: Sha256; at: EpochMs }

export const createDevices = (db: Database) => ({
  async list(): Promise<PlacedDevice[]> {
    const rows = await select(db).orderBy('area.id_path').orderBy('device.id').execute()
    return rows.map(toPlaced)
  },

  /** Devices that have changed since a stamp in more than what they say of themselves. */
  async changedSince(stamp: number): Promise<PlacedDevice[]> {
    const rows = await select(db).where('device.stamp', '>', stamp).orderBy('device.id').execute()
    return rows.map(toPlaced)
  },

  async get(id: DeviceId): Promise<PlacedDevice | undefined> {
    const row = await select(db).where('device.id', '=', id).executeTakeFirst()
    return row && toPlaced(row)
  },

  async keys(id: DeviceId): Promise<DeviceKeys | undefined> {
    const row = await db
      .selectFrom('device')
      .select(['device_key', 'journal_key'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row?.device_key || !row.journal_key) return undefined
    return { deviceKey: row.device_key, journalKey: row.journal_key }
  },

  /** The journal keys of all devices that are enrolled. */
  async journalKeys(): Promise<Map<string, string>> {
    const rows = await db
      .selectFrom('device')
      .select(['id', 'journal_key'])
      .where('journal_key', 'is not', null)
      .execute()
    return new Map(rows.map((row) => [row.id, row.journal_key ?? '']))
  },

  async add(input: DeviceInput, at: EpochMs): Promise<DeviceId> {
    const id = uuid() as DeviceId
    await db
      .insertInto('device')
      .values({
        id,
        name: input.name,
        area_id: input.areaId,
        channels: JSON.stringify(input.channels),
        canvas: input.canvas && JSON.stringify(input.canvas),
        device_key: null,
        journal_key: null,
        enrolled_at: null,
        last_seen_at: null,
        applied_revision: null,
        screenshot: null,
        created_at: at,
        stamp: UNSTAMPED,
      })
      .execute()
    return id
  },

  async addEnrolmentCode(deviceId: DeviceId, codeHash: string, expiresAt: EpochMs): Promise<void> {
    await db
      .insertInto('enrolment_code')
      .values({
        code_hash: codeHash,
        device_id: deviceId,
        expires_at: expiresAt,
        used_by_key: null,
      })
      .execute()
  },

  /**
   * Spends a code and pins the keys that came with it. The same code with the same keys again gives
   * the same answer: the first one may have been lost on its way.
   * @throws AppError code-unknown, code-expired, code-used
   */
  async enrol(codeHash: string, keys: DeviceKeys, at: EpochMs): Promise<DeviceId> {
    return db.transaction().execute(async (tx) => {
      const code = await tx
        .selectFrom('enrolment_code')
        .selectAll()
        .where('code_hash', '=', codeHash)
        .executeTakeFirst()
      if (!code) throw new AppError('code-unknown')
      const id = code.device_id as DeviceId
      if (code.used_by_key === keys.deviceKey) {
        const inUse = await tx
          .selectFrom('device')
          .select('id')
          .where('id', '=', id)
          .where('device_key', '=', keys.deviceKey)
          .executeTakeFirst()
        if (inUse) return id
      }
      if (code.used_by_key) throw new AppError('code-used')
      if (code.expires_at < at) throw new AppError('code-expired')
      await tx
        .updateTable('enrolment_code')
        .set({ used_by_key: keys.deviceKey })
        .where('code_hash', '=', codeHash)
        .execute()
      await endKeys(tx, id, at)
      // It trusts nothing of before: its manifests are numbered from one, and no copy has its new keys.
      await tx.deleteFrom('manifest').where('device_id', '=', id).execute()
      await tx.deleteFrom('device_twin').where('device_id', '=', id).execute()
      await tx
        .insertInto('device_key')
        .values({
          device_id: id,
          device_key: keys.deviceKey,
          journal_key: keys.journalKey,
          enrolled_at: at,
          ended_at: null,
        })
        .onConflict((c) =>
          c.columns(['device_id', 'device_key']).doUpdateSet({ enrolled_at: at, ended_at: null }),
        )
        .execute()
      await tx
        .updateTable('device')
        .set({
          device_key: keys.deviceKey,
          journal_key: keys.journalKey,
          enrolled_at: at,
          applied_revision: null,
        })
        .where('id', '=', id)
        .execute()
      return id
    })
  },

  /**
   * Ends a device's enrolment: its keys let nobody in any more, and codes that were not spent yet
   * are void. The keys are kept: what they signed stays provable.
   * @returns whether it was enrolled
   */
  async unenrol(id: DeviceId, at: EpochMs): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      await endKeys(tx, id, at)
      await tx
        .deleteFrom('enrolment_code')
        .where('device_id', '=', id)
        .where('used_by_key', 'is', null)
        .execute()
      const { numUpdatedRows } = await tx
        .updateTable('device')
        .set({ device_key: null, journal_key: null, enrolled_at: null })
        .where('id', '=', id)
        .where('enrolled_at', 'is not', null)
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    })
  },

  /** All keys that a device has had, the newest first. */
  async keyHistory(
    id: DeviceId,
  ): Promise<(DeviceKeys & { enrolledAt: EpochMs; endedAt: EpochMs | null })[]> {
    const rows = await db
      .selectFrom('device_key')
      .selectAll()
      .where('device_id', '=', id)
      .orderBy('enrolled_at', 'desc')
      .execute()
    return rows.map((row) => ({
      deviceKey: row.device_key,
      journalKey: row.journal_key,
      enrolledAt: row.enrolled_at,
      endedAt: row.ended_at,
    }))
  },

  /** Writes when devices were last seen and which revision they hold, all in one commit. */
  async note(
    notes: ReadonlyMap<DeviceId, { seenAt?: EpochMs; applied?: Revision | null }>,
  ): Promise<void> {
    // After a publication many devices say the same: they are written with one statement.
    const alike = Map.groupBy(notes, ([, { seenAt, applied }]) => `${seenAt} ${applied}`)
    await db.transaction().execute(async (tx) => {
      for (const said of alike.values()) {
        const [, { seenAt, applied }] = said[0] as (typeof said)[number]
        for (let start = 0; start < said.length; start += IDS_PER_UPDATE) {
          const ids = said.slice(start, start + IDS_PER_UPDATE).map(([id]) => id)
          await tx
            .updateTable('device')
            .set({
              ...(seenAt !== undefined && { last_seen_at: seenAt }),
              ...(applied !== undefined && { applied_revision: applied }),
            })
            .where('id', 'in', ids)
            .execute()
        }
      }
    })
  },

  async setScreenshot(id: DeviceId, screenshot: Screenshot): Promise<void> {
    await db
      .updateTable('device')
      .set({ screenshot: JSON.stringify(screenshot) })
      .where('id', '=', id)
      .execute()
  },

  async screenshots(): Promise<Map<string, Screenshot>> {
    const rows = await db
      .selectFrom('device')
      .select(['id', 'screenshot'])
      .where('screenshot', 'is not', null)
      .execute()
    return new Map(rows.map((row) => [row.id, JSON.parse(row.screenshot ?? '') as Screenshot]))
  },
})

export type Devices = ReturnType<typeof createDevices>
