import type { SelectQueryBuilder } from 'kysely'
import {
  type AreaId,
  type DeviceId,
  type EpochMs,
  JournalRecord,
  type Page,
  type PlayFilter,
  type PlayLogEntry,
  type ThemeId,
} from '#protocol'
import { below, type Scope } from './areas.ts'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'
import { searchPatterns } from './search-text.ts'

/** A filter with its days turned into instants: [from, to). */
export type PlayQuery = Omit<PlayFilter, 'from' | 'to'> & {
  from?: EpochMs | undefined
  to?: EpochMs | undefined
  scope: Scope
}

/** Position of a play in the log, newest first. */
type Cursor = { at: EpochMs; deviceId: string; epoch: number; seq: number }

const encode = (cursor: Cursor): string =>
  [cursor.at, cursor.deviceId, cursor.epoch, cursor.seq].join('~')

const decode = (text: string): Cursor | undefined => {
  const [at, deviceId, epoch, seq] = text.split('~')
  if (!deviceId || [at, epoch, seq].some((part) => !/^\d+$/.test(part ?? ''))) return undefined
  return { at: Number(at), deviceId, epoch: Number(epoch), seq: Number(seq) }
}

type Query<Row> = SelectQueryBuilder<Schema, 'play', Row>

const narrowed = <Row>(db: Database, query: Query<Row>, filter: PlayQuery): Query<Row> => {
  let q = query
  if (filter.from !== undefined) q = q.where('play.planned_start_at', '>=', filter.from)
  if (filter.to !== undefined) q = q.where('play.planned_start_at', '<', filter.to)
  if (filter.scope !== 'everywhere') q = q.where('play.area_id', 'in', below(db, filter.scope))
  if (filter.areaId) q = q.where('play.area_id', 'in', below(db, [filter.areaId]))
  if (filter.deviceId) q = q.where('play.device_id', '=', filter.deviceId)
  if (filter.channel) q = q.where('play.channel', '=', filter.channel)
  if (filter.outcome) q = q.where('play.outcome', '=', filter.outcome)
  if (filter.themeId) {
    const themeId = filter.themeId
    q = q.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('play_theme')
          .select('play_theme.seq')
          .whereRef('play_theme.device_id', '=', 'play.device_id')
          .whereRef('play_theme.epoch', '=', 'play.epoch')
          .whereRef('play_theme.seq', '=', 'play.seq')
          .where('play_theme.theme_id', '=', themeId),
      ),
    )
  }
  for (const pattern of searchPatterns(filter.search)) q = q.where('play.search', 'like', pattern)
  return q
}

const after = <Row>(query: Query<Row>, { at, deviceId, epoch, seq }: Cursor): Query<Row> =>
  query.where((eb) =>
    eb.or([
      eb('play.planned_start_at', '<', at),
      eb.and([
        eb('play.planned_start_at', '=', at),
        eb.or([
          eb('play.device_id', '<', deviceId),
          eb.and([
            eb('play.device_id', '=', deviceId),
            eb.or([
              eb('play.epoch', '<', epoch),
              eb.and([eb('play.epoch', '=', epoch), eb('play.seq', '<', seq)]),
            ]),
          ]),
        ]),
      ]),
    ]),
  )

export const createPlays = (db: Database) => {
  const page = async (
    filter: PlayQuery,
    cursor: string | undefined,
    limit: number,
  ): Promise<Omit<Page<PlayLogEntry>, 'total'>> => {
    let query = narrowed(db, db.selectFrom('play'), filter)
      .innerJoin('journal_record', (join) =>
        join
          .onRef('journal_record.device_id', '=', 'play.device_id')
          .onRef('journal_record.epoch', '=', 'play.epoch')
          .onRef('journal_record.seq', '=', 'play.seq'),
      )
      .select(['play.device_id', 'play.epoch', 'play.seq', 'play.planned_start_at'])
      .select(['journal_record.bytes', 'journal_record.received_at'])
      .orderBy('play.planned_start_at', 'desc')
      .orderBy('play.device_id', 'desc')
      .orderBy('play.epoch', 'desc')
      .orderBy('play.seq', 'desc')
      .limit(limit + 1)
    const position = cursor === undefined ? undefined : decode(cursor)
    if (position) query = after(query as never, position) as never
    const rows = await query.execute()
    const items = rows.slice(0, limit).map((row): PlayLogEntry => {
      const { event, clock } = JournalRecord.parse(JSON.parse(row.bytes))
      if (event.kind !== 'play') throw new Error('a play row points at a record that is no play')
      return {
        deviceId: row.device_id as DeviceId,
        epoch: row.epoch,
        seq: row.seq,
        receivedAt: row.received_at,
        clock,
        play: event.play,
      }
    })
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
    return { items, next }
  }

  return {
    page,

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

    async count(filter: PlayQuery): Promise<number> {
      const row = await narrowed(db, db.selectFrom('play'), filter)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return Number(row.count)
    },

    /** All plays, newest first, a page at a time: other work gets its turn in between. */
    async *all(filter: PlayQuery): AsyncGenerator<PlayLogEntry> {
      let cursor: string | undefined
      do {
        const { items, next } = await page(filter, cursor, 500)
        yield* items
        cursor = next ?? undefined
        await new Promise((resolve) => setImmediate(resolve))
      } while (cursor !== undefined)
    },
  }
}

export type Plays = ReturnType<typeof createPlays>
