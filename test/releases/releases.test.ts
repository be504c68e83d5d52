import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MIGRATIONS } from '../../server/store/migrate.ts'
import { type Database, openPostgres, openSqlite } from '../../server/store/open-database.ts'
import { sqliteOnThread } from '../../server/store/sqlite-on-thread.ts'
import { createStore } from '../../server/store/store.ts'
import { newPostgresUrl } from '../support/engines.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { hashesOfMigrations, type Release, releases } from './release.ts'

test('there is a stored release, and no migration of one was changed since', () => {
  const now = hashesOfMigrations()
  expect(releases().length).toBeGreaterThan(0)
  for (const { version, files } of releases())
    for (const [name, hash] of Object.entries(files))
      expect(now[name], `${version}: ${name}`).toBe(hash)
})

/** The database as that version left it. */
const fill = async (db: Database, { last, rows }: Release, before: string): Promise<void> => {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await migrator.migrateTo(last)
  if (error) throw error
  await db.connection().execute(async (one) => {
    // Rows are written in the order of their tables' names, not of what they refer to.
    await sql.raw(before).execute(one)
    const tables = one.withTables<Record<string, Record<string, string | number | null>>>()
    for (const [name, held] of Object.entries(rows)) {
      // Migrations put rows of their own into some.
      await tables.deleteFrom(name).execute()
      for (const row of held) await tables.insertInto(name).values(row).execute()
    }
  })
}

const ENGINES = {
  async sqlite(release: Release) {
    const folder = tempFolder()
    const db = sqliteOnThread(join(folder, 'loabang.db'), 'write')
    await fill(db, release, 'PRAGMA foreign_keys = OFF')
    await db.destroy()
    return openSqlite(folder)
  },
  async postgres(release: Release) {
    const url = await newPostgresUrl()
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) })
    await fill(db, release, 'SET session_replication_role = replica')
    await db.destroy()
    return openPostgres(url)
  },
}

describe.each(Object.entries(ENGINES))('a stored release on %s', (_engine, open) => {
  test.each(releases().map((release) => [release.version, release] as const))(
    'of %s is brought to this version, and all that lay in it is there',
    async (_version, release) => {
      const { db, close } = await open(release)
      onTestFinished(close)
      const store = createStore(db)
      expect(await store.areas.list()).toHaveLength(release.rows.area?.length ?? 0)
      const devices = await store.devices.list()
      expect(devices.map(({ name }) => name)).toEqual(release.rows.device?.map(({ name }) => name))
      expect(devices.length).toBeGreaterThan(0)
    },
  )
})
