import { join } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { AppError } from '#protocol'
import { keepSqlite } from './keep-sqlite.ts'
import { migrate, type Upgrade } from './migrate.ts'
import type { Schema } from './schema.ts'
import { sqliteOnThread } from './sqlite-on-thread.ts'

export type Database = Kysely<Schema>
export type Engine = 'sqlite' | 'postgres'
export type OpenDatabase = {
  db: Database
  /** The same data for what takes long to read: the thread that serves devices does not wait for it. */
  reading: Database
  engine: Engine
  /** Nothing was in it before it was opened. */
  wasEmpty: boolean
  close: () => Promise<void>
}

/** A WAL that is reset by two connections at once can be corrupted before this version. */
const OLDEST_SQLITE = [3, 51, 3]

// Counts and milliseconds come as 64-bit integers, which fit a double; never as strings.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

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
export const openSqlite = async (
  folder: string,
  { log }: Pick<Upgrade, 'log'> = {},
): Promise<OpenDatabase> => {
  const path = join(folder, 'loabang.db')
  const db = sqliteOnThread(path, 'write')
  const ask = async (pragma: string) =>
    Object.values((await sql.raw(pragma).execute(db)).rows[0] ?? {})[0]
  let wasEmpty: boolean
  try {
    const version = String(await ask('SELECT sqlite_version()'))
    if (isOlder(version))
      throw new Error(`SQLite ${version} can corrupt a WAL; ${OLDEST_SQLITE.join('.')} is needed`)
    const keep = (next: string) => keepSqlite(path, next)
    ;({ wasEmpty } = await migrate(db, { ...(log && { log }), keep }))
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
    wasEmpty,
    async close() {
      await reading.destroy()
      await db.destroy()
    },
  }
}

/** @throws AppError database-unreachable, database-newer */
export const openPostgres = async (
  url: string,
  { log }: Pick<Upgrade, 'log'> = {},
): Promise<OpenDatabase> => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // An idle connection that breaks is replaced by the pool; without a listener it would end us.
  pool.on('error', () => {})
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) })
  let wasEmpty: boolean
  try {
    ;({ wasEmpty } = await migrate(db, { ...(log && { log }) }))
  } catch (cause) {
    await db.destroy()
    if (cause instanceof AppError) throw cause
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('database-unreachable', { detail }, { cause })
  }
  return { db, reading: db, engine: 'postgres', wasEmpty, close: () => db.destroy() }
}
