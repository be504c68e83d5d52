import type { Kysely } from 'kysely'

/** Plays kept apart say why; devices that exist twice are remembered. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const { schema } = db
  await schema
    .alterTable('unplanned_play')
    .addColumn('reason', 'text', (c) => c.notNull().defaultTo('unplanned'))
    .execute()
  await schema
    .createTable('device_twin')
    .addColumn('device_id', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('count', 'bigint', (c) => c.notNull())
    .execute()
}
