import { addDays, dateAt, datesFrom, type Programme } from '#playlists'
import {
  AppError,
  type DayPlan,
  type EpochMs,
  HORIZON_DAYS,
  type LocalDate,
  type Sha256,
} from '#protocol'
import type { Audience } from '../programme/audiences.ts'
import { compilerFor } from '../programme/compilers.ts'
import type { Plans } from '../programme/plans.ts'
import { type Holdings, type Middle, middleOf } from './manifest-text.ts'

/** A device that loses its network today goes on for this many days. */
export const DAYS_AHEAD = HORIZON_DAYS - 1
/** Yesterday stays in, so that an item which crosses midnight keeps its beginning. */
const DAYS_BEHIND = 1

/** What the devices of one audience hold from one day on. */
export type Horizon = Pick<Holdings, 'days'> & {
  middle: Middle
  /** Plans by their hash, as the bytes that hash to it. */
  plans: ReadonlyMap<Sha256, string>
}

/** The plans of one audience together, in characters: a device fetches them all. */
const MOST_TEXT = 64_000_000

const requireBytes = (bytes: number, { segments }: DayPlan): void => {
  if (bytes <= MOST_TEXT) return
  const name = segments[0]?.because.schedules[0]?.name ?? ''
  const days = DAYS_AHEAD + DAYS_BEHIND + 1
  throw new AppError('plans-too-large', { name, days, most: MOST_TEXT / 1e6 })
}

const mediaOf = (plan: DayPlan) =>
  plan.segments.flatMap(({ items }) =>
    items.flatMap(({ sha256, mime, fallback }) => [
      { sha256, mime },
      ...(fallback ? [fallback] : []),
    ]),
  )

/** The first day that an audience's horizon begins with: it moves on at midnight of its zone. */
export const todayOf = ({ timeZone }: Pick<Audience, 'timeZone'>, now: EpochMs): LocalDate =>
  dateAt(now, timeZone)

/**
 * Compiles the plans of the coming days for one audience.
 * @param pause called between days: others get their turn
 */
export const compileHorizon = async (
  audience: Audience,
  programme: Programme,
  today: LocalDate,
  plans: Plans,
  bytesOf: (sha256: Sha256) => number,
  pause: () => Promise<void> | undefined,
): Promise<Horizon> => {
  const { timeZone, channels } = audience
  const last = addDays(today, DAYS_AHEAD)
  const compiled = new Map<Sha256, string>()
  const media = new Map<Sha256, string>()
  const days: Holdings['days'] = []
  let bytes = 0
  const { startOf } = compilerFor(programme, today).calendarOf(timeZone)
  for (const date of datesFrom(addDays(today, -DAYS_BEHIND), last)) {
    const day: Holdings['days'][number] = { date, startsAt: startOf(date), plans: {} }
    for (const channel of channels) {
      const one = plans(audience, programme, date, channel)
      const { plan, sha256 } = one
      if (plan.segments.length === 0 && plan.blank.length === 0) continue
      day.plans[channel] = sha256
      if (compiled.has(sha256)) continue
      const { body } = one
      bytes += body.length
      requireBytes(bytes, plan)
      compiled.set(sha256, body)
      for (const item of mediaOf(plan)) media.set(item.sha256, item.mime)
    }
    days.push(day)
    await pause()
  }
  const listed = [...media]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sha256, mime]) => ({ sha256, mime, bytes: bytesOf(sha256) }))
  const playUntil = startOf(addDays(last, 1))
  return {
    days,
    middle: middleOf({ days, media: listed, playUntil, relayHosts: programme.relayHosts }),
    plans: compiled,
  }
}
