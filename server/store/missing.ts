import { sql } from 'kysely'
import type {
  AreaId,
  DeviceId,
  LocalDate,
  MissingFilter,
  MissingRun,
  Page,
  ThemeId,
} from '#protocol'
import { below, type Scope } from './areas.ts'
import type { Database } from './open-database.ts'

/** What a run says by name: kept with it, so that it can be read after anything is renamed. */
export type MissingDetail = Pick<MissingRun, 'device' | 'area' | 'schedule' | 'asset' | 'themes'>

export const createMissing = (reading: Database) => ({
  /** What was not delivered whole, latest first. */
  async missing(
    filter: MissingFilter & { scope: Scope },
    cursor: string | undefined,
    limit: number,
  ): Promise<Page<MissingRun>> {
    const { from, to, areaId, deviceId, themeId, channel, outcome, cause, scope } = filter
    let query = reading.selectFrom('missing_run')
    if (from !== undefined) query = query.where('date', '>=', from)
    if (to !== undefined) query = query.where('date', '<=', to)
    if (deviceId) query = query.where('device_id', '=', deviceId)
    if (channel) query = query.where('channel', '=', channel)
    if (outcome) query = query.where('outcome', '=', outcome)
    if (cause) query = query.where('cause', '=', cause)
    if (themeId) query = query.where('detail', 'like', `%"${themeId}"%`)
    if (scope !== 'everywhere') query = query.where('area_id', 'in', below(reading, scope))
    if (areaId) query = query.where('area_id', 'in', below(reading, [areaId]))
    const offset = Number(/^\d{1,9}$/.exec(cursor ?? '')?.[0] ?? 0)
    const rows = await query
      .selectAll()
      .orderBy('first_at', 'desc')
      .orderBy('device_id')
      .orderBy('position')
      .offset(offset)
      .limit(limit + 1)
      .execute()
    const total =
      offset > 0
        ? null
        : Number(
            (
              await query
                .select((eb) => eb.fn.countAll<number>().as('count'))
                .executeTakeFirstOrThrow()
            ).count,
          )
    const items = rows.slice(0, limit).map(
      (row): MissingRun => ({
        ...(JSON.parse(row.detail) as MissingDetail),
        deviceId: row.device_id as DeviceId,
        date: row.date,
        channel: row.channel as MissingRun['channel'],
        outcome: row.outcome as MissingRun['outcome'],
        cause: row.cause as MissingRun['cause'],
        count: row.count,
        firstAt: row.first_at,
        lastAt: row.last_at,
      }),
    )
    return { items, next: rows.length > limit ? String(offset + limit) : null, total }
  },

  /** Planned plays of themes that a device is known not to have delivered whole. [from, to] */
  async lackingByTheme(
    themeIds: readonly ThemeId[],
    from: LocalDate,
    to: LocalDate,
  ): Promise<{ themeId: ThemeId; deviceId: DeviceId; plays: number }[]> {
    const rows = await reading
      .selectFrom('coverage')
      .select(['theme_id', 'value'])
      .select(sql<number>`SUM(missed + shortened)`.as('plays'))
      .where('dimension', '=', 'device')
      .where('period', '>=', from)
      .where('period', '<=', to)
      // Months are counted beside their days.
      .where(sql<number>`length(period)`, '=', from.length)
      .where('theme_id', 'in', [...themeIds, ''])
      .groupBy(['theme_id', 'value'])
      .having(sql<number>`SUM(missed + shortened)`, '>', 0)
      .execute()
    return rows.map((row) => ({
      themeId: row.theme_id as ThemeId,
      deviceId: row.value as DeviceId,
      plays: Number(row.plays),
    }))
  },

  /** Occurrences that were not delivered whole, by cause; null where none is known. */
  async causes(filter: {
    from: LocalDate
    to: LocalDate
    areaIds: readonly AreaId[] | undefined
    themeId?: string | undefined
    channel?: string | undefined
    scope: Scope
  }): Promise<{ cause: MissingRun['cause']; count: number }[]> {
    const { from, to, areaIds, themeId, channel, scope } = filter
    let query = reading.selectFrom('missing_run').where('date', '>=', from).where('date', '<=', to)
    if (channel) query = query.where('channel', '=', channel)
    if (themeId) query = query.where('detail', 'like', `%"${themeId}"%`)
    if (areaIds) query = query.where('area_id', 'in', [...areaIds, ''])
    if (scope !== 'everywhere') query = query.where('area_id', 'in', below(reading, scope))
    const rows = await query
      .select('cause')
      .select(sql<number>`SUM(count)`.as('count'))
      .groupBy('cause')
      .execute()
    return rows
      .map((row) => ({ cause: row.cause as MissingRun['cause'], count: Number(row.count) }))
      .sort((a, b) => b.count - a.count)
  },

  /** The same for every area. */
  async causesByArea({
    from,
    to,
    scope,
  }: {
    from: LocalDate
    to: LocalDate
    scope: Scope
  }): Promise<Map<AreaId, { cause: MissingRun['cause']; count: number }[]>> {
    let query = reading
      .selectFrom('missing_run')
      .where('date', '>=', from)
      .where('date', '<=', to)
      .where('outcome', 'in', ['missed', 'shortened'])
    if (scope !== 'everywhere') query = query.where('area_id', 'in', below(reading, scope))
    const rows = await query
      .select(['area_id', 'cause'])
      .select(sql<number>`SUM(count)`.as('count'))
      .groupBy(['area_id', 'cause'])
      .execute()
    const found = new Map<AreaId, { cause: MissingRun['cause']; count: number }[]>()
    for (const { area_id, cause, count } of rows) {
      const list = found.get(area_id as AreaId) ?? []
      list.push({ cause: cause as MissingRun['cause'], count: Number(count) })
      found.set(area_id as AreaId, list)
    }
    return found
  },
})

export type Missing = ReturnType<typeof createMissing>
