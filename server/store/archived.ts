import type { DeviceId } from '#protocol'
import type { Database } from './open-database.ts'
import { TILE } from './tree-tiles.ts'

/** So many are removed in one commit: devices get their turn in between. */
const REMOVED_AT_ONCE = 1_000

const breathe = () => new Promise((resolve) => setImmediate(resolve))

/**
 * Takes records out of the database that lie in an archive. Their hashes, what the play log finds them
 * by, and all counts stay: late records still change a statement rightly.
 */
export const createArchived = (db: Database) => ({
  /**
   * Removes the records of a journal up to `to`, as far as they are in the archive and the tree does
   * not need them any more. The last two of the archive stay, so that the next one joins it.
   * @param run records [from, to) that an archive holds
   * @returns how many were removed
   */
  async remove(run: {
    deviceId: DeviceId
    epoch: number
    from: number
    to: number
  }): Promise<number> {
    const { deviceId, epoch } = run
    let removed = 0
    for (;;) {
      const count = await db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('journal')
          .select(['next', 'archived'])
          .where('device_id', '=', deviceId)
          .where('epoch', '=', epoch)
          .executeTakeFirst()
        // What lies before the archive and is in no archive keeps everything after it here.
        if (!row || run.from > row.archived) return 0
        const whole = Math.floor(row.next / TILE) * TILE
        const end = Math.min(run.to - 2, whole, row.archived + REMOVED_AT_ONCE)
        if (end <= row.archived) return 0
        await tx
          .deleteFrom('journal_record')
          .where('device_id', '=', deviceId)
          .where('epoch', '=', epoch)
          .where('seq', '>=', row.archived)
          .where('seq', '<', end)
          .execute()
        await tx
          .updateTable('journal')
          .set({ archived: end })
          .where('device_id', '=', deviceId)
          .where('epoch', '=', epoch)
          .execute()
        return end - row.archived
      })
      if (count === 0) return removed
      removed += count
      await breathe()
    }
  },
})

export type Archived = ReturnType<typeof createArchived>
