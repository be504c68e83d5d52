import type { AssetId, Ingest } from '#protocol'
import type { Database } from './open-database.ts'

export const INGEST_BEGINS: Ingest = { step: 'inspect', progress: 0, failure: null }

/** How far the processing of files is, and how often it was begun. */
export const createIngestStates = (db: Database) => ({
  /** Assets whose ingest was not finished: those that were begun least often first, then the oldest. */
  async pendingIngests(): Promise<{ id: AssetId; attempts: number }[]> {
    const rows = await db
      .selectFrom('asset')
      .select(['id', 'ingest_attempts as attempts'])
      .where('pending', '=', 1)
      .orderBy('ingest_attempts')
      .orderBy('id')
      .execute()
    return rows.map(({ id, attempts }) => ({ id: id as AssetId, attempts }))
  },

  /**
   * Counts an attempt before it is made.
   * @returns how many there are now; undefined where there is nothing to do
   */
  async beginIngest(id: AssetId): Promise<number | undefined> {
    const row = await db
      .updateTable('asset')
      .set((eb) => ({ ingest_attempts: eb('ingest_attempts', '+', 1) }))
      .where('id', '=', id)
      .where('pending', '=', 1)
      .returning('ingest_attempts')
      .executeTakeFirst()
    return row?.ingest_attempts
  },

  /** An attempt that was ended for another reason than its file does not count. */
  async takeBackIngest(id: AssetId): Promise<void> {
    await db
      .updateTable('asset')
      .set((eb) => ({ ingest_attempts: eb('ingest_attempts', '-', 1) }))
      .where('id', '=', id)
      .where('ingest_attempts', '>', 0)
      .execute()
  },

  async failIngest(id: AssetId, ingest: Ingest): Promise<void> {
    await db
      .updateTable('asset')
      .set({ ingest: JSON.stringify(ingest), pending: 0 })
      .where('id', '=', id)
      .execute()
  },

  /**
   * Makes an asset that failed one to be processed, with no attempt counted.
   * @returns false where it did not fail
   */
  async reopenIngest(id: AssetId): Promise<boolean> {
    const row = await db
      .updateTable('asset')
      .set({ ingest: JSON.stringify(INGEST_BEGINS), ingest_attempts: 0, pending: 1 })
      .where('id', '=', id)
      .where('pending', '=', 0)
      .where('rendition', 'is', null)
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  },
})
