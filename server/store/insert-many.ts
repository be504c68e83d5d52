import type { CompiledQuery, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** Rows of one statement. Few sizes, so that statements are the same ones again and again. */
const SIZES = [100, 10, 1] as const

const compiled = new Map<string, CompiledQuery>()

/**
 * Inserts many rows, whose columns all stand in the same order. What is inserted by the thousand goes
 * through statements that are composed once; only their values change.
 */
export const insertMany = async <Table extends keyof Schema & string>(
  tx: Transaction<Schema>,
  table: Table,
  rows: readonly Schema[Table][],
): Promise<void> => {
  let at = 0
  for (const size of SIZES) {
    for (; rows.length - at >= size; at += size) {
      const some = rows.slice(at, at + size)
      // The two engines write parameters differently.
      const key = `${tx.getExecutor().adapter.constructor.name} ${table} ${size}`
      const query =
        compiled.get(key) ??
        tx
          .insertInto(table)
          .values(some as never)
          .compile()
      compiled.set(key, query)
      await tx.executeQuery({ ...query, parameters: some.flatMap((row) => Object.values(row)) })
    }
  }
}
