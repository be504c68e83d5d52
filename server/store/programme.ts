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
  Version,
} from '#protocol'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/** What operators edit: the draft. Devices see it only once it has been published. */
export type Draft = { playlists: Playlist[]; schedules: Schedule[] }

const toPlaylist = ({ id, version, body }: Schema['playlist']): Playlist => ({
  id: id as PlaylistId,
  version,
  ...(JSON.parse(body) as PlaylistInput),
})

const toSchedule = ({ id, version, body }: Schema['schedule']): Schedule => ({
  id: id as ScheduleId,
  version,
  ...(JSON.parse(body) as ScheduleInput),
})

const playlistValues = (input: PlaylistInput) => ({
  area_id: input.areaId,
  body: JSON.stringify(input),
})

const scheduleValues = (input: ScheduleInput) => ({
  area_id: input.areaId,
  playlist_id: input.playlistId,
  body: JSON.stringify(input),
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
      .values({ id, version: 1, created_at: at, ...playlistValues(input) })
      .execute()
    return { id, version: 1, ...input }
  },

  /**
   * Replaces what was read as `version`. @returns the new one, or undefined where somebody else has
   * changed or deleted it meanwhile
   */
  async replacePlaylist(
    id: PlaylistId,
    version: Version,
    input: PlaylistInput,
  ): Promise<Playlist | undefined> {
    const { numUpdatedRows } = await db
      .updateTable('playlist')
      .set({ version: version + 1, ...playlistValues(input) })
      .where('id', '=', id)
      .where('version', '=', version)
      .executeTakeFirst()
    return numUpdatedRows > 0n ? { id, version: version + 1, ...input } : undefined
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
      .values({ id, version: 1, created_at: at, ...scheduleValues(input) })
      .execute()
    return { id, version: 1, ...input }
  },

  /**
   * Replaces what was read as `version`. @returns the new one, or undefined where somebody else has
   * changed or deleted it meanwhile
   */
  async replaceSchedule(
    id: ScheduleId,
    version: Version,
    input: ScheduleInput,
  ): Promise<Schedule | undefined> {
    const { numUpdatedRows } = await db
      .updateTable('schedule')
      .set({ version: version + 1, ...scheduleValues(input) })
      .where('id', '=', id)
      .where('version', '=', version)
      .executeTakeFirst()
    return numUpdatedRows > 0n ? { id, version: version + 1, ...input } : undefined
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
