import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#protocol'
import { LEDGER_KEY } from '../evidence/ledger-key.ts'
import { SIGNING_KEY } from '../publish/signing-key.ts'
import type { Engine } from '../store/open-database.ts'
import type { OfficeFile } from './office-file.ts'

/** The keys that are not there. */
export const missingKeys = (keys: string): string[] =>
  [SIGNING_KEY, LEDGER_KEY].filter((name) => !existsSync(join(keys, name)))

/**
 * Refuses a folder whose database would be another one than it had, before any is opened: SQLite
 * makes the file that it does not find.
 * @throws AppError engine-forgotten, database-missing
 */
export const checkFolder = (folder: string, engine: Engine, said: OfficeFile | undefined): void => {
  if (said && said.database !== engine)
    throw new AppError('engine-forgotten', { folder, engine: said.database })
  const hasFile = existsSync(join(folder, 'loabang.db'))
  if (engine === 'postgres') {
    // A folder of before office.json: an office on SQLite lies in it.
    if (!said && hasFile) throw new AppError('engine-forgotten', { folder, engine: 'sqlite' })
    return
  }
  const hasKeys = missingKeys(join(folder, 'keys')).length === 0
  if ((said || hasKeys) && !hasFile) throw new AppError('database-missing', { folder })
}
