import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What is kept of a version that was released: how its database was made, and what lay in it. */
export type Release = {
  version: string
  /** SHA-256 of the files that made its tables. */
  files: Record<string, string>
  /** The last migration that it had. */
  last: string
  /** By table, in an order in which they can be inserted. */
  rows: Record<string, Record<string, string | number | null>[]>
}

const MIGRATIONS = join(import.meta.dirname, '../../server/store/migrations')

/** SHA-256 of every file of the migrations as it is now, by its name. */
export const hashesOfMigrations = (): Record<string, string> =>
  Object.fromEntries(
    globSync(join(MIGRATIONS, '*.ts'))
      .sort()
      .map((path) => [
        basename(path),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  )

export const RELEASES = join(import.meta.dirname, 'stored')

export const releases = (): Release[] =>
  globSync(join(RELEASES, '*.json'))
    .sort()
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Release)
