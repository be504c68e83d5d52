import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#protocol'

/** Where a backup is on its way into a data folder: as long as it is there, the folder is not whole. */
export const RESTORING = 'restoring'

/** @throws AppError restore-unfinished */
export const refuseUnfinishedRestore = (folder: string): void => {
  if (existsSync(join(folder, RESTORING))) throw new AppError('restore-unfinished', { folder })
}
