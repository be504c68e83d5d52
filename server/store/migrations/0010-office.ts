import type { Kysely } from 'kysely'

/** Which office a database belongs to, and with which keys; roots of days that a wrong clock made. */
export const up = async ({ schema }: Kysely<unknown>): Promise<void> => {
  await schema
    .createTable('office')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('made_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('ledger_key', 'text', (c) => c.notNull())
    .addColumn('signing_keyid', 'text', (c) => c.notNull())
    .addColumn('signing_version', 'integer', (c) => c.notNull())
    .execute()
  await schema
    .createTable('voided_day')
    .addColumn('date', 'text', (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('root', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('leaves', 'text', (c) => c.notNull())
    .addColumn('timestamp', 'text')
    .addColumn('made_at', 'bigint', (c) => c.notNull())
    .addColumn('voided_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('voided_day_pk', ['date', 'voided_at'])
    .execute()
}
