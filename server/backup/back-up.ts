import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError, type EpochMs } from '#protocol'
import packageJson from '../../package.json' with { type: 'json' }
import {
  BackupContents,
  CONTENTS_FILE,
  copyFile,
  DATABASE_FILES,
  filesBelow,
  type HeldFile,
  hashFile,
  syncFolders,
  syncPath,
} from './contents.ts'
import { namedInPostgres, namedInSqlite } from './named-files.ts'
import { dumpPostgres } from './postgres-dump.ts'
import { fingerprintOf, SEAL_FILE, seal } from './seal.ts'
import { snapshotSqlite } from './sqlite-snapshot.ts'

/** What of a data folder belongs to a running server, or can be made anew. */
const LEFT_OUT = /^(loabang\.db.*|lock\.db.*|scratch(\/.*)?)$/
/** Files that a running server may take away while they are copied. */
const PASSING = /^reports\//

/** Missing files that a refusal names. */
const MOST_NAMED = 10

export type BackupStep = 'database' | 'files' | 'check'
export type BackupDeps = {
  dataFolder: string
  databaseUrl: string | undefined
  now: () => EpochMs
  /** Files that the database names may be lost: they are listed instead. */
  allowMissing: boolean
  /** @param share of the step that is done, 0 to 1 */
  onProgress: (step: BackupStep, share: number) => void
}

/** @throws AppError folder-not-empty */
const refuseFull = async (folder: string): Promise<void> => {
  const held = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (held.length > 0) throw new AppError('folder-not-empty', { folder })
}

/** Whether a file was taken away before it could be copied, and may be. */
const isGone = (error: unknown, path: string): boolean =>
  PASSING.test(path) && (error as NodeJS.ErrnoException).code === 'ENOENT'

const copyAll = async (
  { dataFolder, onProgress }: BackupDeps,
  target: string,
): Promise<HeldFile[]> => {
  const all = await filesBelow(resolve(dataFolder))
  const paths = all.filter((path) => !LEFT_OUT.test(path))
  const held: HeldFile[] = []
  for (const [index, path] of paths.entries()) {
    try {
      held.push({ path, ...(await copyFile(join(dataFolder, path), join(target, path))) })
    } catch (error) {
      if (!isGone(error, path)) throw error
      await rm(join(target, path), { force: true })
    }
    onProgress('files', (index + 1) / paths.length)
  }
  return held
}

/** Reads everything again from disk. @throws AppError backup-damaged */
const check = async (
  folder: string,
  files: readonly HeldFile[],
  { onProgress }: BackupDeps,
): Promise<void> => {
  for (const [index, { path, bytes, sha256 }] of files.entries()) {
    const found = await hashFile(join(folder, path))
    if (found.sha256 !== sha256 || found.bytes !== bytes)
      throw new AppError('backup-damaged', { file: path, detail: 'SHA-256' })
    onProgress('check', (index + 1) / files.length)
  }
}

/** @throws AppError backup-incomplete */
const missingOf = (
  named: readonly string[],
  held: readonly HeldFile[],
  { dataFolder, allowMissing }: BackupDeps,
): string[] => {
  const paths = new Set(held.map(({ path }) => path))
  const missing = named.filter((path) => !paths.has(path))
  if (missing.length === 0 || allowMissing) return missing
  const files = missing.slice(0, MOST_NAMED).join('\n')
  throw new AppError('backup-incomplete', { count: missing.length, folder: dataFolder, files })
}

export type Backup = {
  contents: BackupContents
  /** Of the list of files: written down elsewhere, it tells this backup from any other. */
  fingerprint: string
}

const fill = async (target: string, deps: BackupDeps): Promise<Backup> => {
  const { databaseUrl, dataFolder, now, onProgress } = deps
  const madeAt = now()
  const database = databaseUrl ? 'postgres' : 'sqlite'
  const name = DATABASE_FILES[database]
  // The database first: media and keys that its rows speak of are on disk before these are, and stay.
  const file = join(target, name)
  const namedFiles = databaseUrl ? await namedInPostgres(databaseUrl) : []
  if (databaseUrl) await dumpPostgres(databaseUrl, file)
  else
    await snapshotSqlite(join(dataFolder, 'loabang.db'), file, (share) =>
      onProgress('database', share),
    )
  onProgress('database', 1)
  const named = databaseUrl ? namedFiles : namedInSqlite(file)
  const files = [{ path: name, ...(await hashFile(file)) }, ...(await copyAll(deps, target))]
  const missing = missingOf(named, files, deps)
  await check(target, files, deps)
  const contents: BackupContents = {
    ...{ format: 'loabang-backup', v: 2, version: packageJson.version, madeAt, database, files },
    ...(missing.length > 0 && { missing }),
  }
  const text = `${JSON.stringify(BackupContents.parse(contents), null, 1)}\n`
  await writeFile(join(target, SEAL_FILE), await seal(target, text), { flush: true })
  await writeFile(join(target, CONTENTS_FILE), text, { flush: true })
  await syncFolders(target)
  return { contents, fingerprint: fingerprintOf(text) }
}

/**
 * Writes a backup of a data folder and its database, of a server that runs or does not. It gets its
 * name when it is whole, checked and on disk: an unfinished one is never taken for one.
 * @throws AppError folder-not-empty, backup-nothing, backup-damaged, backup-incomplete,
 * program-missing, program-failed
 */
export const backUp = async (to: string, deps: BackupDeps): Promise<Backup> => {
  const folder = resolve(to)
  if (folder.startsWith(`${resolve(deps.dataFolder)}/`))
    throw new AppError('backup-inside', { folder })
  await refuseFull(folder)
  const unfinished = `${folder}.unfinished-${process.pid}`
  await mkdir(dirname(folder), { recursive: true })
  await rm(unfinished, { recursive: true, force: true })
  // Keys are in it.
  await mkdir(unfinished, { mode: 0o700 })
  try {
    const backup = await fill(unfinished, deps)
    await rmdir(folder).catch(() => undefined)
    await rename(unfinished, folder)
    await syncPath(dirname(folder))
    return backup
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
}
