import type { CompiledQuery, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** Rows of one statement. Few sizes, so that statements are the same ones again and again. */
const SIZES = [100, 10, 1] as const

type Composed = { query: CompiledQuery; columns: readonly string[] }

const composed = new Map<string, Composed>()

const compose = (
  tx: Transaction<Schema>,
  table: keyof Schema,
  rows: readonly object[],
): Composed => {
  // The two engines write parameters differently.
  const key = `${tx.getExecutor().adapter.constructor.name} ${table} ${rows.length}`
  const known = composed.get(key)
  if (known) return known
  const columns = Object.keys(rows[0] ?? {})
  const fresh = {
    query: tx
      .insertInto(table)
      .values(rows as never)
      .compile(),
    columns,
  }
  composed.set(key, fresh)
  return fresh
}

/**
 * Inserts rows that all have the same columns. What is inserted by the thousand goes through
 * statements that are composed once; only their values change.
 */
export const insertMany = async <Table extends keyof Schema>(
  tx: Transaction<Schema>,
  table: Table,
  rows: readonly Schema[Table][],
): Promise<void> => {
  let at = 0
  for (const size of SIZES) {
    for (; rows.length - at >= size; at += size) {
      const some = rows.slice(at, at + size) as readonly Record<string, unknown>[]
      const { query, columns } = compose(tx, table, some)
      const parameters = some.flatMap((row) => columns.map((column) => row[column]))
      await tx.executeQuery({ ...query, parameters })
    }
  }
}
