import { AppError, type ErrorCode } from '#protocol'
import { makeReport } from '../reports/make.ts'
import type { ReportContext } from '../reports/sheet.ts'
import { openForReading } from '../store/open-for-reading.ts'
import { createStore } from '../store/store.ts'

/** Makes one report, in a process of its own: nothing that it does makes a device wait. */

export type ReportOrder = Omit<ReportContext, 'store'> & {
  database: { folder: string } | { url: string }
  path: string
  publicUrl: string
  chromium: string | undefined
}
export type ReportWord =
  | { type: 'progress'; share: number }
  | { type: 'done'; bytes: number; sha256: string }
  | { type: 'failed'; code: ErrorCode; detail: string }

const tell = (word: ReportWord): Promise<void> =>
  new Promise((resolve) => (process.send ? process.send(word, () => resolve()) : resolve()))

process.once('message', async ({ database, path, publicUrl, chromium, ...asked }: ReportOrder) => {
  const { db, close } = openForReading(database)
  try {
    const store = createStore(db, asked.timeZone)
    const onProgress = (share: number) => void tell({ type: 'progress', share })
    const made = await makeReport({ ...asked, store }, { path, publicUrl, chromium, onProgress })
    await tell({ type: 'done', ...made })
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal'
    const cause = error instanceof AppError && error.cause instanceof Error ? error.cause : error
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    await tell({ type: 'failed', code, detail })
  } finally {
    await close()
    process.exit()
  }
})
// Whoever asked for it is gone: nobody would get what is made.
process.once('disconnect', () => process.exit())
