import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { EpochMs, Sha256 } from '#protocol'

/** The list of what a backup holds: written last, so that what has none is no backup. */
export const CONTENTS_FILE = 'backup.json'
/** The database: a file of SQLite, or what pg_dump writes. */
export const DATABASE_FILES = { sqlite: 'loabang.db', postgres: 'loabang.dump' } as const

/** A file by where it lies below its folder; never outside of it. */
const FilePath = z
  .string()
  .min(1)
  .refine((path) => !path.split(/[\\/]/).some((part) => ['', '.', '..'].includes(part)))

export const BackupContents = z.object({
  format: z.literal('loabang-backup'),
  /** 1 was not signed. */
  v: z.union([z.literal(1), z.literal(2)]),
  /** The version of Loabang that wrote it. */
  version: z.string().optional(),
  madeAt: EpochMs,
  database: z.enum(['sqlite', 'postgres']),
  files: z.array(z.object({ path: FilePath, bytes: z.int().min(0), sha256: Sha256 })),
  /** Files that the database names and that were lost already. */
  missing: z.array(FilePath).optional(),
})
export type BackupContents = z.infer<typeof BackupContents>
export type HeldFile = BackupContents['files'][number]

/** Puts what was written in a folder on disk: a name is lost in a power cut, too. */
export const syncPath = async (path: string): Promise<void> => {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Files below a folder, sorted; links are not followed. */
export const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

export const hashFile = async (path: string): Promise<{ bytes: number; sha256: Sha256 }> => {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') as Sha256 }
}

/** The most bytes of a text that is read whole: a list of three million files. */
const MOST_TEXT = 400_000_000

/** The text of a file that somebody else may have put there. @throws where it is no plain file, or too long */
export const readText = async (path: string): Promise<string> => {
  // A pipe, a device or a link to one could be read without an end.
  const found = await lstat(path)
  if (!found.isFile() || found.size > MOST_TEXT) throw new Error(`no file to read: ${path}`)
  return readFile(path, 'utf8')
}

/** Copies a file with its rights. It is on disk when this returns. @returns what was copied */
export const copyFile = async (
  from: string,
  to: string,
): Promise<{ bytes: number; sha256: Sha256 }> => {
  const { mode } = await lstat(from)
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const target = createWriteStream(to, { flags: 'wx', mode: mode & 0o777, flush: true })
  await pipeline(createReadStream(from), counting, target)
  return { bytes, sha256: hash.digest('hex') as Sha256 }
}

/** Puts all names below a folder on disk. */
export const syncFolders = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries)
    if (entry.isDirectory()) await syncPath(join(entry.parentPath, entry.name))
  await syncPath(folder)
}
