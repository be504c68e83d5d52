import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import cron from 'node-cron'
import type { Logger } from 'pino'
import { dateAt } from '#playlists'
import { type EpochMs, FIRST_DATE, LAST_DATE, type TimeZone } from '#protocol'
import type { ArchiveOrder, ArchiveWord } from '../archive/archive-process.ts'
import { addMonths, archivedMonths, type Month, monthOf } from '../archive/months.ts'
import type { ArchivedRun } from '../archive/write-archive.ts'
import type { Store } from '../store/store.ts'

const PROCESS = join(import.meta.dirname, '../archive/archive-process.ts')
/** After the days are closed, and while hardly anything is played. */
const EVERY_NIGHT = '40 2 * * *'

export type ArchiveMonthsDeps = Pick<ArchiveOrder, 'database' | 'keys' | 'folder' | 'timeZone'> & {
  store: Pick<Store, 'archived' | 'evidence'>
  /** Whole months that stay in the database; 0: all. */
  keptMonths: number
  isClockRight: () => boolean
  timeZone: TimeZone
  log: Logger
  now: () => EpochMs
}

/**
 * Moves records of old months to archives. Records leave the database only when an archive that holds
 * them has its name, was just checked, and says itself that it holds them; whatever ends this in
 * between, the next run begins with what is there.
 */
export const createArchiveMonths = (deps: ArchiveMonthsDeps) => {
  const { store, database, keys, folder, timeZone, keptMonths, isClockRight, log, now } = deps
  let child: ChildProcess | undefined
  let isClosed = false

  const ask = (order: Pick<ArchiveOrder, 'month' | 'write'>): Promise<ArchivedRun[]> =>
    new Promise((resolve, reject) => {
      child = fork(PROCESS)
      child.once('message', (word: ArchiveWord) =>
        'runs' in word ? resolve(word.runs) : reject(new Error(word.failure)),
      )
      child.once('exit', () => reject(new Error('the archive was not finished')))
      child.send({ database, keys, folder, timeZone, ...order } satisfies ArchiveOrder)
    })

  const remove = async (month: Month, runs: readonly ArchivedRun[]): Promise<void> => {
    let removed = 0
    for (const run of runs) {
      if (isClosed) return
      removed += await store.archived.remove(run)
    }
    if (removed > 0) log.info({ month, removed }, 'records are in their archive only')
  }

  /** The month after the last that is archived; without any, the one in which the first day was closed. */
  const nextMonth = async (months: readonly Month[]): Promise<Month | undefined> => {
    const last = months.at(-1)
    if (last !== undefined) return addMonths(last, 1)
    const [first] = await store.evidence.dates(FIRST_DATE, LAST_DATE)
    return first && monthOf(first)
  }

  /** @returns months that were archived now */
  const run = async (): Promise<Month[]> => {
    const fresh: Month[] = []
    if (keptMonths === 0 || !isClockRight()) return fresh
    const present = await archivedMonths(folder)
    // The end of the last one may have waited for the device's journal to grow.
    const last = present.at(-1)
    if (last !== undefined) await remove(last, await ask({ month: last, write: null }))
    const newest = addMonths(monthOf(dateAt(now(), timeZone)), -keptMonths - 1)
    for (
      let month = await nextMonth(present);
      month !== undefined && month <= newest && !isClosed;
      month = addMonths(month, 1)
    ) {
      const isFirst = present.length + fresh.length === 0
      await remove(month, await ask({ month, write: { isFirst } }))
      fresh.push(month)
    }
    return fresh
  }

  return {
    run,
    /** @returns how to stop it */
    start(): () => Promise<void> {
      let running: Promise<unknown> = Promise.resolve()
      const job = cron.schedule(
        EVERY_NIGHT,
        () => {
          running = run()
            .then((months) => log.info({ months }, 'months archived'))
            .catch((error) => log.error(error, 'a month could not be archived; tried tomorrow'))
          return running
        },
        { timezone: timeZone, noOverlap: true },
      )
      return async () => {
        isClosed = true
        await job.stop()
        child?.kill()
        await running
      }
    },
  }
}
