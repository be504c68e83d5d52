import { parentPort, workerData } from 'node:worker_threads'
import BetterSqlite3 from 'better-sqlite3'

/** One connection to a SQLite file, on a thread of its own; it runs what it is sent, in that order. */

export type Access = 'read' | 'write'
export type SqliteThreadData = { path: string; access: Access }
export type SqliteOrder = { id: number; sql: string; parameters: readonly unknown[] } | 'close'
export type SqliteAnswer =
  | { id: number; rows: unknown[] }
  | { id: number; rows: []; changes: number; insertId: number }
  | { id: number; failure: string; code: string | undefined }

/** Statements that are kept compiled: SQLite needs as long to compile an insert as to run it. */
const KEPT_STATEMENTS = 200

const { path, access } = workerData as SqliteThreadData
const database = new BetterSqlite3(path, { readonly: access === 'read' })
database.pragma('busy_timeout = 5000')
if (access === 'write') {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
} else {
  database.pragma('cache_size = -65536')
  database.pragma('mmap_size = 1073741824')
}

const kept = new Map<string, BetterSqlite3.Statement>()

const prepared = (sql: string): BetterSqlite3.Statement => {
  const statement = kept.get(sql) ?? database.prepare(sql)
  kept.delete(sql)
  kept.set(sql, statement)
  const [oldest] = kept.keys()
  if (kept.size > KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest)
  return statement
}

const run = (id: number, sql: string, parameters: readonly unknown[]): SqliteAnswer => {
  try {
    const statement = prepared(sql)
    if (statement.reader) return { id, rows: statement.all(...parameters) }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { id, rows: [], changes, insertId: Number(lastInsertRowid) }
  } catch (error) {
    const { message, code } = error as Error & { code?: string }
    return { id, failure: message, code }
  }
}

parentPort?.on('message', (order: SqliteOrder) => {
  if (order !== 'close') return parentPort?.postMessage(run(order.id, order.sql, order.parameters))
  database.close()
  return parentPort?.close()
})
