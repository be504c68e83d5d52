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

/** Keys as enrolled: SPKI in base64. */
export type DeviceKeys = { deviceKey: string; journalKey: string }

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

export type Screenshot = { sha256: Sha256; at: EpochMs }

export const createDevices = (db: Database) => ({
  async list(): Promise<PlacedDevice[]> {
    const rows = await select(db).orderBy('area.id_path').orderBy('device.id').execute()
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
      if (code.used_by_key === keys.deviceKey) return id
      if (code.used_by_key) throw new AppError('code-used')
      if (code.expires_at < at) throw new AppError('code-expired')
      await tx
        .updateTable('enrolment_code')
        .set({ used_by_key: keys.deviceKey })
        .where('code_hash', '=', codeHash)
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

  /** Writes when devices were last seen and which revision they hold, all in one commit. */
  async note(
    notes: ReadonlyMap<DeviceId, { seenAt?: EpochMs; applied?: Revision | null }>,
  ): Promise<void> {
    await db.transaction().execute(async (tx) => {
      for (const [id, { seenAt, applied }] of notes) {
        await tx
          .updateTable('device')
          .set({
            ...(seenAt !== undefined && { last_seen_at: seenAt }),
            ...(applied !== undefined && { applied_revision: applied }),
          })
          .where('id', '=', id)
          .execute()
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
