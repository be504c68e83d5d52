import cron from 'node-cron'
import type { Logger } from 'pino'
import { addDays, dateAt } from '#playlists'
import type { EpochMs, LocalDate, TimeZone } from '#protocol'
import { closeDay } from '../evidence/day-root.ts'
import type { LedgerKey } from '../evidence/ledger-key.ts'
import { STAMPED_WITHIN_DAYS, type TimestampAuthority } from '../evidence/timestamp.ts'
import type { Store } from '../store/store.ts'

export type CloseDaysDeps = {
  store: Pick<Store, 'evidence' | 'devices'>
  key: LedgerKey
  /** Stamps the roots, where one is configured. */
  authority: TimestampAuthority | undefined
  timeZone: TimeZone
  log: Logger
  now: () => EpochMs
}

/** Late enough for what was played before midnight to have arrived from devices with a network. */
const EVERY_NIGHT = '12 0 * * *'

/**
 * A server that was off for longer closes yesterday only: its root covers what the ledger holds, and
 * a clock that is wrong signs no long row of days.
 */
const MOST_DAYS = 14

/** Closes every day up to yesterday that is not closed yet, and has them stamped. */
export const closeMissedDays = async (deps: CloseDaysDeps): Promise<LocalDate[]> => {
  const { store, key, authority, timeZone, log, now } = deps
  const yesterday = addDays(dateAt(now(), timeZone), -1)
  const last = await store.evidence.lastDay()
  const closed: LocalDate[] = []
  if (last && last.date > yesterday)
    log.error(
      { last: last.date },
      'days are closed that have not been: a clock was wrong; restart with --today to set them aside',
    )
  const isLong = last && last.date < addDays(yesterday, -MOST_DAYS)
  for (
    let date = last && !isLong ? addDays(last.date, 1) : yesterday;
    date <= yesterday;
    date = addDays(date, 1)
  ) {
    await closeDay(store, key, date, now())
    closed.push(date)
  }
  if (!authority) return closed
  for (const { date, note } of await store.evidence.unstamped(
    addDays(yesterday, -STAMPED_WITHIN_DAYS),
  )) {
    try {
      await store.evidence.stamp(date, await authority.stamp(note))
    } catch (error) {
      log.error({ date, err: error }, 'the authority did not stamp a day; asked again tomorrow')
    }
  }
  return closed
}

/** Closes days every night, and at once those that were missed. @returns how to stop it */
export const startClosingDays = (
  deps: CloseDaysDeps & { isClockRight: () => boolean },
): (() => Promise<void>) => {
  const { timeZone, log, isClockRight } = deps
  let running = Promise.resolve()
  const run = () => {
    if (!isClockRight()) return running
    running = running
      .then(() => closeMissedDays(deps))
      .then((closed) => log.info({ closed }, 'days closed'))
      .catch((error) => log.error(error, 'a day could not be closed; tried again tomorrow night'))
    return running
  }
  const job = cron.schedule(EVERY_NIGHT, run, { timezone: timeZone, noOverlap: true })
  void run()
  return async () => {
    await job.stop()
    await running
  }
}
