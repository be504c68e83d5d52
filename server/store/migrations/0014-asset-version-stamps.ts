import { type Kysely, PostgresAdapter, sql } from 'kysely'

/** The columns of an asset whose change raises its stamp, with those that came after the triggers. */
const COLUMNS = [
  ...['id', 'kind', 'title', 'language', 'strand', 'sector', 'area_id', 'valid_from', 'valid_to'],
  ...['original', 'rendition', 'waveform', 'relay', 'thumbnail', 'approval', 'approval_state'],
  ...['search', 'created_at', 'created_by', 'version', 'edited_by'],
].join(', ')

const IN_SQLITE = [
  'DROP TRIGGER asset_stamp_update',
  `CREATE TRIGGER asset_stamp_update AFTER UPDATE OF ${COLUMNS} ON asset BEGIN
    UPDATE stamp SET value = value + 1 WHERE noun = 'asset';
    UPDATE asset SET stamp = (SELECT value FROM stamp WHERE noun = 'asset') WHERE id = NEW.id;
  END`,
]

const IN_POSTGRES = [
  'DROP TRIGGER asset_stamp_row ON asset',
  `CREATE TRIGGER asset_stamp_row BEFORE INSERT OR UPDATE OF ${COLUMNS} ON asset
    FOR EACH ROW EXECUTE FUNCTION raise_row_stamp()`,
]

/** A version or an editor that changes alone is a change that memory has to see as well. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  for (const statement of isPostgres ? IN_POSTGRES : IN_SQLITE) await sql.raw(statement).execute(db)
}
