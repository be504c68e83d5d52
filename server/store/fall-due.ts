import { sql, type Transaction } from 'kysely'
import type { DeviceId, EpochMs, LocalDate } from '#protocol'
import type { Schema } from './schema.ts'

/**
 * A burst of records is set against its plan once, not once for each batch; and a publication
 * reaches its devices before what it plans is counted.
 */
const SETTLE_MS = 20_000
const ROWS_PER_INSERT = 500

/** Something of a device's day changed at that instant. */
export type ChangedDay = { deviceId: DeviceId; date: LocalDate; at: EpochMs }

const order = (day: ChangedDay): string => `${day.deviceId} ${day.date}`

/**
 * Has the statements of these days drawn up again, soon. A statement that is due already may be
 * under work, from what was there before: it falls due anew, and keeps its place in the queue.
 * @param days each day of a device once
 */
export const fallDue = async (
  tx: Transaction<Schema>,
  days: readonly ChangedDay[],
): Promise<void> => {
  // Always in the same order: two writers that wait for each other's rows would never end.
  const rows = days
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ deviceId, date, at }) => ({
      ...{
        device_id: deviceId,
        date,
        due_at: at + SETTLE_MS,
        tallies: '[]',
        updated_at: null,
        failure: null,
      },
    }))
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('day_statement')
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .onConflict((c) =>
        c.columns(['device_id', 'date']).doUpdateSet({
          due_at: sql<number>`CASE
            WHEN day_statement.due_at <= excluded.due_at - ${sql.lit(SETTLE_MS)}
              THEN day_statement.due_at + 1
            WHEN day_statement.due_at < excluded.due_at THEN day_statement.due_at
            ELSE excluded.due_at END`,
        }),
      )
      .execute()
  }
}
