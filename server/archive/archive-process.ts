import { join } from 'node:path'
import type { TimeZone } from '#protocol'
import { loadLedgerKey } from '../evidence/ledger-key.ts'
import { openForReading } from '../store/open-for-reading.ts'
import { createStore } from '../store/store.ts'
import type { Month } from './months.ts'
import { type ArchivedRun, runsOf, verifyArchive, writeArchive } from './write-archive.ts'

/** Writes or checks one archive in a process of its own: nothing that it does makes a device wait. */

export type ArchiveOrder = {
  database: { folder: string } | { url: string }
  keys: string
  folder: string
  month: Month
  timeZone: TimeZone
  /** Write it; otherwise it is there, and is only checked again. */
  write: { isFirst: boolean } | null
}
export type ArchiveWord = { runs: ArchivedRun[] } | { failure: string }

const tell = (word: ArchiveWord): Promise<void> =>
  new Promise((resolve) => (process.send ? process.send(word, () => resolve()) : resolve()))

process.once('message', async (order: ArchiveOrder) => {
  const { db, close } = openForReading(order.database)
  try {
    const { folder, month, timeZone, write } = order
    const key = loadLedgerKey(order.keys)
    const store = createStore(db, timeZone)
    if (write)
      await writeArchive({ store, key, timeZone, now: Date.now }, folder, month, write.isFirst)
    else await verifyArchive(join(folder, month), key)
    await tell({ runs: await runsOf(join(folder, month)) })
  } catch (error) {
    await tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  } finally {
    await close()
    process.exit()
  }
})
// The server is gone: it begins anew when it is back.
process.once('disconnect', () => process.exit())
