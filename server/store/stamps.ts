import type { Transaction } from 'kysely'
import type { Database } from './open-database.ts'
import type { Schema } from './schema.ts'

/** Nouns that are kept in memory between requests. */
export type StampedNoun = 'area' | 'asset' | 'device' | 'draft' | 'publication'
export type Stamps = Readonly<Record<StampedNoun, number>>

const NONE: Stamps = { area: 0, asset: 0, device: 0, draft: 0, publication: 0 }

/**
 * Says that rows of a noun change in this transaction. Who raises the same stamp waits until it has
 * ended: changes of one noun happen one after another, on both engines.
 * @returns the new stamp
 */
export const raiseStamp = async (tx: Transaction<Schema>, noun: StampedNoun): Promise<number> => {
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
