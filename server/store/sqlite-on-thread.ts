import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from './schema.ts'
import type { Access, SqliteAnswer, SqliteOrder, SqliteThreadData } from './sqlite-thread.ts'

type Waiting = { resolve: (answer: SqliteAnswer) => void; reject: (error: Error) => void }

const THREAD = join(import.meta.dirname, 'sqlite-thread.ts')

/** A connection that lives on its own thread and answers in the order in which it is asked. */
class ThreadConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #count = 0
  #failure: Error | undefined

  constructor(path: string, access: Access) {
    const workerData: SqliteThreadData = { path, access }
    this.#worker = new Worker(THREAD, { workerData })
    this.#worker.unref()
    this.#worker.on('message', (answer: SqliteAnswer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (this.#waiting.size === 0) this.#worker.unref()
      waiting?.resolve(answer)
    })
    this.#worker.on('error', (error) => this.#fail(error as Error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread of the database has ended')))
  }

  #fail(error: Error) {
    this.#failure ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
  }

  #ask(sql: string, parameters: readonly unknown[]): Promise<SqliteAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure)
      const id = ++this.#count
      // Whoever waits for an answer keeps the process; a thread that nobody asks does not.
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(id, { resolve, reject })
      return this.#worker.postMessage({ id, sql, parameters } satisfies SqliteOrder)
    })
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const answer = await this.#ask(sql, parameters)
    if ('failure' in answer)
      throw Object.assign(new Error(answer.failure), answer.code ? { code: answer.code } : {})
    const rows = answer.rows as Row[]
    if (!('changes' in answer)) return { rows }
    return {
      rows,
      numAffectedRows: BigInt(answer.changes),
      insertId: BigInt(answer.insertId),
    }
  }

  // biome-ignore lint/correctness/useYield: what is long is read in pages, never as one stream
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('the thread of the database answers whole pages')
  }

  /** What was asked before is answered before. */
  async close(): Promise<void> {
    if (this.#failure) return
    const ended = once(this.#worker, 'exit')
    this.#worker.ref()
    this.#worker.postMessage('close' satisfies SqliteOrder)
    await ended
  }
}

const driverOf = (path: string, access: Access): Driver => {
  let connection: ThreadConnection | undefined
  const run = async (sql: string) => {
    await connection?.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    async init() {
      connection = new ThreadConnection(path, access)
    },
    acquireConnection: async () => connection as ThreadConnection,
    // It is going to write: the lock is taken at once, not in the middle.
    beginTransaction: () => run(access === 'write' ? 'begin immediate' : 'begin'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () =>
      run('rollback').catch((error: Error) => {
        // On a full disk SQLite rolls back by itself; the caller is to hear of the disk, not of this.
        if (!error.message.includes('no transaction is active')) throw error
      }),
    async releaseConnection() {},
    async destroy() {
      await connection?.close()
    },
  }
}

/**
 * A SQLite file on a thread of its own: better-sqlite3 keeps its caller waiting, for a whole sync of
 * the disk where it commits, and on the main thread that would be every device.
 */
export const sqliteOnThread = (path: string, access: Access): Kysely<Schema> => {
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverOf(path, access),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<Schema>({ dialect })
}
