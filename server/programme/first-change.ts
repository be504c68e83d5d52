import { isDeepStrictEqual } from 'node:util'
import { addDays, dateAt, datesFrom, type Programme, startOfDay } from '#playlists'
import type { EpochMs, Segment } from '#protocol'
import { DAYS_AHEAD } from '../publish/compile-audience.ts'
import type { Audience } from './audiences.ts'
import type { Plans } from './plans.ts'

/** Lists of items are long, and mostly the same objects. */
const isSameItems = (a: Segment['items'], b: Segment['items']): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((item, index) => item === b[index] || isDeepStrictEqual(item, b[index])))

const isEqual = (a: Segment | undefined, b: Segment | undefined): boolean => {
  if (!a || !b) return a === b
  const { items: left, ...mine } = a
  const { items: right, ...others } = b
  return isDeepStrictEqual(mine, others) && isSameItems(left, right)
}

/** Where two stretches that begin alike are no longer the same; null where they only look different. */
const firstInside = (a: Segment, b: Segment): number | null => {
  const isAlike =
    a.from === b.from && a.anchor === b.anchor && a.volume === b.volume && a.repeat === b.repeat
  if (!isAlike) return Math.min(a.from, b.from)
  let at = a.anchor
  let index = 0
  for (; index < Math.min(a.items.length, b.items.length); index++) {
    const item = a.items[index]
    if (!item || JSON.stringify(item) !== JSON.stringify(b.items[index])) break
    at += item.durationMs
  }
  const isSame = index === a.items.length && index === b.items.length
  const end = Math.min(a.to, b.to)
  if (!isSame && at < end) return Math.max(at, a.from)
  return a.to === b.to ? null : end
}

/** The first position of a day from `after` on at which two plans differ; null where they do not. */
const firstDifference = (
  before: readonly Segment[],
  after: readonly Segment[],
  from: number,
): number | null => {
  const old = before.filter(({ to }) => to > from)
  const fresh = after.filter(({ to }) => to > from)
  for (let index = 0; index < Math.max(old.length, fresh.length); index++) {
    const [a, b] = [old[index], fresh[index]]
    if (isEqual(a, b)) continue
    const at = a && b ? firstInside(a, b) : (a ?? b)?.from
    if (at !== null && at !== undefined) return Math.max(from, at)
  }
  return null
}

/** The first instant at which something else is on air than before; null where nothing ever is. */
export const firstChange = async (
  { before, after }: { before: Audience; after: Audience },
  oldProgramme: Programme,
  newProgramme: Programme,
  plans: Plans,
  now: EpochMs,
  pause: () => Promise<void> | undefined,
): Promise<EpochMs | null> => {
  const today = dateAt(now, after.timeZone)
  for (const date of datesFrom(today, addDays(today, DAYS_AHEAD))) {
    const startsAt = startOfDay(date, after.timeZone)
    let first: EpochMs | null = null
    for (const channel of after.channels) {
      const old = plans(before, oldProgramme, date, channel)
      const fresh = plans(after, newProgramme, date, channel)
      if (old.plan === fresh.plan) continue
      const from = Math.max(0, now - startsAt)
      const position = firstDifference(old.plan.segments, fresh.plan.segments, from)
      if (position !== null)
        first = Math.min(first ?? Number.POSITIVE_INFINITY, startsAt + position)
    }
    await pause()
    if (first !== null) return first
  }
  return null
}
