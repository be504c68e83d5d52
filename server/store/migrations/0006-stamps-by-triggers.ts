import { type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * Stamps are raised by the database itself: memory is checked against them, and a statement that changed
 * rows without raising them left memory behind until the next start. Of a table whose rows carry a
 * stamp, the columns are named whose change raises it; the others change often and decide nothing.
 */
const STAMPED = {
  device: [
    ...['id', 'name', 'area_id', 'channels', 'canvas', 'device_key', 'journal_key', 'enrolled_at'],
    'created_at',
  ],
  asset: [
    ...['id', 'kind', 'title', 'language', 'strand', 'sector', 'area_id', 'valid_from', 'valid_to'],
    ...['original', 'rendition', 'waveform', 'relay', 'thumbnail', 'approval', 'approval_state'],
    ...['search', 'created_at', 'created_by'],
  ],
} as const

/** Any change of a row raises the stamp of these. */
const WHOLE = ['area', 'draft', 'publication'] as const

const run = async (db: Kysely<unknown>, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const raise = (noun: string): string => `UPDATE stamp SET value = value + 1 WHERE noun = '${noun}';`

const inSqlite = (): string[] => {
  const whole = WHOLE.flatMap((noun) =>
    ['INSERT', 'UPDATE', 'DELETE'].map(
      (event) =>
        `CREATE TRIGGER ${noun}_stamp_${event.toLowerCase()} AFTER ${event} ON ${noun} BEGIN ${raise(noun)} END`,
    ),
  )
  const stamped = Object.entries(STAMPED).flatMap(([noun, columns]) => {
    const row = `UPDATE ${noun} SET stamp = (SELECT value FROM stamp WHERE noun = '${noun}') WHERE id = NEW.id;`
    return [
      `CREATE TRIGGER ${noun}_stamp_insert AFTER INSERT ON ${noun} BEGIN ${raise(noun)} ${row} END`,
      `CREATE TRIGGER ${noun}_stamp_update AFTER UPDATE OF ${columns.join(', ')} ON ${noun} BEGIN ${raise(noun)} ${row} END`,
      `CREATE TRIGGER ${noun}_stamp_delete AFTER DELETE ON ${noun} BEGIN ${raise(noun)} END`,
    ]
  })
  const themes = ['INSERT', 'DELETE'].map(
    (event) =>
      `CREATE TRIGGER asset_theme_stamp_${event.toLowerCase()} AFTER ${event} ON asset_theme BEGIN UPDATE asset SET title = title WHERE id = ${event === 'DELETE' ? 'OLD' : 'NEW'}.asset_id; END`,
  )
  return [...whole, ...stamped, ...themes]
}

const inPostgres = (): string[] => {
  const whole = WHOLE.map(
    (noun) =>
      `CREATE TRIGGER ${noun}_stamp AFTER INSERT OR UPDATE OR DELETE ON ${noun} FOR EACH STATEMENT EXECUTE FUNCTION raise_stamp()`,
  )
  const stamped = Object.entries(STAMPED).flatMap(([noun, columns]) => [
    `CREATE TRIGGER ${noun}_stamp_row BEFORE INSERT OR UPDATE OF ${columns.join(', ')} ON ${noun} FOR EACH ROW EXECUTE FUNCTION raise_row_stamp()`,
    `CREATE TRIGGER ${noun}_stamp_delete AFTER DELETE ON ${noun} FOR EACH STATEMENT EXECUTE FUNCTION raise_stamp()`,
  ])
  return [
    `CREATE FUNCTION raise_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE stamp SET value = value + 1 WHERE noun = TG_TABLE_NAME;
        RETURN NULL;
      END $$`,
    `CREATE FUNCTION raise_row_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE stamp SET value = value + 1 WHERE noun = TG_TABLE_NAME RETURNING value INTO NEW.stamp;
        RETURN NEW;
      END $$`,
    `CREATE FUNCTION raise_asset_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          UPDATE asset SET title = title WHERE id = OLD.asset_id;
        ELSE
          UPDATE asset SET title = title WHERE id = NEW.asset_id;
        END IF;
        RETURN NULL;
      END $$`,
    ...whole,
    ...stamped,
    'CREATE TRIGGER asset_theme_stamp AFTER INSERT OR UPDATE OR DELETE ON asset_theme FOR EACH ROW EXECUTE FUNCTION raise_asset_stamp()',
  ]
}

export const up = async (db: Kysely<unknown>): Promise<void> => {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  const nouns = [...WHOLE, ...Object.keys(STAMPED)]
  await run(
    db,
    nouns.map((noun) => `INSERT INTO stamp VALUES ('${noun}', 1) ON CONFLICT DO NOTHING`),
  )
  await run(db, isPostgres ? inPostgres() : inSqlite())
}
