import { sql, type Transaction } from 'kysely'
import type { DeviceId, EpochMs, Tally } from '#protocol'
import type { CoverageEntry } from '../evidence/coverage-sum.ts'
import type { RecordNotes } from '../evidence/record-notes.ts'
import { fallDue } from './fall-due.ts'
import type { Schema } from './schema.ts'

type Tx = Transaction<Schema>

const ROWS_PER_INSERT = 400
/** Of all zones the first is 14 hours ahead of UTC. */
const DAYS_AHEAD_MS = 14 * 3_600_000

const toColumns = (tally: Tally) => {
  const { playedMs, ...others } = tally
  return { ...others, played_ms: playedMs }
}
type Column = keyof ReturnType<typeof toColumns>

/** Adds to the counters; what is taken back is added with its sign. */
export const addToCoverage = async (tx: Tx, entries: readonly CoverageEntry[]): Promise<void> => {
  for (let start = 0; start < entries.length; start += ROWS_PER_INSERT) {
    const rows = entries.slice(start, start + ROWS_PER_INSERT).map((entry) => ({
      dimension: entry.dimension,
      value: entry.value,
      period: entry.period,
      area_id: entry.areaId,
      theme_id: entry.themeId,
      channel: entry.channel,
      ...toColumns(entry.tally),
    }))
    const names = Object.keys(toColumns(entries[0]?.tally as Tally)) as Column[]
    await tx
      .insertInto('coverage')
      .values(rows)
      .onConflict((c) =>
        c
          .columns(['dimension', 'value', 'period', 'area_id', 'theme_id', 'channel'])
          .doUpdateSet(
            Object.fromEntries(
              names.map((name) => [
                name,
                sql<number>`${sql.ref(`coverage.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
              ]),
            ),
          ),
      )
      .execute()
  }
}

/**
 * Notes what newly stored records mean for the reports, in the transaction that stores them: counted
 * exactly as often as they are stored, which is once.
 */
export const noteRecords = async (
  tx: Tx,
  deviceId: DeviceId,
  { coverage, dates, themes, events }: RecordNotes,
  at: EpochMs,
): Promise<void> => {
  if (events.length > 0) {
    await tx
      .insertInto('device_event')
      .values(events)
      .onConflict((c) => c.doNothing())
      .execute()
  }
  if (themes.length > 0) {
    await tx
      .insertInto('theme_seen')
      .values(themes)
      .onConflict((c) =>
        c.column('id').doUpdateSet((eb) => ({
          code: eb.ref('excluded.code'),
          name: eb.ref('excluded.name'),
          campaign: eb.ref('excluded.campaign'),
        })),
      )
      .execute()
  }
  await addToCoverage(tx, coverage)
  // A day that has not begun is reconciled when it has: a device that writes ahead makes no work.
  const last = new Date(at + DAYS_AHEAD_MS).toISOString().slice(0, 10)
  await fallDue(
    tx,
    dates.filter((date) => date <= last).map((date) => ({ deviceId, date, at })),
  )
}
