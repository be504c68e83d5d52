import { type SelectQueryBuilder, sql } from 'kysely'
import type { EpochMs, PlayFilter } from '#protocol'
import { below, type Scope } from './areas.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { searchPatterns } from './search-text.ts'

/** A filter with its days turned into instants: [from, to), both where a day begins. */
export type PlayQuery = Omit<PlayFilter, 'from' | 'to'> & {
  from?: EpochMs | undefined
  to?: EpochMs | undefined
  scope: Scope
}

/** Position of a play in the log, newest first. */
export type Cursor = { at: EpochMs; deviceId: string; epoch: number; seq: number }

export const encode = (cursor: Cursor): string =>
  [cursor.at, cursor.deviceId, cursor.epoch, cursor.seq].join('~')

export const decode = (text: string): Cursor | undefined => {
  const [at, deviceId, epoch, seq] = text.split('~')
  if (!deviceId || [at, epoch, seq].some((part) => !/^\d+$/.test(part ?? ''))) return undefined
  return { at: Number(at), deviceId, epoch: Number(epoch), seq: Number(seq) }
}

/** What a filter comes down to: lists of ids, and what the counters say of how much it lets through. */
export type Narrowing = {
  areaIds: string[] | undefined
  /** Keys of the texts that hold all words; undefined where nothing is searched for. */
  texts: string[] | undefined
  /** Plays that pass what the counters know of; undefined where they cannot say. */
  known: number | undefined
}

export type Tables = 'play' | 'play_theme'
export type Query<Row> = SelectQueryBuilder<Schema, Tables, Row>

/** With more texts than this one play in a few hundred fits: they are met soon on the way back in time. */
export const MOST_TEXTS = 2_000
/** So few plays are better found by area and sorted than met on the way back in time. */
const FEW = 5_000

export const driverOf = ({ themeId, deviceId }: PlayQuery): Tables =>
  themeId && !deviceId ? 'play_theme' : 'play'

export const narrowed = <Row>(
  db: Database,
  query: Query<Row>,
  filter: PlayQuery,
  { areaIds, texts, known }: Narrowing,
): Query<Row> => {
  const time = sql.ref<number>(`${driverOf(filter)}.planned_start_at`)
  let q = query
  if (filter.from !== undefined) q = q.where(time, '>=', filter.from)
  if (filter.to !== undefined) q = q.where(time, '<', filter.to)
  if (filter.scope !== 'everywhere') q = q.where('play.area_id', 'in', below(db, filter.scope))
  if (areaIds?.length === 1) q = q.where('play.area_id', '=', areaIds[0] as string)
  else if (areaIds) {
    // As an expression it keeps the order of time; as a column it makes the engine sort all of them.
    const area =
      (known ?? FEW) < FEW
        ? sql.ref<string>('play.area_id')
        : sql<string>`coalesce(play.area_id, '')`
    q = q.where(area, 'in', [...areaIds, ''])
  }
  if (filter.deviceId) q = q.where('play.device_id', '=', filter.deviceId)
  if (filter.channel) q = q.where('play.channel', '=', filter.channel)
  if (filter.outcome) q = q.where('play.outcome', '=', filter.outcome)
  if (filter.cause) q = q.where('play.cause', '=', filter.cause)
  if (filter.themeId && driverOf(filter) === 'play_theme') {
    q = q.where('play_theme.theme_id', '=', filter.themeId)
  } else if (filter.themeId) {
    const themeId = filter.themeId
    q = q.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('play_theme as theme')
          .select('theme.seq')
          .whereRef('theme.device_id', '=', 'play.device_id')
          .whereRef('theme.epoch', '=', 'play.epoch')
          .whereRef('theme.seq', '=', 'play.seq')
          .where('theme.theme_id', '=', themeId),
      ),
    )
  }
  if (texts && texts.length <= MOST_TEXTS) q = q.where('play.text_key', 'in', [...texts, ''])
  else if (texts) {
    q = q.where(({ eb, selectFrom }) =>
      eb(
        sql<string>`coalesce(play.text_key, '')`,
        'in',
        searched(selectFrom('play_text').select('key'), filter.search),
      ),
    )
  }
  return q
}

export const searched = <Row>(
  query: SelectQueryBuilder<Schema, 'play_text', Row>,
  search: string | undefined,
) =>
  searchPatterns(search).reduce((q, pattern) => q.where('play_text.search', 'like', pattern), query)

/** What lies behind a position, in the order in which the log is read. */
export const after = <Row>(
  query: Query<Row>,
  driver: Tables,
  { at, deviceId, epoch, seq }: Cursor,
  order: 'asc' | 'desc',
): Query<Row> => {
  const ref = (name: string) => sql.ref(`${driver}.${name}`)
  const is = sql.raw(order === 'asc' ? '>' : '<')
  return query.where(
    sql<boolean>`(${ref('planned_start_at')}, ${ref('device_id')}, ${ref('epoch')}, ${ref('seq')})
      ${is} (${at}, ${deviceId}, ${epoch}, ${seq})`,
  )
}
