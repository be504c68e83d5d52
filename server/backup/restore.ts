import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import pg from 'pg'
import { AppError, type EpochMs } from '#protocol'
import { claimFolder } from '../store/claim-folder.ts'
import { RESTORING } from '../store/restoring.ts'
import {
  BackupContents,
  CONTENTS_FILE,
  copyFile,
  DATABASE_FILES,
  readText,
  syncFolders,
  syncPath,
} from './contents.ts'
import { restorePostgres } from './postgres-dump.ts'
import { fingerprintOf, isSealed } from './seal.ts'
import { checkSqlite } from './sqlite-snapshot.ts'

/** What may lie in a folder that is still an empty one. */
const NOTHING = /^(lock\.db.*|lost\+found)$/

export type RestoreDeps = {
  dataFolder: string
  databaseUrl: string | undefined
  now: () => EpochMs
  /** What was printed when the backup was made, where somebody has it. */
  fingerprint: string | undefined
  /** Restore also what the ledger's key did not sign. */
  acceptAltered: boolean
  /** @param share that is done, 0 to 1 */
  onProgress: (share: number) => void
}

/**
 * Refuses a list of files that was changed after it was signed, or is another than was written down.
 * @throws AppError backup-altered, backup-other
 */
const refuseAltered = async (
  from: string,
  text: string,
  { fingerprint, acceptAltered }: RestoreDeps,
): Promise<boolean> => {
  const found = fingerprintOf(text)
  const digits = (written: string) => written.toLowerCase().replace(/[^0-9a-f]/g, '')
  if (fingerprint && digits(fingerprint) !== digits(found))
    throw new AppError('backup-other', { found })
  const isGood = await isSealed(from)
  if (!isGood && !acceptAltered) throw new AppError('backup-altered', { folder: from })
  return isGood
}

/** @throws AppError backup-missing, backup-damaged */
const readContents = async (from: string): Promise<{ contents: BackupContents; text: string }> => {
  let text: string
  try {
    text = await readText(join(from, CONTENTS_FILE))
  } catch (cause) {
    throw new AppError('backup-missing', { folder: from, file: CONTENTS_FILE }, { cause })
  }
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {}
  const contents = BackupContents.safeParse(said)
  if (!contents.success)
    throw new AppError('backup-damaged', { file: CONTENTS_FILE, detail: 'JSON' })
  return { contents: contents.data, text }
}

/** @throws AppError backup-damaged */
const refuseOtherSizes = async (from: string, { files }: BackupContents): Promise<void> => {
  for (const { path, bytes } of files) {
    // A link or a device could be read without an end.
    const size = await lstat(join(from, path)).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    )
    if (size !== bytes)
      throw new AppError('backup-damaged', { file: path, detail: `${size} ≠ ${bytes}` })
  }
}

const copyChecked = async (
  from: string,
  to: string,
  { files }: BackupContents,
  onProgress: RestoreDeps['onProgress'],
): Promise<void> => {
  for (const [index, { path, sha256 }] of files.entries()) {
    const copied = await copyFile(join(from, path), join(to, path))
    if (copied.sha256 !== sha256)
      throw new AppError('backup-damaged', { file: path, detail: 'SHA-256' })
    onProgress((index + 1) / files.length)
  }
}

/**
 * Whoever was signed out since the backup must not be signed in by it; and the clock is compared
 * with the present, not with that of the backup.
 */
const bringToPresent = (path: string, now: EpochMs): void => {
  const database = new BetterSqlite3(path)
  try {
    checkSqlite(database, DATABASE_FILES.sqlite)
    database.exec('DELETE FROM session')
    // Backups of earlier versions have no such table.
    const office = "SELECT 1 FROM sqlite_master WHERE name = 'office'"
    if (database.prepare(office).get()) database.prepare('UPDATE office SET seen_at = ?').run(now)
  } finally {
    database.close()
  }
}

/** @throws AppError database-unreachable, folder-not-empty */
const askPostgres = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
  } catch (cause) {
    throw new AppError('database-unreachable', { detail: String(cause) }, { cause })
  }
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const refuseFullDatabase = (url: string) =>
  askPostgres(url, async (client) => {
    const { rowCount } = await client.query(
      "SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1",
    )
    if (rowCount) throw new AppError('folder-not-empty', { folder: 'DATABASE_URL' })
  })

/**
 * Brings a backup into an empty data folder. Everything is copied and checked before any of it has
 * its name, and the database gets its name last; until then no server starts on the folder.
 * @throws AppError backup-missing, backup-damaged, backup-altered, backup-other,
 * backup-other-database, folder-not-empty,
 * folder-unwritable, database-in-use
 */
export const restore = async (
  from: string,
  deps: RestoreDeps,
): Promise<{ contents: BackupContents; fingerprint: string; isSigned: boolean }> => {
  const { dataFolder, databaseUrl, onProgress } = deps
  const { contents, text } = await readContents(from)
  await refuseOtherSizes(from, contents)
  const isSigned = await refuseAltered(from, text, deps)
  if ((contents.database === 'postgres') !== Boolean(databaseUrl))
    throw new AppError('backup-other-database', { database: contents.database })
  const letGo = claimFolder(dataFolder)
  const staging = join(dataFolder, RESTORING)
  let isPlacing = false
  try {
    const held = await readdir(dataFolder)
    // What an earlier attempt left there has no other name yet.
    if (held.some((name) => !NOTHING.test(name) && name !== RESTORING))
      throw new AppError('folder-not-empty', { folder: dataFolder })
    if (databaseUrl) await refuseFullDatabase(databaseUrl)
    await rm(staging, { recursive: true, force: true })
    await mkdir(staging, { mode: 0o700 })
    await copyChecked(from, staging, contents, onProgress)
    const file = DATABASE_FILES[contents.database]
    if (!databaseUrl) bringToPresent(join(staging, file), deps.now())
    await syncFolders(staging)
    if (databaseUrl) {
      await restorePostgres(databaseUrl, join(staging, file))
      await askPostgres(databaseUrl, async (client) => {
        await client.query('DELETE FROM session')
        const { rows } = await client.query("SELECT to_regclass('office') IS NOT NULL AS held")
        if (rows[0]?.held) await client.query('UPDATE office SET seen_at = $1', [deps.now()])
      })
    }
    // From here on a failure leaves the staging folder, and with it no server starts.
    isPlacing = true
    const names = (await readdir(staging)).filter((name) => name !== file)
    for (const name of names) await rename(join(staging, name), join(dataFolder, name))
    if (!databaseUrl) await rename(join(staging, file), join(dataFolder, file))
    await syncPath(dataFolder)
    await rm(staging, { recursive: true })
    await syncPath(dataFolder)
    return { contents, fingerprint: fingerprintOf(text), isSigned }
  } catch (error) {
    if (!isPlacing) await rm(staging, { recursive: true, force: true })
    throw error
  } finally {
    letGo()
  }
}
