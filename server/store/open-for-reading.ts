import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'
import type { Database } from './open-database.ts'

/** Opens the database of a running server for a process that only reads: it migrates nothing. */
export const openForReading = (
  at: { folder: string } | { url: string },
): { db: Database; close: () => Promise<void> } => {
  if ('url' in at) {
    pg.types.setTypeParser(pg.types.builtins.INT8, Number)
    const pool = new pg.Pool({ connectionString: at.url, max: 2 })
    pool.on('error', () => {})
    const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) })
    return { db, close: () => db.destroy() }
  }
  const database = new BetterSqlite3(join(at.folder, 'loabang.db'), { readonly: true })
  database.pragma('busy_timeout = 5000')
  // What is read through once is not kept.
  database.pragma('cache_size = -4000')
  const db: Database = new Kysely({ dialect: new SqliteDialect({ database }) })
  return { db, close: () => db.destroy() }
}
