import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'

/**
 * Keeps the database of a stopped server as it is before a newer version changes it, beside it:
 * `loabang.db.before-0010-office`. One that was kept before an earlier upgrade is removed.
 * @param next the first change that is to be made
 */
export const keepSqlite = async (path: string, next: string): Promise<void> => {
  const kept = `${path}.before-${next}`
  await rm(`${kept}.new`, { force: true })
  const database = new BetterSqlite3(path)
  try {
    // Pages that hold nothing are left out.
    database.prepare('VACUUM INTO ?').run(`${kept}.new`)
  } finally {
    database.close()
  }
  const file = await open(`${kept}.new`, 'r')
  await file.sync()
  await file.close()
  await rename(`${kept}.new`, kept)
  for (const name of await readdir(dirname(path)))
    if (name.startsWith(`${basename(path)}.before-`) && join(dirname(path), name) !== kept)
      await rm(join(dirname(path), name))
}
