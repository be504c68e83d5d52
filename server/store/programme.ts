import type { Transaction } from 'kysely'
import { v7 as uuid } from 'uuid'
import type {
  EpochMs,
  Playlist,
  PlaylistId,
  PlaylistInput,
  Schedule,
  ScheduleId,
  ScheduleInput,
} from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/** What operators edit: the draft. Devices see it only once it has been published. */
export type Draft = { playlists: Playlist[]; schedules: Schedule[] }

const toPlaylist = (row: Schema['playlist']): Playlist => ({
  id: row.id as PlaylistId,
  name: row.name,
  areaId: row.area_id as Playlist['areaId'],
  channel: row.channel as Playlist['channel'],
  items: JSON.parse(row.items) as Playlist['items'],
})

const toSchedule = (row: Schema['schedule']): Schedule => ({
  id: row.id as ScheduleId,
  name: row.name,
  areaId: row.area_id as Schedule['areaId'],
  playlistId: row.playlist_id as PlaylistId,
  audience: JSON.parse(row.audience) as Schedule['audience'],
  time: JSON.parse(row.time) as Schedule['time'],
  priority: row.priority as Schedule['priority'],
  fill: row.fill as Schedule['fill'],
  volume: row.volume,
})

const playlistValues = (input: PlaylistInput) => ({
  name: input.name,
  area_id: input.areaId,
  channel: input.channel,
  items: JSON.stringify(input.items),
})

const scheduleValues = (input: ScheduleInput) => ({
  name: input.name,
  area_id: input.areaId,
  playlist_id: input.playlistId,
  audience: JSON.stringify(input.audience),
  time: JSON.stringify(input.time),
  priority: input.priority,
  fill: input.fill,
  volume: input.volume,
})

const readDraft = async (db: Database | Transaction<Schema>): Promise<Draft> => {
  const playlists = await db.selectFrom('playlist').selectAll().orderBy('id').execute()
  const schedules = await db.selectFrom('schedule').selectAll().orderBy('id').execute()
  return { playlists: playlists.map(toPlaylist), schedules: schedules.map(toSchedule) }
}

export type Publication = { number: number; at: EpochMs; by: string }

export const createProgramme = (db: Database) => ({
  draft: () => readDraft(db),

  async addPlaylist(input: PlaylistInput, at: EpochMs): Promise<Playlist> {
    const id = uuid() as PlaylistId
    await db
      .insertInto('playlist')
      .values({ id, created_at: at, ...playlistValues(input) })
      .execute()
    return { id, ...input }
  },

  /** @returns false where there is no such playlist */
  async replacePlaylist(id: PlaylistId, input: PlaylistInput): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('playlist')
      .set(playlistValues(input))
      .where('id', '=', id)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  async removePlaylist(id: PlaylistId): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('playlist')
      .where('id', '=', id)
      .executeTakeFirst()
    return numDeletedRows > 0n
  },

  async addSchedule(input: ScheduleInput, at: EpochMs): Promise<Schedule> {
    const id = uuid() as ScheduleId
    await db
      .insertInto('schedule')
      .values({ id, created_at: at, ...scheduleValues(input) })
      .execute()
    return { id, ...input }
  },

  async replaceSchedule(id: ScheduleId, input: ScheduleInput): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('schedule')
      .set(scheduleValues(input))
      .where('id', '=', id)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  async removeSchedule(id: ScheduleId): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('schedule')
      .where('id', '=', id)
      .executeTakeFirst()
    return numDeletedRows > 0n
  },

  /** Freezes the draft as the next publication. */
  async publish(by: string, at: EpochMs): Promise<Publication> {
    return db.transaction().execute(async (tx) => {
      const draft = await readDraft(tx)
      const last = await tx
        .selectFrom('publication')
        .select((eb) => eb.fn.max('number').as('number'))
        .executeTakeFirst()
      const number = (last?.number ?? 0) + 1
      await tx
        .insertInto('publication')
        .values({ number, at, by, content: JSON.stringify(draft) })
        .execute()
      return { number, at, by }
    })
  },

  /** What is published now. */
  async published(): Promise<(Publication & { draft: Draft }) | undefined> {
    const row = await db
      .selectFrom('publication')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!row) return undefined
    const { number, at, by, content } = row
    return { number, at, by, draft: JSON.parse(content) as Draft }
  },
})

export type ProgrammeStore = ReturnType<typeof createProgramme>
