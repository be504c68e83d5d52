import { join } from 'node:path'
import pino from 'pino'
import { createArchiveMonths } from '../../server/jobs/archive-months.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'

/**
 * The archive job of a server.
 * @param keptMonths whole months that stay in the database
 * @returns months that were archived now
 */
export const archiveMonths = async (
  folder: string,
  now: number,
  keptMonths: number,
): Promise<string[]> => {
  const { db, close } = await openSqlite(folder)
  const job = createArchiveMonths({
    isClockRight: () => true,
    store: createStore(db),
    database: { folder },
    keys: join(folder, 'keys'),
    folder: join(folder, 'archives'),
    timeZone: 'Asia/Ho_Chi_Minh',
    keptMonths,
    log: pino({ level: 'silent' }),
    now: () => now,
  })
  return job.run().finally(close)
}

/** `node archive-runner.ts FOLDER NOW MONTHS`: as a process of its own, for a test to kill. */
if (import.meta.main) {
  const [folder = '', now = '0', months = '0'] = process.argv.slice(2)
  await archiveMonths(folder, Number(now), Number(months))
}
