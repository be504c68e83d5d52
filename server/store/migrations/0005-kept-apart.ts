import { type Kysely, sql } from 'kysely'
import { FIRST_DATE, LAST_DATE, LAST_INSTANT_MS } from '#protocol'

/** Plays that nobody planned have a table of their own; a day that cannot be reconciled says why. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const { schema } = db
  await schema
    .createTable('unplanned_play')
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'bigint', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('planned_start_at', 'bigint', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('unplanned_play_pk', ['device_id', 'epoch', 'seq'])
    .execute()
  await schema
    .createIndex('unplanned_play_time')
    .on('unplanned_play')
    .columns(['received_at', 'device_id', 'epoch', 'seq'])
    .execute()
  await schema.alterTable('day_statement').addColumn('failure', 'text').execute()

  // Taken before instants had a bound: no calendar holds them, and every list that met one ended
  // there. Their records stay in the journal.
  const isBeyond = sql`planned_start_at > ${sql.lit(LAST_INSTANT_MS)}`
  await sql`DELETE FROM play WHERE ${isBeyond}`.execute(db)
  await sql`DELETE FROM play_theme WHERE ${isBeyond}`.execute(db)
  await sql`DELETE FROM day_statement
    WHERE date < ${sql.lit(FIRST_DATE)} OR date > ${sql.lit(LAST_DATE)} OR length(date) <> 10`.execute(
    db,
  )
}
