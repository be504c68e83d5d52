import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { AreaSnapshot, DeviceId, EpochMs, Manifest, ManifestDay } from '#protocol'
import { createDateOf } from '../evidence/coverage-sum.ts'
import type { PlanVersion } from '../evidence/statement.ts'
import { type ChangedDay, fallDue } from './fall-due.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

const ROWS_PER_INSERT = 500

/** A manifest that is about to be stored, as its days are kept for ever. */
export type HistoryEntry = Pick<Manifest, 'deviceId' | 'revision' | 'issuedAt' | 'device' | 'days'>

/**
 * Notes from when on devices are to hold which plans, together with the manifests that say so. What
 * is planned on a day can then be asked for at any time, though manifests are replaced.
 */
export const notePlans = async (
  tx: Transaction<Schema>,
  entries: readonly HistoryEntry[],
): Promise<void> => {
  const calendars = new Map<string, string>()
  // Devices of one audience share their days, often as one object.
  const known = new Map<readonly ManifestDay[], string>()
  const history: Schema['plan_history'][] = []
  const changed: ChangedDay[] = []
  for (const { deviceId, revision, issuedAt, device, days } of entries) {
    let sha256 = known.get(days)
    if (sha256 === undefined) {
      const body = JSON.stringify(days)
      sha256 = createHash('sha256').update(body).digest('hex')
      known.set(days, sha256)
      calendars.set(sha256, body)
    }
    history.push({
      device_id: deviceId,
      revision,
      at: issuedAt,
      calendar_sha256: sha256,
      device: device.name,
      area_id: device.area.id,
      area: JSON.stringify(device.area),
    })
    const date = createDateOf(device.timeZone)(issuedAt)
    changed.push({ deviceId, date, at: issuedAt })
  }
  const insert = async <Row>(rows: readonly Row[], into: (rows: Row[]) => Promise<unknown>) => {
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      await into(rows.slice(start, start + ROWS_PER_INSERT))
    }
  }
  await insert(
    [...calendars].map(([sha256, body]) => ({ sha256, body })),
    (rows) =>
      tx
        .insertInto('plan_calendar')
        .values(rows)
        .onConflict((c) => c.doNothing())
        .execute(),
  )
  await insert(history, (rows) =>
    tx
      .insertInto('plan_history')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .execute(),
  )
  await fallDue(tx, changed)
}

type Row = Pick<Schema['plan_history'], 'revision' | 'at' | 'device' | 'area'> & { body: string }

const toVersion = ({ revision, at, device, area, body }: Row): PlanVersion => ({
  revision,
  at,
  device,
  area: JSON.parse(area) as AreaSnapshot,
  days: JSON.parse(body) as ManifestDay[],
})

export const createPlanHistory = (db: Database) => ({
  /**
   * What a device was to hold under a revision: nothing where this server never issued it, and more
   * than one where it was restored from a backup and gave the number again.
   */
  async versionsOf(deviceId: DeviceId, revision: number): Promise<PlanVersion[]> {
    const rows = await db
      .selectFrom('plan_history')
      .innerJoin('plan_calendar', 'plan_calendar.sha256', 'plan_history.calendar_sha256')
      .select(['revision', 'at', 'device', 'area', 'plan_calendar.body'])
      .where('device_id', '=', deviceId)
      .where('revision', '=', revision)
      .execute()
    return rows.map(toVersion)
  },

  /** The versions that held at some time in [from, to): the one in force at `from`, and all after it. */
  async versions(deviceId: DeviceId, from: EpochMs, to: EpochMs): Promise<PlanVersion[]> {
    const first = await db
      .selectFrom('plan_history')
      .select((eb) => eb.fn.max('at').as('at'))
      .where('device_id', '=', deviceId)
      .where('at', '<=', from)
      .executeTakeFirst()
    const rows = await db
      .selectFrom('plan_history')
      .innerJoin('plan_calendar', 'plan_calendar.sha256', 'plan_history.calendar_sha256')
      .select(['revision', 'at', 'device', 'area', 'plan_calendar.body'])
      .where('device_id', '=', deviceId)
      .where('at', '>=', first?.at ?? from)
      .where('at', '<', to)
      .orderBy('at')
      .orderBy('revision')
      .execute()
    return rows.map(toVersion)
  },
})

export type PlanHistory = ReturnType<typeof createPlanHistory>
