import { type CreateTableBuilder, type Kysely, sql } from 'kysely'

const COUNTS = [
  'plays',
  'played_ms',
  'completed',
  'partial',
  'failed',
  'planned',
  'delivered',
  'shortened',
  'missed',
  'unknown',
  'withheld',
] as const

const texts = <T extends string>(table: CreateTableBuilder<T>, names: readonly string[]) =>
  names.reduce((all, name) => all.addColumn(name, 'text', (c) => c.notNull()) as never, table)

/** What reports are drawn from. Like all evidence it has no foreign keys. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const { schema } = db

  const newestFirst = ['planned_start_at', 'device_id', 'epoch', 'seq'] as const
  await schema
    .createTable('play_text')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('search', 'text', (c) => c.notNull())
    .execute()
  for (const by of ['device_id', 'area_id', 'outcome', 'text_key'] as const) {
    const columns = [by, ...newestFirst.filter((column) => column !== by)]
    await schema.createIndex(`play_${by}_time`).on('play').columns(columns).execute()
  }
  await schema
    .createIndex('play_cause_time')
    .on('play')
    .columns(['cause', ...newestFirst])
    .where(sql.ref('cause'), 'is not', null)
    .execute()
  await schema
    .createIndex('play_theme_time')
    .on('play_theme')
    .columns(['theme_id', ...newestFirst])
    .execute()

  await schema
    .createTable('device_event')
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'bigint', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('device_event_pk', ['device_id', 'epoch', 'seq'])
    .execute()
  await schema
    .createIndex('device_event_time')
    .on('device_event')
    .columns(['device_id', 'at'])
    .execute()

  await schema
    .createTable('plan_calendar')
    .addColumn('sha256', 'text', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()
  await schema
    .createTable('plan_history')
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('calendar_sha256', 'text', (c) => c.notNull())
    .addColumn('device', 'text', (c) => c.notNull())
    .addColumn('area_id', 'text', (c) => c.notNull())
    .addColumn('area', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('plan_history_pk', ['device_id', 'at', 'revision'])
    .execute()

  await schema
    .createTable('day_statement')
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('date', 'text', (c) => c.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('tallies', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint')
    .addPrimaryKeyConstraint('day_statement_pk', ['device_id', 'date'])
    .execute()
  await schema.createIndex('day_statement_due').on('day_statement').column('due_at').execute()

  await texts(schema.createTable('missing_run'), ['device_id', 'date', 'area_id', 'channel'])
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('cause', 'text')
    .addColumn('count', 'bigint', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('missing_run_pk', ['device_id', 'date', 'position'] as never)
    .execute()
  await schema.createIndex('missing_run_time').on('missing_run').column('first_at').execute()
  await schema
    .createIndex('missing_run_date')
    .on('missing_run')
    .columns(['date', 'cause', 'count'])
    .execute()

  const key = ['dimension', 'value', 'period', 'area_id', 'theme_id', 'channel']
  await COUNTS.reduce(
    (table, name) => table.addColumn(name, 'bigint', (c) => c.notNull().defaultTo(0)) as never,
    texts(schema.createTable('coverage'), key),
  )
    .addPrimaryKeyConstraint('coverage_pk', key as never)
    .execute()

  await schema
    .createIndex('coverage_period')
    .on('coverage')
    .columns(['dimension', 'period', 'theme_id'])
    .execute()
  await texts(schema.createTable('theme_seen'), ['id', 'code', 'name', 'campaign'])
    .addPrimaryKeyConstraint('theme_seen_pk', ['id'] as never)
    .execute()
  await texts(schema.createTable('succession'), [
    'old_area_id',
    'new_area_id',
    'kind',
    'effective',
    'decree',
  ])
    .addPrimaryKeyConstraint('succession_pk', ['old_area_id', 'new_area_id'] as never)
    .execute()
  await texts(schema.createTable('letterhead'), ['area_id', 'valid_from', 'body'])
    .addPrimaryKeyConstraint('letterhead_pk', ['area_id', 'valid_from'] as never)
    .execute()
  await schema
    .createTable('report')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('area_id', 'text')
    .addColumn('request', 'text', (c) => c.notNull())
    .addColumn('scope', 'text')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('progress', 'real', (c) => c.notNull())
    .addColumn('file_name', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint')
    .addColumn('sha256', 'text')
    .addColumn('failure', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
}
