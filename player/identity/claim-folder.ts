import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { AppError } from '#protocol'

/** Kept for the life of the process: a lock that nobody holds is collected and let go. */
const held: BetterSqlite3.Database[] = []

/** Folder by folder: Node's own recursive mkdir never returns on file systems such as /proc. */
const make = (folder: string): void => {
  if (existsSync(folder)) return
  make(dirname(folder))
  mkdirSync(folder)
}

/** Rights of those who are neither the owner nor in its group. */
const OTHERS = 0o007

/**
 * A folder that everybody could read was made by an earlier version, with files that everybody could read:
 * both are closed. One that only its group may read as well was made so on purpose.
 */
const closeToOthers = (folder: string): void => {
  if ((statSync(folder).mode & OTHERS) === 0) return
  chmodSync(folder, 0o700)
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isFile()) chmodSync(join(folder, entry.name), 0o600)
}

/**
 * Makes a data folder and holds it for this process alone. The system lets go of it when the process
 * ends, however it ends.
 * @throws AppError folder-unwritable, database-in-use
 */
export const claimFolder = (folder: string): void => {
  let lock: BetterSqlite3.Database
  try {
    make(resolve(folder))
    closeToOthers(folder)
    lock = new BetterSqlite3(join(folder, 'lock.db'), { timeout: 0 })
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('folder-unwritable', { folder, detail }, { cause })
  }
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    const isBusy = cause instanceof BetterSqlite3.SqliteError && cause.code === 'SQLITE_BUSY'
    if (isBusy) throw new AppError('database-in-use', { folder }, { cause })
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('folder-unwritable', { folder, detail }, { cause })
  }
  held.push(lock)
}
