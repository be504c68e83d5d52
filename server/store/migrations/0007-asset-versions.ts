import type { Kysely } from 'kysely'

/** Assets and letterheads count their edits; an asset says who edited it last. */
export const up = async ({ schema }: Kysely<unknown>): Promise<void> => {
  for (const table of ['asset', 'letterhead'])
    await schema
      .alterTable(table)
      .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
      .execute()
  await schema.alterTable('asset').addColumn('edited_by', 'text').execute()
}
