import type { Kysely } from 'kysely'

/** How often the processing of a file was begun and neither finished nor taken back. */
export const up = (db: Kysely<unknown>): Promise<void> =>
  db.schema
    .alterTable('asset')
    .addColumn('ingest_attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
