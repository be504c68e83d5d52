import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { AppError } from '#protocol'
import { up as initial } from './migrations/0001-initial.ts'
import { up as reporting } from './migrations/0002-reporting.ts'
import { up as eventsByKind } from './migrations/0003-events-by-kind.ts'
import { up as ingestAttempts } from './migrations/0004-ingest-attempts.ts'
import { up as keptApart } from './migrations/0005-kept-apart.ts'
import { up as draftAuthors } from './migrations/0008-draft-authors.ts'
import type { Schema } from './schema.ts'
import { sqliteOnThread } from './sqlite-on-thread.ts'

export type Database = Kysely<Schema>
export type Engine = 'sqlite' | 'postgres'
export type OpenDatabase = {
  db: Database
  /** The same data for what takes long to read: the thread that serves devices does not wait for it. */
  reading: Database
  engine: Engine
  close: () => Promise<void>
}

const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': { up: initial },
  '0002-reporting': { up: reporting },
  '0003-events-by-kind': { up: eventsByKind },
  '0004-ingest-attempts': { up: ingestAttempts },
  '0005-kept-apart': { up: keptApart },
  '0008-draft-authors': { up: draftAuthors },
}

/** A WAL that is reset by two connections at once can be corrupted before this version. */
const OLDEST_SQLITE = [3, 51, 3]

// Counts and milliseconds come as 64-bit integers, which fit a double; never as strings.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const migrate = async (db: Database): Promise<void> => {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

const isOlder = (version: string): boolean => {
  const parts = version.split('.').map(Number)
  for (const [index, needed] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0
    if (part !== needed) return part < needed
  }
  return false
}

/**
 * The embedded default: one file in a folder that this process holds (claim-folder.ts), one writer.
 * Every commit is on disk when it returns.
 */
export const openSqlite = async (folder: string): Promise<OpenDatabase> => {
  const path = join(folder, 'loabang.db')
  const db = sqliteOnThread(path, 'write')
  const ask = async (pragma: string) =>
    Object.values((await sql.raw(pragma).execute(db)).rows[0] ?? {})[0]
  try {
    const version = String(await ask('SELECT sqlite_version()'))
    if (isOlder(version))
      throw new Error(`SQLite ${version} can corrupt a WAL; ${OLDEST_SQLITE.join('.')} is needed`)
    await migrate(db)
    // The switch to WAL lets a build's own default win at the first write: asked after one, not before.
    await ask('PRAGMA user_version = 1')
    if ((await ask('PRAGMA synchronous')) !== 2)
      throw new Error('SQLite does not run with synchronous=FULL')
  } catch (error) {
    await db.destroy()
    throw error
  }
  const reading = sqliteOnThread(path, 'read')
  return {
    db,
    reading,
    engine: 'sqlite',
    async close() {
      await reading.destroy()
      await db.destroy()
    },
  }
}

/** @throws AppError database-unreachable */
export const openPostgres = async (url: string): Promise<OpenDatabase> => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // An idle connection that breaks is replaced by the pool; without a listener it would end us.
  pool.on('error', () => {})
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db)
  } catch (cause) {
    await db.destroy()
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('database-unreachable', { detail }, { cause })
  }
  return { db, reading: db, engine: 'postgres', close: () => db.destroy() }
}
