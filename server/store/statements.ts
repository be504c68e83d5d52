import { sql } from 'kysely'
import type { Cause, DeviceId, EpochMs, LocalDate, MissingRun, Outcome } from '#protocol'
import type { Witness } from '../evidence/cause.ts'
import type { CoverageEntry } from '../evidence/coverage-sum.ts'
import type { MatchedPlay } from '../evidence/statement.ts'
import type { MissingDetail } from './missing.ts'
import type { Database } from './open-database.ts'
import { addToCoverage } from './rollups.ts'

/** A device day whose statement has to be drawn up, and when that fell due. */
export type DueStatement = { deviceId: DeviceId; date: LocalDate; dueAt: EpochMs }

export type DrawnUp = {
  deviceId: DeviceId
  date: LocalDate
  /** The due instant that this answers: records that came meanwhile make it due again. */
  dueAt: EpochMs
  nextAt: EpochMs | null
  coverage: readonly CoverageEntry[]
  missing: readonly MissingRun[]
  at: EpochMs
}

const MISSING_ROWS_PER_INSERT = 200
/** Around a day the journal is asked this far for what its silence means. */
const WITNESS_MS = 3 * 86_400_000
const MOST_WITNESSES = 20_000
const LONGEST_FAILURE = 500

const negated = (entry: CoverageEntry): CoverageEntry => ({
  ...entry,
  tally: Object.fromEntries(
    Object.entries(entry.tally).map(([name, value]) => [name, -value]),
  ) as CoverageEntry['tally'],
})

export const createStatements = (db: Database, reading: Database) => ({
  async due(now: EpochMs, limit: number): Promise<DueStatement[]> {
    const rows = await db
      .selectFrom('day_statement')
      .select(['device_id', 'date', 'due_at'])
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      deviceId: row.device_id as DeviceId,
      date: row.date,
      dueAt: row.due_at as number,
    }))
  },

  /** Makes sure that a day of a device will have its statement. */
  async expect(deviceId: DeviceId, date: LocalDate, dueAt: EpochMs): Promise<void> {
    await db
      .insertInto('day_statement')
      .values({
        device_id: deviceId,
        date,
        due_at: dueAt,
        tallies: '[]',
        updated_at: null,
        failure: null,
      })
      .onConflict((c) => c.doNothing())
      .execute()
  },

  async plays(deviceId: DeviceId, from: EpochMs, to: EpochMs): Promise<MatchedPlay[]> {
    const rows = await reading
      .selectFrom('play')
      .select(['planned_start_at', 'channel', 'schedule_id', 'asset_sha256', 'revision'])
      .select(['outcome', 'cause', 'played_ms'])
      .where('device_id', '=', deviceId)
      .where('planned_start_at', '>=', from)
      .where('planned_start_at', '<', to)
      .orderBy('planned_start_at')
      .execute()
    return rows.map((row) => ({
      plannedStartAt: row.planned_start_at,
      channel: row.channel,
      scheduleId: row.schedule_id,
      assetSha256: row.asset_sha256,
      revision: row.revision,
      outcome: row.outcome as Outcome,
      cause: row.cause as Cause | null,
      playedMs: row.played_ms,
    }))
  },

  /** What the journal tells around a day besides the plays of the day itself. */
  async witness(deviceId: DeviceId, from: EpochMs, to: EpochMs): Promise<Witness> {
    const events = await reading
      .selectFrom('device_event')
      .select(['at', 'kind', 'detail'])
      .where('device_id', '=', deviceId)
      .where('at', '>=', from - WITNESS_MS)
      .orderBy('at')
      .orderBy('epoch')
      .orderBy('seq')
      .limit(MOST_WITNESSES)
      .execute()
    const plays = reading
      .selectFrom('play')
      .select(['planned_start_at', 'revision'])
      .where('device_id', '=', deviceId)
    const before = await plays
      .where('planned_start_at', '<', from)
      .orderBy('planned_start_at', 'desc')
      .limit(1)
      .execute()
    const during = await plays
      .where('planned_start_at', '>=', from)
      .where('planned_start_at', '<', to)
      .orderBy('planned_start_at')
      .limit(MOST_WITNESSES)
      .execute()
    const after = await plays
      .where('planned_start_at', '>=', to)
      .orderBy('planned_start_at')
      .limit(1)
      .execute()
    return {
      events: events.map(({ at, kind, detail }) => ({
        at,
        kind: kind as Witness['events'][number]['kind'],
        clean: kind === 'boot' && (JSON.parse(detail) as { clean: boolean }).clean,
      })),
      plays: [...before, ...during, ...after].map((row) => ({
        plannedStartAt: row.planned_start_at,
        revision: row.revision,
      })),
    }
  },

  /** Puts a statement in place of the one before it; the counters follow in the same transaction. */
  async save(statement: DrawnUp): Promise<void> {
    const { deviceId, date, dueAt, nextAt, coverage, missing, at } = statement
    await db.transaction().execute(async (tx) => {
      const before = await tx
        .selectFrom('day_statement')
        .select('tallies')
        .where('device_id', '=', deviceId)
        .where('date', '=', date)
        .executeTakeFirst()
      if (!before) return
      const tallies = JSON.stringify(coverage)
      await tx
        .updateTable('day_statement')
        .set({
          // What fell due anew meanwhile stays due, also where another connection is just saying so.
          due_at: sql<number | null>`CASE WHEN due_at <> ${dueAt} THEN due_at ELSE ${nextAt} END`,
          tallies,
          updated_at: at,
          failure: null,
        })
        .where('device_id', '=', deviceId)
        .where('date', '=', date)
        .execute()
      if (before.tallies === tallies) return
      await addToCoverage(tx, (JSON.parse(before.tallies) as CoverageEntry[]).map(negated))
      await addToCoverage(tx, coverage)
      await tx
        .deleteFrom('missing_run')
        .where('device_id', '=', deviceId)
        .where('date', '=', date)
        .execute()
      const rows = missing.map((run, position) => {
        const { device, area, schedule, asset, themes } = run
        return {
          ...{ device_id: deviceId, date, position, area_id: area.id, channel: run.channel },
          ...{ outcome: run.outcome, cause: run.cause, count: run.count },
          ...{ first_at: run.firstAt, last_at: run.lastAt },
          detail: JSON.stringify({ device, area, schedule, asset, themes } satisfies MissingDetail),
        }
      })
      for (let start = 0; start < rows.length; start += MISSING_ROWS_PER_INSERT) {
        await tx
          .insertInto('missing_run')
          .values(rows.slice(start, start + MISSING_ROWS_PER_INSERT))
          .execute()
      }
    })
  },

  /**
   * Sets a day aside that cannot be drawn up: the others go first, and it is tried again at `againAt`.
   * @param failure why, as the log has it
   */
  async setAside(
    { deviceId, date, dueAt }: DueStatement,
    failure: string,
    againAt: EpochMs,
  ): Promise<void> {
    await db
      .updateTable('day_statement')
      .set({
        // What became due again meanwhile is tried when it is due.
        due_at: sql<number>`CASE WHEN due_at <> ${dueAt} THEN due_at ELSE ${againAt} END`,
        failure: failure.slice(0, LONGEST_FAILURE),
      })
      .where('device_id', '=', deviceId)
      .where('date', '=', date)
      .execute()
  },

  /** How far statements have come: when the last one was drawn up, and how many are due. */
  async state(now: EpochMs): Promise<{ statedAt: EpochMs | null; waiting: number }> {
    const last = await reading
      .selectFrom('day_statement')
      .select((eb) => eb.fn.max('updated_at').as('at'))
      .executeTakeFirst()
    const waiting = await reading
      .selectFrom('day_statement')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('due_at', '<=', now)
      .executeTakeFirstOrThrow()
    return { statedAt: last?.at ?? null, waiting: Number(waiting.count) }
  },
})

export type Statements = ReturnType<typeof createStatements>
