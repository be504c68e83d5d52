import type { Kysely } from 'kysely'

/** What devices told of one kind lately is found without going through all that they ever told. */
export const up = (db: Kysely<unknown>): Promise<void> =>
  db.schema.createIndex('device_event_kind').on('device_event').columns(['kind', 'at']).execute()
