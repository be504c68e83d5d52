import { existsSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { AppError } from '#protocol'
import { syncPath } from './contents.ts'

const PAGES_AT_ONCE = 2_000

/** @throws AppError backup-damaged */
export const checkSqlite = (database: BetterSqlite3.Database, file: string): void => {
  let found: unknown
  try {
    found = database.pragma('integrity_check(1)', { simple: true })
  } catch (cause) {
    throw new AppError('backup-damaged', { file, detail: String(cause) }, { cause })
  }
  if (found !== 'ok') throw new AppError('backup-damaged', { file, detail: String(found) })
}

/**
 * Copies the database of a running server as it stood at one instant. The reading transaction keeps
 * that instant while the server goes on writing; without it every write of the server would make the
 * copying begin anew. Nobody waits for it.
 * @param onProgress share that is done, 0 to 1
 * @throws AppError backup-nothing, backup-damaged
 */
export const snapshotSqlite = async (
  path: string,
  target: string,
  onProgress: (share: number) => void,
): Promise<void> => {
  if (!existsSync(path)) throw new AppError('backup-nothing', { folder: path })
  const source = new BetterSqlite3(path, { readonly: true, timeout: 5_000 })
  try {
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_master').get()
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
        return PAGES_AT_ONCE
      },
    })
  } finally {
    source.close()
  }
  const copy = new BetterSqlite3(target)
  try {
    // One file, without a log beside it; the server that opens it changes that again.
    copy.pragma('journal_mode = DELETE')
    checkSqlite(copy, target)
  } finally {
    copy.close()
  }
  await syncPath(target)
}
