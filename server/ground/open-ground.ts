import type { Logger } from 'pino'
import type { EpochMs } from '#protocol'
import type { Config } from '../config.ts'
import type { LedgerKey } from '../evidence/ledger-key.ts'
import type { SigningKey } from '../publish/signing-key.ts'
import { claimDatabase } from '../store/claim-database.ts'
import { claimFolder } from '../store/claim-folder.ts'
import { type OpenDatabase, openPostgres, openSqlite } from '../store/open-database.ts'
import { refuseUnfinishedRestore } from '../store/restoring.ts'
import { createStore, type Store } from '../store/store.ts'
import { checkAuthority } from './check-authority.ts'
import { checkFolder } from './check-folder.ts'
import { checkClock } from './clock.ts'
import { readOfficeFile } from './office-file.ts'
import { settleOffice } from './settle-office.ts'

/** What a server stands on: its folder, its database and its keys, all of one office. */
export type Ground = OpenDatabase & {
  store: Store
  key: SigningKey
  ledgerKey: LedgerKey
}

/**
 * Opens folder, database and keys for this server alone, and refuses what does not belong together:
 * started on it, a server would sign what devices refuse, or sign twice.
 * @throws AppError a code of start-errors.ts
 */
export const openGround = async (
  config: Config,
  log: Logger,
  now: () => EpochMs,
): Promise<Ground> => {
  const { DATA_DIR: folder, DATABASE_URL: url, TIME_ZONE: timeZone } = config
  /** What was opened, to be closed in the opposite order. */
  const opened: (() => unknown)[] = []
  const close = async () => {
    for (const one of opened.toReversed()) await one()
  }
  try {
    if (config.TSA_CA_FILE) checkAuthority(config.TSA_CA_FILE)
    opened.push(claimFolder(folder))
    refuseUnfinishedRestore(folder)
    const said = readOfficeFile(folder)
    checkFolder(folder, url ? 'postgres' : 'sqlite', said)
    if (url) opened.push(await claimDatabase(url, log))
    const database = url ? await openPostgres(url, { log }) : await openSqlite(folder, { log })
    opened.push(database.close)
    const { db, reading, engine, wasEmpty } = database
    const store = createStore(db, timeZone, reading)
    const { key, ledgerKey, seenAt } = await settleOffice({
      ...{ store, folder, engine, said, wasEmpty, now: now() },
    })
    await checkClock({ store, today: config.TODAY, timeZone, now, log }, seenAt)
    return { ...database, store, key, ledgerKey, close }
  } catch (error) {
    await close()
    throw error
  }
}
