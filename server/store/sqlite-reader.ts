import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  type CompiledQuery,
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
import type { ReadAnswer, ReadOrder } from './sqlite-reader-thread.ts'

type Waiting = { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }

const THREAD = join(import.meta.dirname, 'sqlite-reader-thread.ts')

/** One thread that answers reads in the order in which they are asked. */
class ReaderConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #count = 0

  constructor(path: string) {
    this.#worker = new Worker(THREAD, { workerData: path })
    this.#worker.unref()
    this.#worker.on('message', ({ id, rows, failure }: ReadAnswer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (rows) waiting?.resolve(rows)
      else waiting?.reject(new Error(failure))
    })
    this.#worker.on('error', (error) => this.#fail(error as Error))
    this.#worker.on('exit', () => this.#fail(new Error('the reading thread has ended')))
  }

  #fail(error: Error) {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const id = ++this.#count
    const rows = await new Promise<unknown[]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, sql, parameters } satisfies ReadOrder)
    })
    return { rows: rows as Row[] }
  }

  // biome-ignore lint/correctness/useYield: what is long is read in pages, never as one stream
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('the reading thread answers whole pages')
  }

  end = () => this.#worker.terminate()
}

const driverOf = (path: string): Driver => {
  const no = async () => {
    throw new Error('the reading thread only reads')
  }
  let connection: ReaderConnection | undefined
  return {
    async init() {
      connection = new ReaderConnection(path)
    },
    acquireConnection: async () => connection as ReaderConnection,
    beginTransaction: no,
    commitTransaction: no,
    rollbackTransaction: no,
    async releaseConnection() {},
    async destroy() {
      await connection?.end()
    },
  }
}

/**
 * Reads a SQLite file on a thread of its own: better-sqlite3 keeps its caller waiting, and on the
 * main thread that would be every device. It sees what was committed when a query begins.
 */
export const openSqliteReader = (path: string): Kysely<Schema> => {
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverOf(path),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<Schema>({ dialect })
}
