import type { Logger } from 'pino'
import { dateAt, startOfDay } from '#playlists'
import { AppError, type EpochMs, type LocalDate, type TimeZone } from '#protocol'
import type { Store } from '../store/store.ts'

/** A clock may be put back by so much: more is a clock that is wrong now, or was before. */
const BACK_MS = 3_600_000
/** So long a server may have been off: more is taken for a clock in the future until somebody says no. */
const AHEAD_MS = 14 * 86_400_000
const LOOK_EVERY_MS = 600_000
/** No server has run before it. */
const OLDEST: LocalDate = '2025-01-01'

type Deps = {
  store: Pick<Store, 'office' | 'evidence' | 'audit'>
  /** The date that somebody gave, who knows that the clock is right. */
  today: LocalDate | undefined
  timeZone: TimeZone
  now: () => EpochMs
  log: Logger
}

const isPlausible = (now: EpochMs, seenAt: EpochMs): boolean =>
  now > seenAt - BACK_MS && now < seenAt + AHEAD_MS

/** `25/11/2026 07:30`, as people read it here. */
const inWords = (at: EpochMs, timeZone: TimeZone): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  })
    .format(at)
    .replace(',', '')

/** Roots of days that have not begun were signed while the clock was wrong. */
const voidFutureDays = async ({ store, now, log }: Deps, today: LocalDate): Promise<void> => {
  const at = now()
  for (const { date, root } of await store.evidence.voidDaysFrom(today, at)) {
    log.warn({ date, root }, 'the root of a day that a wrong clock made is out of use')
    await store.audit.add({
      ...{ at, userId: '', action: 'day-root.void', subject: date, detail: { root } },
    })
  }
}

/**
 * Whether this machine's clock can be believed: it signs days and decides what is archived.
 * @param seenAt when a server last served this database; undefined at the first start
 * @throws AppError clock-unset, clock-wrong
 */
export const checkClock = async (deps: Deps, seenAt: EpochMs | undefined): Promise<void> => {
  const { store, today, timeZone, now, log } = deps
  const at = now()
  const clock = inWords(at, timeZone)
  if (at < startOfDay(OLDEST, timeZone)) throw new AppError('clock-unset', { clock })
  const date = dateAt(at, timeZone)
  if (today === date) await voidFutureDays(deps, date)
  else if (seenAt !== undefined && !isPlausible(at, seenAt))
    throw new AppError('clock-wrong', { clock, seen: inWords(seenAt, timeZone), today: date })
  else if (today) log.warn({ today }, '--today names another day than the clock: ignored')
  await store.office.seen(at)
}

/**
 * Goes on looking at the clock while the server runs.
 * @returns whether it can be believed now, and how to stop
 */
export const watchClock = ({ store, now, log }: Pick<Deps, 'store' | 'now' | 'log'>) => {
  let seenAt = now()
  const isRight = () => isPlausible(now(), seenAt)
  const look = () => {
    if (!isRight()) {
      log.error(
        { clock: now(), seenAt },
        'the clock of this machine jumped: no day is closed or archived until it is right; if it is right now, restart with --today',
      )
      return
    }
    seenAt = now()
    store.office.seen(seenAt).catch((error) => log.error(error, 'the database was not reached'))
  }
  const looking = setInterval(look, LOOK_EVERY_MS)
  return { isRight, close: () => clearInterval(looking) }
}
