import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { AppError } from '#protocol'
import { up as initial } from './migrations/0001-initial.ts'
import { up as reporting } from './migrations/0002-reporting.ts'
import type { Schema } from './schema.ts'
import { openSqliteReader } from './sqlite-reader.ts'

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

/** Statements that are kept compiled: SQLite needs as long to compile an insert as to run it. */
const KEPT_STATEMENTS = 100

/** The driver as Kysely uses it, which compiles every statement anew, with those that write kept. */
const keepingWrites = (database: BetterSqlite3.Database): SqliteDatabase => {
  const kept = new Map<string, BetterSqlite3.Statement>()
  return {
    close: () => database.close(),
    prepare(sql) {
      // What reads may be read in steps, and a statement can only be gone through once at a time.
      if (!/^(insert|update) /.test(sql)) return database.prepare(sql)
      const statement = kept.get(sql) ?? database.prepare(sql)
      kept.delete(sql)
      kept.set(sql, statement)
      const [oldest] = kept.keys()
      if (kept.size > KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest)
      return statement
    },
  }
}

/**
 * The embedded default: one file in a folder that this process holds (claim-folder.ts), one writer.
 * Every commit is on disk when it returns.
 */
export const openSqlite = async (folder: string): Promise<OpenDatabase> => {
  const path = join(folder, 'loabang.db')
  const database = new BetterSqlite3(path)
  const version = database.prepare('SELECT sqlite_version()').pluck().get() as string
  if (isOlder(version))
    throw new Error(`SQLite ${version} can corrupt a WAL; ${OLDEST_SQLITE.join('.')} is needed`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 5000')
  const db: Database = new Kysely({
    dialect: new SqliteDialect({ database: keepingWrites(database) }),
  })
  await migrate(db)
  // The switch to WAL lets a build's own default win at the first write: asked after one, not before.
  database.pragma('user_version = 1')
  if (database.pragma('synchronous', { simple: true }) !== 2)
    throw new Error('SQLite does not run with synchronous=FULL')
  const reading = openSqliteReader(path)
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
