import { join } from 'node:path'
import { AppError } from '#protocol'

/** An error and what it came from, the outermost first. */
function* causesOf(error: unknown): Generator<Error & { code?: unknown }> {
  for (let at = error; at instanceof Error; at = at.cause) yield at
}

/** What a system, SQLite and PostgreSQL call a disk without room. */
const FULL = /^(ENOSPC|EDQUOT|SQLITE_FULL|53100)$/
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/
const UNWRITABLE = /^(EACCES|EPERM|EROFS|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM)/

/** Whether something failed because a disk has no room left. */
export const isDiskFull = (error: unknown): boolean =>
  [...causesOf(error)].some(({ code }) => FULL.test(String(code)))

/**
 * The refusal that a failure of disk or database is, in words that say what to do.
 * @param folder where the data lies
 * @returns undefined for what is a fault of the program
 */
export const namedFailure = (error: unknown, folder: string): AppError | undefined => {
  // A disk that is full is also what "cannot be written" comes from.
  if (isDiskFull(error)) return new AppError('folder-full', { folder }, { cause: error })
  if (error instanceof AppError) return error
  for (const { code, message } of causesOf(error)) {
    const cause = { cause: error }
    if (DAMAGED.test(String(code)))
      return new AppError(
        'database-damaged',
        { file: join(folder, 'loabang.db'), detail: message },
        cause,
      )
    if (UNWRITABLE.test(String(code)))
      return new AppError('folder-unwritable', { folder, detail: message }, cause)
  }
  return undefined
}
