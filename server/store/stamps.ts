import type { Transaction } from 'kysely'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/** Nouns that are kept in memory between requests. */
type StampedNoun = 'area' | 'asset' | 'device' | 'draft' | 'publication'
export type Stamps = Readonly<Record<StampedNoun, number>>

const NONE: Stamps = { area: 0, asset: 0, device: 0, draft: 0, publication: 0 }

/**
 * Claims a noun for this transaction, before it reads what it decides about: who claims or changes the
 * same noun waits until it has ended. The stamp itself is raised by triggers of the database as well,
 * by every statement that changes a row (migrations/0006-stamps-by-triggers.ts).
 * @returns the new stamp
 */
export const claimNoun = async (
  tx: Transaction<Schema>,
  noun: 'draft' | 'publication',
): Promise<number> => {
  const { value } = await tx
    .insertInto('stamp')
    .values({ noun, value: 1 })
    .onConflict((c) => c.column('noun').doUpdateSet((eb) => ({ value: eb('stamp.value', '+', 1) })))
    .returning('value')
    .executeTakeFirstOrThrow()
  return value
}

export const readStamps = async (db: Database): Promise<Stamps> => {
  const rows = await db.selectFrom('stamp').selectAll().execute()
  return { ...NONE, ...Object.fromEntries(rows.map(({ noun, value }) => [noun, value])) }
}
