import { type Migration, Migrator } from 'kysely/migration'
import type { Logger } from 'pino'
import { AppError } from '#protocol'
import { up as initial } from './migrations/0001-initial.ts'
import { up as reporting } from './migrations/0002-reporting.ts'
import { up as eventsByKind } from './migrations/0003-events-by-kind.ts'
import { up as ingestAttempts } from './migrations/0004-ingest-attempts.ts'
import { up as keptApart } from './migrations/0005-kept-apart.ts'
import { up as stampsByTriggers } from './migrations/0006-stamps-by-triggers.ts'
import { up as assetVersions } from './migrations/0007-asset-versions.ts'
import { up as draftAuthors } from './migrations/0008-draft-authors.ts'
import { up as toldTwice } from './migrations/0009-told-twice.ts'
import { up as office } from './migrations/0010-office.ts'
import { up as rulesAsTheyWere } from './migrations/0013-rules-as-they-were.ts'
import { up as assetVersionStamps } from './migrations/0014-asset-version-stamps.ts'
import type { Database } from './open-database.ts'

/** In the order of their names. One that was released is never changed (test/releases). */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': { up: initial },
  '0002-reporting': { up: reporting },
  '0003-events-by-kind': { up: eventsByKind },
  '0004-ingest-attempts': { up: ingestAttempts },
  '0005-kept-apart': { up: keptApart },
  '0006-stamps-by-triggers': { up: stampsByTriggers },
  '0007-asset-versions': { up: assetVersions },
  '0008-draft-authors': { up: draftAuthors },
  '0009-told-twice': { up: toldTwice },
  '0010-office': { up: office },
  '0013-rules-as-they-were': { up: rulesAsTheyWere },
  '0014-asset-version-stamps': { up: assetVersionStamps },
}

export type Upgrade = {
  log?: Logger
  /** Keeps the database as it is now, before a newer version changes it. @param next first change */
  keep?: (next: string) => Promise<void>
}

/** Names of the migrations that a database has been through; none where it is empty. */
const executedIn = async (db: Database): Promise<string[]> => {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}

/**
 * Brings a database to this version.
 * @returns whether it was empty before
 * @throws AppError database-newer
 */
export const migrate = async (
  db: Database,
  { log, keep }: Upgrade = {},
): Promise<{ wasEmpty: boolean }> => {
  const executed = await executedIn(db)
  const newer = executed.filter((name) => !(name in MIGRATIONS))
  if (newer.length > 0) throw new AppError('database-newer', { changes: newer.join(', ') })
  const wasEmpty = executed.length === 0
  const next = Object.keys(MIGRATIONS).find((name) => !executed.includes(name))
  if (next && !wasEmpty) await keep?.(next)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  for (const { migrationName } of results ?? [])
    log?.info({ migration: migrationName }, 'database brought to a newer version')
  return { wasEmpty }
}
