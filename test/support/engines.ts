import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { type OpenDatabase, openPostgres, openSqlite } from '../../server/store/open-database.ts'

let count = 0

const sqlite = async (): Promise<OpenDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-sqlite-'))
  const open = await openSqlite(folder)
  return {
    ...open,
    async close() {
      await open.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The address of a database of its own in the run's PostgreSQL. */
export const newPostgresUrl = async (): Promise<string> => {
  const url = new URL(inject('postgresUrl'))
  const name = `test_${process.pid}_${Date.now()}_${++count}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  url.pathname = name
  return url.href
}

/** Both engines, opened the way that the server opens them, empty. */
export const engines = {
  sqlite,
  postgres: async () => openPostgres(await newPostgresUrl()),
} as const
