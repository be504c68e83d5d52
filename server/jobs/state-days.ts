import type { Logger } from 'pino'
import { addDays, dateAt, startOfDay } from '#playlists'
import type { DayPlan, DeviceId, EpochMs, LocalDate, Sha256, TimeZone } from '#protocol'
import { coverageOf, missingRuns } from '../evidence/missing-runs.ts'
import { drawUp } from '../evidence/statement.ts'
import type { DueStatement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'

const LOOK_EVERY_MS = 5_000
const AT_ONCE = 50
/** So long after its planned end the record of a play may still be on its way. */
export const GRACE_MS = 120_000
/** A day that goes on is looked at again at least this often. */
const AGAIN_MS = 3_600_000
const MOST_PLANS = 300

export type StateDaysDeps = {
  store: Store
  timeZone: TimeZone
  now: () => EpochMs
  log: Logger
  /** Told when what is missing has changed. */
  onStated: (count: number) => void
}

/** Sets planned against delivered for every device day that asks for it, one after another. */
export const createStateDays = ({ store, timeZone, now, log, onStated }: StateDaysDeps) => {
  const plans = new Map<Sha256, DayPlan | null>()
  let isClosed = false
  let isWorking = false

  const load = async (hashes: Iterable<Sha256>) => {
    for (const sha256 of hashes) {
      if (plans.has(sha256)) continue
      if (plans.size >= MOST_PLANS) plans.clear()
      const body = await store.manifests.plan(sha256)
      plans.set(sha256, body === undefined ? null : (JSON.parse(body) as DayPlan))
    }
  }

  const state = async ({ deviceId, date, dueAt }: DueStatement) => {
    const from = startOfDay(date, timeZone)
    const to = startOfDay(addDays(date, 1), timeZone)
    const versions = await store.planHistory.versions(deviceId, from, to)
    const near = new Set<Sha256>()
    for (const { days } of versions) {
      for (const { startsAt, plans: named } of days) {
        if (startsAt < from - 30 * 3_600_000 || startsAt > to) continue
        for (const sha256 of Object.values(named)) near.add(sha256)
      }
    }
    await load(near)
    const at = now()
    const statement = drawUp({
      from,
      to,
      versions,
      planOf: (sha256) => plans.get(sha256) ?? undefined,
      plays: await store.statements.plays(deviceId, from, to),
      witness: await store.statements.witness(deviceId, from, to),
      now: at,
      graceMs: GRACE_MS,
    })
    const end = to + GRACE_MS
    const soon = statement.nextAt === null ? end : statement.nextAt + GRACE_MS
    const nextAt = at >= end ? null : Math.min(end, Math.max(soon, at + 1), at + AGAIN_MS)
    const day = { deviceId, date, startsAt: from }
    await store.statements.save({
      ...{ deviceId, date, dueAt, nextAt, at },
      coverage: coverageOf(day, statement),
      missing: missingRuns(day, statement),
    })
    await expectNextDay(deviceId, date, versions.length > 0)
  }

  /** Days follow each other also where nothing is recorded and no manifest changes. */
  const expectNextDay = async (deviceId: DeviceId, date: LocalDate, isPlanned: boolean) => {
    if (isPlanned && date < dateAt(now(), timeZone)) {
      await store.statements.expect(deviceId, addDays(date, 1), now())
    }
  }

  /** One day that fails keeps no other waiting; it is an alert until it can be drawn up. */
  const setAside = async (due: DueStatement, error: unknown) => {
    if (isClosed) return
    const { deviceId, date } = due
    log.error({ deviceId, date, err: error }, 'planned could not be set against delivered')
    const failure = error instanceof Error ? error.message : String(error)
    await store.statements.setAside(due, failure, now() + AGAIN_MS)
  }

  const work = async () => {
    if (isClosed || isWorking) return
    isWorking = true
    try {
      for (;;) {
        const due = await store.statements.due(now(), AT_ONCE)
        for (const one of due) {
          if (isClosed) return
          await state(one).catch((error) => setAside(one, error))
          // Devices come first: whoever waits is served between two statements.
          await new Promise((resolve) => setImmediate(resolve))
        }
        if (due.length > 0) onStated(due.length)
        if (due.length < AT_ONCE) return
      }
    } catch (error) {
      if (!isClosed) log.error(error, 'days to reconcile could not be read; tried again soon')
    } finally {
      isWorking = false
    }
  }

  const looking = setInterval(work, LOOK_EVERY_MS)
  return {
    /** Draws up everything that is due by now. */
    work,
    close() {
      isClosed = true
      clearInterval(looking)
    },
  }
}
