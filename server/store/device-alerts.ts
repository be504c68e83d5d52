import { sql } from 'kysely'
import type {
  ApartReason,
  DeviceId,
  EpochMs,
  Fault,
  JournalEvent,
  LocalDate,
  MissingRun,
} from '#protocol'
import { below, type Scope } from './areas.ts'
import type { MissingDetail } from './missing.ts'
import type { Database } from './open-database.ts'

/** The reason that a record of an output gives for it. */
const OTHER_SOUND: Fault['code'] = 'monitor-other'

/** A server that was restored is at most this many revisions behind its devices: nobody publishes more often. */
export const MOST_AHEAD = 100_000

type AboutDevice = {
  deviceId: DeviceId
  device: string
  areaPath: string[]
  count: number
  since: EpochMs
}

const aboutDevices = (db: Database, scope: Scope) => {
  const query = db
    .selectFrom('device')
    .innerJoin('area', 'area.id', 'device.area_id')
    .select(['device.id', 'device.name', 'area.name_path'])
  return scope === 'everywhere' ? query : query.where('device.area_id', 'in', below(db, scope))
}

const toAbout = (row: { id: string; name: string; name_path: string }) => ({
  deviceId: row.id as DeviceId,
  device: row.name,
  areaPath: JSON.parse(row.name_path) as string[],
})

/** What is known of devices that somebody should look into. */
export const createDeviceAlerts = (reading: Database) => ({
  /** Runs by device and cause, for alerts: what was missed or is unknown since a day. */
  async byDevice(
    since: LocalDate,
    scope: Scope,
    limit: number,
  ): Promise<
    (Pick<MissingRun, 'deviceId' | 'outcome' | 'cause' | 'device' | 'area'> & {
      count: number
      since: EpochMs
    })[]
  > {
    let query = reading
      .selectFrom('missing_run')
      .select(['device_id', 'outcome', 'cause'])
      .select(sql<number>`SUM(count)`.as('count'))
      .select((eb) => [eb.fn.min('first_at').as('since'), eb.fn.max('detail').as('detail')])
      .where('date', '>=', since)
      .where('outcome', 'in', ['missed', 'unknown'])
    if (scope !== 'everywhere') query = query.where('area_id', 'in', below(reading, scope))
    const rows = await query
      .groupBy(['device_id', 'outcome', 'cause'])
      .orderBy(sql`SUM(count)`, 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => {
      const { device, area } = JSON.parse(row.detail) as MissingDetail
      return {
        deviceId: row.device_id as DeviceId,
        outcome: row.outcome as MissingRun['outcome'],
        cause: row.cause as MissingRun['cause'],
        count: Number(row.count),
        since: row.since,
        device,
        area,
      }
    })
  },

  /** Devices whose journal contradicted itself since an instant. */
  async contradictions(since: EpochMs, scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('incident', 'incident.device_id', 'device.id')
      .where('incident.at', '>=', since)
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('incident.at').as('since')])
      .groupBy(['device.id', 'device.name', 'area.name_path'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: Number(row.count), since: row.since }))
  },

  /** Devices that reported plays that are kept apart for a reason, since an instant. */
  async keptApart(
    reason: ApartReason,
    since: EpochMs,
    scope: Scope,
    limit: number,
  ): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('unplanned_play', 'unplanned_play.device_id', 'device.id')
      .where('unplanned_play.received_at', '>=', since)
      .where('unplanned_play.reason', '=', reason)
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min('unplanned_play.received_at').as('since'),
      ])
      .groupBy(['device.id', 'device.name', 'area.name_path'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: Number(row.count), since: row.since }))
  },

  /** Devices with days whose plan could not be set against their records. */
  async unreconciled(scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('day_statement', 'day_statement.device_id', 'device.id')
      .where('day_statement.failure', 'is not', null)
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min('day_statement.date').as('first'),
      ])
      .groupBy(['device.id', 'device.name', 'area.name_path'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      ...toAbout(row),
      count: Number(row.count),
      since: Date.parse(row.first),
    }))
  },

  /** Devices whose monitor heard something else than what they played, since an instant. */
  async otherSounds(since: EpochMs, scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('device_event', 'device_event.device_id', 'device.id')
      .where('device_event.at', '>=', since)
      .where('device_event.kind', '=', 'output')
      .where('device_event.detail', 'like', `%"reason":"${OTHER_SOUND}"%`)
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min('device_event.at').as('since'),
      ])
      .groupBy(['device.id', 'device.name', 'area.name_path'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: Number(row.count), since: row.since }))
  },

  /** Boards that set content aside since an instant. */
  async setAside(since: EpochMs, scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('device_event', 'device_event.device_id', 'device.id')
      .where('device_event.at', '>=', since)
      .where('device_event.kind', '=', 'set-aside')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min('device_event.at').as('since'),
      ])
      .groupBy(['device.id', 'device.name', 'area.name_path'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: Number(row.count), since: row.since }))
  },

  /** Devices that were told something they did not believe, since an instant. @param what as the record names it */
  async distrusted(
    what: readonly Extract<JournalEvent, { kind: 'distrust' }>['what'][],
    since: EpochMs,
    scope: Scope,
    limit: number,
  ): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('device_event', 'device_event.device_id', 'device.id')
      .where('device_event.at', '>=', since)
      .where('device_event.kind', '=', 'distrust')
      .where((eb) =>
        eb.or(what.map((one) => eb('device_event.detail', 'like', `%"what":"${one}"%`))),
      )
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min('device_event.at').as('since'),
      ])
      .groupBy(['device.id', 'device.name', 'area.name_path'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: Number(row.count), since: row.since }))
  },

  /** Devices that say they hold revisions that nobody can have issued. */
  async ahead(scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .leftJoin('manifest', 'manifest.device_id', 'device.id')
      .where(
        sql<boolean>`device.applied_revision - coalesce(manifest.revision, 0) > ${sql.lit(MOST_AHEAD)}`,
      )
      .where('device.enrolled_at', 'is not', null)
      .select('device.last_seen_at as since')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: 0, since: row.since ?? 0 }))
  },

  /** Devices whose identity two machines used since an instant. */
  async twins(since: EpochMs, scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .innerJoin('device_twin', 'device_twin.device_id', 'device.id')
      .where('device_twin.last_at', '>=', since)
      .select(['device_twin.count', 'device_twin.since'])
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: row.count, since: row.since }))
  },

  /** These devices, as far as they stand in the scope. */
  async named(
    ids: readonly DeviceId[],
    scope: Scope,
    limit: number,
  ): Promise<Omit<AboutDevice, 'count' | 'since'>[]> {
    const rows = await aboutDevices(reading, scope)
      .where('device.id', 'in', [...ids.slice(0, limit), ''])
      .execute()
    return rows.map(toAbout)
  },

  /** Devices that were enrolled and never sent a record. */
  async neverReported(scope: Scope, limit: number): Promise<AboutDevice[]> {
    const rows = await aboutDevices(reading, scope)
      .leftJoin('journal', 'journal.device_id', 'device.id')
      .where('journal.device_id', 'is', null)
      .where('device.enrolled_at', 'is not', null)
      .select('device.enrolled_at as since')
      .orderBy('device.enrolled_at')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...toAbout(row), count: 0, since: row.since ?? 0 }))
  },
})

export type DeviceAlerts = ReturnType<typeof createDeviceAlerts>
