import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import pg from 'pg'
import { AppError } from '#protocol'
import { claimFolder } from '../store/claim-folder.ts'
import { RESTORING } from '../store/restoring.ts'
import {
  BackupContents,
  CONTENTS_FILE,
  copyFile,
  DATABASE_FILES,
  syncFolders,
  syncPath,
} from './contents.ts'
import { restorePostgres } from './postgres-dump.ts'
import { checkSqlite } from './sqlite-snapshot.ts'

/** What may lie in a folder that is still an empty one. */
const NOTHING = /^(lock\.db.*|lost\+found)$/

export type RestoreDeps = {
  dataFolder: string
  databaseUrl: string | undefined
  /** @param share that is done, 0 to 1 */
  onProgress: (share: number) => void
}

/** @throws AppError backup-missing, backup-damaged */
const readContents = async (from: string): Promise<BackupContents> => {
  let text: string
  try {
    text = await readFile(join(from, CONTENTS_FILE), 'utf8')
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
  return contents.data
}

const copyChecked = async (
  from: string,
  to: string,
  { files }: BackupContents,
  onProgress: RestoreDeps['onProgress'],
): Promise<void> => {
  for (const { path, bytes } of files) {
    const size = await stat(join(from, path)).then(
      (found) => found.size,
      () => undefined,
    )
    if (size !== bytes)
      throw new AppError('backup-damaged', { file: path, detail: `${size} ≠ ${bytes}` })
  }
  for (const [index, { path, sha256 }] of files.entries()) {
    const copied = await copyFile(join(from, path), join(to, path))
    if (copied.sha256 !== sha256)
      throw new AppError('backup-damaged', { file: path, detail: 'SHA-256' })
    onProgress((index + 1) / files.length)
  }
}

/** Whoever was signed out since the backup must not be signed in by it. */
const endSessions = (path: string): void => {
  const database = new BetterSqlite3(path)
  try {
    checkSqlite(database, DATABASE_FILES.sqlite)
    database.exec('DELETE FROM session')
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
 * @throws AppError backup-missing, backup-damaged, backup-other-database, folder-not-empty,
 * folder-unwritable, database-in-use
 */
export const restore = async (from: string, deps: RestoreDeps): Promise<BackupContents> => {
  const { dataFolder, databaseUrl, onProgress } = deps
  const contents = await readContents(from)
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
    if (!databaseUrl) endSessions(join(staging, file))
    await syncFolders(staging)
    if (databaseUrl) {
      await restorePostgres(databaseUrl, join(staging, file))
      await askPostgres(databaseUrl, (client) => client.query('DELETE FROM session'))
    }
    // From here on a failure leaves the staging folder, and with it no server starts.
    isPlacing = true
    const names = (await readdir(staging)).filter((name) => name !== file)
    for (const name of names) await rename(join(staging, name), join(dataFolder, name))
    if (!databaseUrl) await rename(join(staging, file), join(dataFolder, file))
    await syncPath(dataFolder)
    await rm(staging, { recursive: true })
    await syncPath(dataFolder)
    return contents
  } catch (error) {
    if (!isPlacing) await rm(staging, { recursive: true, force: true })
    throw error
  } finally {
    letGo()
  }
}
