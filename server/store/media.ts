import type { Rendition, Sha256 } from '#protocol'
import type { Database } from './open-database.ts'

type MediaRow = Pick<Rendition, 'sha256' | 'mime' | 'bytes'>

export const createMedia = (db: Database) => ({
  /** Lets devices and the panel fetch stored bytes. */
  async offerMedia({ sha256, mime, bytes }: MediaRow): Promise<void> {
    await db
      .insertInto('media')
      .values({ sha256, mime, bytes })
      .onConflict((c) => c.doNothing())
      .execute()
  },

  async media(sha256: Sha256): Promise<{ mime: string; bytes: number } | undefined> {
    return db
      .selectFrom('media')
      .select(['mime', 'bytes'])
      .where('sha256', '=', sha256)
      .executeTakeFirst()
  },
})
