import { parentPort, workerData } from 'node:worker_threads'
import BetterSqlite3 from 'better-sqlite3'

/** Runs what only reads, on a connection and a thread of its own. */

export type ReadOrder = { id: number; sql: string; parameters: readonly unknown[] }
export type ReadAnswer = { id: number; rows?: unknown[]; failure?: string }

const database = new BetterSqlite3(workerData as string, { readonly: true })
database.pragma('busy_timeout = 5000')
database.pragma('cache_size = -65536')
database.pragma('mmap_size = 1073741824')
const statements = new Map<string, BetterSqlite3.Statement>()
const MOST_STATEMENTS = 200

const prepared = (sql: string): BetterSqlite3.Statement => {
  const known = statements.get(sql)
  if (known) return known
  if (statements.size >= MOST_STATEMENTS) statements.clear()
  const statement = database.prepare(sql)
  statements.set(sql, statement)
  return statement
}

parentPort?.on('message', ({ id, sql, parameters }: ReadOrder) => {
  let answer: ReadAnswer
  try {
    answer = { id, rows: prepared(sql).all(...parameters) }
  } catch (error) {
    answer = { id, failure: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
