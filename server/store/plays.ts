import { sql } from 'kysely'
import { dateAt } from '#playlists'
import {
  type AreaId,
  type DeviceId,
  type EpochMs,
  FIRST_DATE,
  LAST_DATE,
  type LocalDate,
  type Page,
  type PlayLogEntry,
  type ThemeId,
  type TimeZone,
} from '#protocol'
import { below } from './areas.ts'
import { createCoverage } from './coverage.ts'
import type { Database } from './open-database.ts'
import { toPlayLogEntry } from './play-entry.ts'
import {
  after,
  decode,
  driverOf,
  encode,
  MOST_TEXTS,
  type Narrowing,
  narrowed,
  type PlayQuery,
  type Query,
  searched,
  type Tables,
} from './play-query.ts'
import { searchPatterns } from './search-text.ts'

const MOST_COUNTED = 10_000
/** What the log is in order of. */
const POSITION = ['planned_start_at', 'device_id', 'epoch', 'seq'] as const
const RECORD = [
  ...(['journal_record.device_id', 'journal_record.epoch', 'journal_record.seq'] as const),
  ...(['journal_record.bytes', 'journal_record.received_at'] as const),
] as const

export const createPlays = (db: Database, timeZone: TimeZone) => {
  const coverage = createCoverage(db)

  const from = (driver: Tables): Query<object> =>
    driver === 'play'
      ? (db.selectFrom('play') as never)
      : (db
          .selectFrom('play_theme')
          .innerJoin('play', (join) =>
            join
              .onRef('play.device_id', '=', 'play_theme.device_id')
              .onRef('play.epoch', '=', 'play_theme.epoch')
              .onRef('play.seq', '=', 'play_theme.seq'),
          ) as never)

  /** How many plays pass a filter that the counters of coverage know all of. */
  const counted = async (
    filter: PlayQuery,
    areaIds: AreaId[] | undefined,
  ): Promise<number | undefined> => {
    if (filter.search || filter.cause) return undefined
    const dayOf = (at: EpochMs | undefined, open: LocalDate) =>
      at === undefined ? open : dateAt(at, timeZone)
    const cells = await coverage.cells({
      from: dayOf(filter.from, FIRST_DATE),
      to: dayOf(filter.to === undefined ? undefined : filter.to - 1, LAST_DATE),
      scope: filter.scope,
      areaIds,
      channel: filter.channel,
      themeId: filter.themeId,
      by: filter.deviceId ? { dimension: 'device', value: filter.deviceId } : null,
    })
    const { outcome } = filter
    return cells
      .filter(({ themeId }) => themeId === (filter.themeId ?? ''))
      .reduce((sum, { tally: { completed, partial, failed } }) => {
        if (outcome === undefined) return sum + completed + partial + failed
        // Two outcomes share one counter: what it holds is an upper bound for either.
        return sum + { completed, partial, interrupted: partial, failed }[outcome]
      }, 0)
  }

  const narrowingOf = async (filter: PlayQuery): Promise<Narrowing> => {
    const areaIds = filter.areaId
      ? (await below(db, [filter.areaId]).execute()).map(({ id }) => id as AreaId)
      : undefined
    const texts =
      searchPatterns(filter.search).length === 0
        ? undefined
        : await searched(db.selectFrom('play_text').select('key'), filter.search)
            .limit(MOST_TEXTS + 1)
            .execute()
    return {
      areaIds,
      texts: texts?.map(({ key }) => key),
      known: await counted(filter, areaIds),
    }
  }

  const read = async (
    filter: PlayQuery,
    narrowing: Narrowing,
    cursor: string | undefined,
    limit: number,
    order: 'asc' | 'desc' = 'desc',
  ): Promise<Omit<Page<PlayLogEntry>, 'total'>> => {
    const driver = driverOf(filter)
    const position = cursor === undefined ? undefined : decode(cursor)
    // A position bounds the time from one side. With a second bound on that side SQLite seeks by the
    // weaker one, and reads all that was already read once more for every page.
    const { from: first = 0, to: end = Number.POSITIVE_INFINITY } = filter
    const isWithin = position && position.at >= first && position.at < end
    const passed = isWithin && { [order === 'asc' ? 'from' : 'to']: undefined }
    let found = narrowed(db, from(driver), { ...filter, ...passed }, narrowing).limit(limit + 1)
    for (const name of POSITION) found = found.orderBy(sql.ref(`${driver}.${name}`), order)
    if (position) found = after(found, driver, position, order)
    // Records are read of what is shown alone: where a page is sorted out of many, not of all of these.
    const shown = found.select(POSITION.map((name) => `play.${name}` as const)).as('found')
    const rows = await db
      .selectFrom(shown)
      .innerJoin('journal_record', (join) =>
        join
          .onRef('journal_record.device_id', '=', 'found.device_id')
          .onRef('journal_record.epoch', '=', 'found.epoch')
          .onRef('journal_record.seq', '=', 'found.seq'),
      )
      .select([...RECORD, 'found.planned_start_at'])
      .orderBy('found.planned_start_at', order)
      .orderBy('found.device_id', order)
      .orderBy('found.epoch', order)
      .orderBy('found.seq', order)
      .execute()
    const last = rows[limit - 1]
    const next =
      rows.length > limit && last
        ? encode({
            at: last.planned_start_at,
            deviceId: last.device_id,
            epoch: last.epoch,
            seq: last.seq,
          })
        : null
    return { items: rows.slice(0, limit).map((row) => toPlayLogEntry(row, null)), next }
  }

  return {
    /** How many plays of some themes were completed on the devices of each area. [from, to) */
    async completedByTheme(
      themeIds: readonly ThemeId[],
      from: EpochMs,
      to: EpochMs,
    ): Promise<{ areaId: AreaId; deviceId: DeviceId; themeId: ThemeId; plays: number }[]> {
      const rows = await db
        .selectFrom('play')
        .innerJoin('play_theme', (join) =>
          join
            .onRef('play_theme.device_id', '=', 'play.device_id')
            .onRef('play_theme.epoch', '=', 'play.epoch')
            .onRef('play_theme.seq', '=', 'play.seq'),
        )
        .select(['play.area_id', 'play.device_id', 'play_theme.theme_id'])
        .select((eb) => eb.fn.countAll<number>().as('plays'))
        .where('play.planned_start_at', '>=', from)
        .where('play.planned_start_at', '<', to)
        .where('play.outcome', '=', 'completed')
        .where('play_theme.theme_id', 'in', [...themeIds, ''])
        .groupBy(['play.area_id', 'play.device_id', 'play_theme.theme_id'])
        .execute()
      return rows.map((row) => ({
        areaId: row.area_id as AreaId,
        deviceId: row.device_id as DeviceId,
        themeId: row.theme_id as ThemeId,
        plays: Number(row.plays),
      }))
    },

    /** @returns a page, newest first; the total with the first page, null where counting takes too long */
    async page(
      filter: PlayQuery,
      cursor: string | undefined,
      limit: number,
    ): Promise<Page<PlayLogEntry>> {
      const narrowing = await narrowingOf(filter)
      const page = await read(filter, narrowing, cursor, limit)
      const { known, texts } = narrowing
      if (cursor !== undefined && decode(cursor)) return { ...page, total: null }
      const isExact =
        known !== undefined && filter.outcome !== 'partial' && filter.outcome !== 'interrupted'
      if (isExact) return { ...page, total: known }
      if (texts && texts.length > MOST_TEXTS) return { ...page, total: null }
      const some = narrowed(db, from(driverOf(filter)), filter, narrowing)
        .select('play.seq')
        .limit(MOST_COUNTED + 1)
      const { count } = await db
        .selectFrom(some.as('some'))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return { ...page, total: Number(count) > MOST_COUNTED ? null : Number(count) }
    },

    async get(deviceId: DeviceId, epoch: number, seq: number): Promise<PlayLogEntry | undefined> {
      const row = await db
        .selectFrom('play')
        .innerJoin('journal_record', (join) =>
          join
            .onRef('journal_record.device_id', '=', 'play.device_id')
            .onRef('journal_record.epoch', '=', 'play.epoch')
            .onRef('journal_record.seq', '=', 'play.seq'),
        )
        .select(RECORD)
        .where('play.device_id', '=', deviceId)
        .where('play.epoch', '=', epoch)
        .where('play.seq', '=', seq)
        .executeTakeFirst()
      return row && toPlayLogEntry(row, null)
    },

    /** How many different items each theme was heard or seen with. Goes through all plays of the time. */
    async assetsByTheme(filter: PlayQuery): Promise<Map<string, number>> {
      const rows = await narrowed(db, from('play_theme'), filter, NOTHING)
        .where('play.outcome', '<>', 'failed')
        .select('play_theme.theme_id')
        .select(sql<number>`COUNT(DISTINCT play.asset_sha256)`.as('count'))
        .groupBy('play_theme.theme_id')
        .execute()
      return new Map(rows.map((row) => [row.theme_id, Number(row.count)]))
    },

    /** All plays in the order of time, a page at a time: other work gets its turn in between. */
    async *all(
      filter: PlayQuery,
      order: 'asc' | 'desc' = 'desc',
      perPage = 500,
    ): AsyncGenerator<PlayLogEntry> {
      const narrowing = await narrowingOf(filter)
      let cursor: string | undefined
      do {
        const { items, next } = await read(filter, narrowing, cursor, perPage, order)
        yield* items
        cursor = next ?? undefined
        await new Promise((resolve) => setImmediate(resolve))
      } while (cursor !== undefined)
    },
  }
}

const NOTHING: Narrowing = { areaIds: undefined, texts: undefined, known: undefined }

export type Plays = ReturnType<typeof createPlays>
