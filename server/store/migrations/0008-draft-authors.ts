import type { Kysely } from 'kysely'

/** Who wrote which version of what is edited: what is live is published by somebody else. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('draft_author')
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('draft_author_pk', ['what', 'id', 'version'])
    .execute()
}
