import type { SchemaModule } from 'kysely'

/** What is edited, what is published, and how far it has come. */
export const addProgrammeTables = async (schema: SchemaModule): Promise<void> => {
  await schema
    .createTable('stamp')
    .addColumn('noun', 'text', (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .execute()
  await schema
    .createTable('draft')
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text')
    .addPrimaryKeyConstraint('draft_pk', ['what', 'id'])
    .execute()
  // Assets carry themes, also those of campaigns that nobody has published yet.
  await schema
    .createTable('theme')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('campaign_id', 'text', (c) => c.notNull())
    .execute()
  await schema
    .createTable('publication')
    .addColumn('number', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('changes', 'text', (c) => c.notNull())
    .addColumn('devices', 'integer', (c) => c.notNull())
    .addColumn('restored', 'integer')
    .execute()
  await schema
    .createTable('publication_device')
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('publication_device_pk', ['number', 'device_id'])
    .execute()
}
