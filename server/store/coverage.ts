import { type SelectQueryBuilder, sql } from 'kysely'
import { addDays } from '#playlists'
import type {
  AreaId,
  Channel,
  DeviceId,
  Dimension,
  LocalDate,
  Tally,
  ThemeId,
  ThemeSnapshot,
} from '#protocol'
import { below, type Scope } from './areas.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

export type CoverageQuery = {
  from: LocalDate
  to: LocalDate
  scope: Scope
  areaIds?: readonly AreaId[] | undefined
  themeId?: ThemeId | undefined
  channel?: Channel | undefined
  /** null: all plays. */
  by: { dimension: Dimension; value: string } | null
}

export type CoverageCell = { areaId: AreaId; themeId: string; tally: Tally }

const SUMS = {
  plays: sql<number>`SUM(plays)`,
  playedMs: sql<number>`SUM(played_ms)`,
  completed: sql<number>`SUM(completed)`,
  partial: sql<number>`SUM(partial)`,
  failed: sql<number>`SUM(failed)`,
  planned: sql<number>`SUM(planned)`,
  delivered: sql<number>`SUM(delivered)`,
  shortened: sql<number>`SUM(shortened)`,
  missed: sql<number>`SUM(missed)`,
  unknown: sql<number>`SUM(unknown)`,
  withheld: sql<number>`SUM(withheld)`,
} satisfies Record<keyof Tally, unknown>
const NAMES = Object.keys(SUMS) as (keyof Tally)[]
const sums = () => NAMES.map((name) => SUMS[name].as(name))

const toTally = (row: Record<keyof Tally, number>): Tally =>
  Object.fromEntries(NAMES.map((name) => [name, Number(row[name])])) as Tally

export type Grain = { months: string[] } | { days: [LocalDate, LocalDate] }

/** Whole months by their own counters and only the days at both ends by day: a year is read as fast as a month. */
export const grainsOf = (from: LocalDate, to: LocalDate): Grain[] => {
  if (from > to) return []
  const nextMonth = (month: string) => addDays(`${month}-28`, 4).slice(0, 7)
  const lastDay = (month: string) => addDays(`${nextMonth(month)}-01`, -1)
  const months: string[] = []
  const grains: Grain[] = []
  let day = from
  if (!day.endsWith('-01')) {
    const end = lastDay(day.slice(0, 7))
    grains.push({ days: [day, end < to ? end : to] })
    day = addDays(end, 1)
  }
  while (day <= to && lastDay(day.slice(0, 7)) <= to) {
    months.push(day.slice(0, 7))
    day = `${nextMonth(day.slice(0, 7))}-01`
  }
  if (months.length > 0) grains.push({ months })
  if (day <= to) grains.push({ days: [day, to] })
  return grains
}

type Query<Row> = SelectQueryBuilder<Schema, 'coverage', Row>

export const createCoverage = (db: Database) => {
  const narrowed = <Row>(query: Query<Row>, filter: CoverageQuery, grain: Grain): Query<Row> => {
    let q = query
    if ('months' in grain) q = q.where('period', 'in', grain.months)
    else q = q.where('period', '>=', grain.days[0]).where('period', '<=', grain.days[1])
    if (filter.channel) q = q.where('channel', '=', filter.channel)
    if (filter.areaIds) q = q.where('area_id', 'in', [...filter.areaIds, ''])
    if (filter.scope !== 'everywhere') q = q.where('area_id', 'in', below(db, filter.scope))
    return q
  }

  const counted = (filter: CoverageQuery, grain: Grain) =>
    narrowed(
      db
        .selectFrom('coverage')
        .where('dimension', '=', filter.by?.dimension ?? 'all')
        .where('value', '=', filter.by?.value ?? ''),
      filter,
      grain,
    )

  return {
    /** Every area and theme with something to count; theme '' stands for all plays. */
    async cells(filter: CoverageQuery): Promise<CoverageCell[]> {
      const cells: CoverageCell[] = []
      for (const grain of grainsOf(filter.from, filter.to)) {
        let query = counted(filter, grain).select(['area_id', 'theme_id']).select(sums())
        if (filter.themeId) query = query.where('theme_id', '=', filter.themeId)
        for (const row of await query.groupBy(['area_id', 'theme_id']).execute()) {
          const { area_id, theme_id } = row
          cells.push({ areaId: area_id as AreaId, themeId: theme_id, tally: toTally(row) })
        }
      }
      return cells
    },

    /** The same for single devices of some areas: areas that were split are told apart by them. */
    async cellsOfDevices(
      filter: CoverageQuery,
      areaIds: readonly AreaId[],
    ): Promise<(CoverageCell & { deviceId: DeviceId })[]> {
      const cells: (CoverageCell & { deviceId: DeviceId })[] = []
      for (const grain of grainsOf(filter.from, filter.to)) {
        let query = narrowed(
          db.selectFrom('coverage').where('dimension', '=', 'device'),
          { ...filter, areaIds },
          grain,
        )
        if (filter.themeId) query = query.where('theme_id', '=', filter.themeId)
        const rows = await query
          .select(['value', 'area_id', 'theme_id'])
          .select(sums())
          .groupBy(['value', 'area_id', 'theme_id'])
          .execute()
        for (const row of rows) {
          const { value, area_id, theme_id } = row
          const areaId = area_id as AreaId
          cells.push({
            deviceId: value as DeviceId,
            areaId,
            themeId: theme_id,
            tally: toTally(row),
          })
        }
      }
      return cells
    },

    /** One point a day or a month, in order. */
    async trend(
      filter: CoverageQuery,
      grain: 'day' | 'month',
    ): Promise<{ period: string; tally: Tally }[]> {
      const [from, to] =
        grain === 'day'
          ? [filter.from, filter.to]
          : [filter.from.slice(0, 7), filter.to.slice(0, 7)]
      let query = counted(filter, { days: [from, to] })
        .where(sql<number>`length(period)`, '=', from.length)
        .where('theme_id', '=', filter.themeId ?? '')
      if (grain === 'month') query = query.where('period', '<=', to)
      const rows = await query
        .select('period')
        .select(sums())
        .groupBy('period')
        .orderBy('period')
        .execute()
      return rows.map((row) => ({ period: row.period, tally: toTally(row) }))
    },

    /** The values of a dimension that occur, the most played first. */
    async values(
      dimension: Dimension,
      filter: CoverageQuery,
    ): Promise<{ value: string; tally: Tally }[]> {
      const found = new Map<string, Tally>()
      for (const grain of grainsOf(filter.from, filter.to)) {
        const rows = await narrowed(
          db.selectFrom('coverage').where('dimension', '=', dimension),
          filter,
          grain,
        )
          .where('theme_id', '=', filter.themeId ?? '')
          .select('value')
          .select(sums())
          .groupBy('value')
          .execute()
        for (const row of rows) {
          const tally = toTally(row)
          const sum = found.get(row.value)
          if (sum) for (const name of NAMES) sum[name] += tally[name]
          else found.set(row.value, tally)
        }
      }
      return [...found]
        .map(([value, tally]) => ({ value, tally }))
        .sort((a, b) => b.tally.plays - a.tally.plays || (a.value < b.value ? -1 : 1))
    },

    /** Of the devices that had a theme planned or played in [from, to], how many reached `asked`. */
    async reached(
      filter: CoverageQuery & { themeId: ThemeId },
      { per, asked }: { per: 'plays' | 'minutes'; asked: number },
    ): Promise<{ devices: number; met: number }> {
      const amount = per === 'plays' ? sql<number>`SUM(plays)` : sql<number>`SUM(played_ms) / 60000`
      const perDevice = narrowed(
        db.selectFrom('coverage').where('dimension', '=', 'device'),
        filter,
        { days: [filter.from, filter.to] },
      )
        .where(sql<number>`length(period)`, '=', 10)
        .where('theme_id', '=', filter.themeId)
        .select(['value', amount.as('amount')])
        .groupBy('value')
      const row = await db
        .selectFrom(perDevice.as('one'))
        .select((eb) => eb.fn.countAll<number>().as('devices'))
        .select(sql<number>`SUM(CASE WHEN one.amount >= ${asked} THEN 1 ELSE 0 END)`.as('met'))
        .executeTakeFirstOrThrow()
      return { devices: Number(row.devices), met: Number(row.met ?? 0) }
    },

    async themes(): Promise<ThemeSnapshot[]> {
      const rows = await db.selectFrom('theme_seen').selectAll().orderBy('code').execute()
      return rows.map((row) => ({ ...row, id: row.id as ThemeId }))
    },

    /** How many devices of an area have a channel. */
    async channelsByArea(): Promise<Map<AreaId, Record<Channel, number>>> {
      const rows = await db
        .selectFrom('device')
        .select(['area_id', 'channels', (eb) => eb.fn.countAll<number>().as('count')])
        .groupBy(['area_id', 'channels'])
        .execute()
      const found = new Map<AreaId, Record<Channel, number>>()
      for (const { area_id, channels, count } of rows) {
        const sum = found.get(area_id as AreaId) ?? { audio: 0, screen: 0 }
        for (const channel of JSON.parse(channels) as Channel[]) sum[channel] += Number(count)
        found.set(area_id as AreaId, sum)
      }
      return found
    },

    async devicesByArea(): Promise<Map<AreaId, number>> {
      const rows = await db
        .selectFrom('device')
        .select(['area_id', (eb) => eb.fn.countAll<number>().as('count')])
        .groupBy('area_id')
        .execute()
      return new Map(rows.map((row) => [row.area_id as AreaId, Number(row.count)]))
    },

    /** Where devices stand today and what they are called. */
    async devices(ids: readonly string[]): Promise<Map<string, { name: string; areaId: AreaId }>> {
      const rows = await db
        .selectFrom('device')
        .select(['id', 'name', 'area_id'])
        .where('id', 'in', [...ids, ''])
        .execute()
      return new Map(rows.map(({ id, name, area_id }) => [id, { name, areaId: area_id as AreaId }]))
    },
  }
}

export type CoverageStore = ReturnType<typeof createCoverage>
