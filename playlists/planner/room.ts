import type { Asset, DurationMs, LocalDate, NoRoom, Proposal, ThemeId } from '#protocol'
import type { PlannedDate } from '../compile/compiler.ts'
import type { Place, Programme } from '../compile/programme.ts'
import { excessOf } from '../policy/limits.ts'
import { policyDay } from '../policy/policy-day.ts'
import { type Calendar, createCalendar } from '../recurrence/calendar.ts'
import { wallTimeAt } from '../recurrence/local-time.ts'
import { shuffled } from '../sequence/shuffled.ts'
import { type Span, union, within, without } from '../spans.ts'
import { activeThemes, eligibility } from '../themes/eligibility.ts'

type Session = Proposal['sessions'][number]

/** A free stretch inside one window of one day, filled from its beginning. */
type Slot = Span & {
  date: LocalDate
  daypart: string | null
  items: Asset[]
  /** Where the next item would begin. */
  at: number
}

export type RoomInput = {
  programme: Programme
  place: Place
  /** What is planned already on the days that may be used: it keeps its time and counts for limits. */
  planned: readonly PlannedDate[]
  seed: string
  /** More that is taken, by date. */
  taken?: ReadonlyMap<LocalDate, readonly Span[]>
}

const SECOND_MS = 1_000
const up = (ms: number): number => Math.ceil(ms / SECOND_MS) * SECOND_MS
const down = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS

const durationOf = (asset: Asset): DurationMs => asset.rendition?.durationMs ?? 0

/** The named windows of a day or, where an area has none, its broadcast windows. */
const windowsOn = (place: Place, date: LocalDate, calendar: Calendar) => {
  const { dayparts } = place.policy
  const { windows } = policyDay(place.policy, date, calendar)
  if (dayparts === null) return (windows ?? []).map((span) => ({ ...span, daypart: null }))
  const weekday = calendar.weekdayOf(date)
  return dayparts.flatMap(({ code, startTime, endTime, exceptions }) => {
    const exception = exceptions.find((other) => other.weekday === weekday)
    const times = exception ? exception.times : { startTime, endTime }
    return times ? [{ ...calendar.windowOf(date, times), daypart: code }] : []
  })
}

const slotsOn = (
  { place, taken }: RoomInput,
  { date, plan }: PlannedDate,
  calendar: Calendar,
): Slot[] => {
  const { windows, quiet } = policyDay(place.policy, date, calendar)
  const busy = union([...plan.segments, ...(taken?.get(date) ?? []), ...quiet])
  const day = { from: 0, to: calendar.lengthOf(date) }
  return windowsOn(place, date, calendar).flatMap(({ daypart, ...window }) =>
    within(window, windows ?? [window])
      .flatMap((open) => within(open, [day]))
      .flatMap((open) => without(open, busy))
      .map(({ from, to }) => ({ from: up(from), to: down(to) }))
      .filter(({ from, to }) => from < to)
      .map((span) => ({ ...span, date, daypart, items: [], at: span.from })),
  )
}

/** Free time of some days, and the clips that could fill it [PN1]. */
export const createRoom = (input: RoomInput) => {
  const { programme, place, planned, seed, taken } = input
  const calendar = createCalendar(place.timeZone)
  const active = new Map(planned.map(({ date }) => [date, activeThemes(programme.campaigns, date)]))
  const onAir = new Map(
    planned.map(({ date, plan }) => [
      date,
      [...plan.segments, ...(taken?.get(date) ?? [])] as Span[],
    ]),
  )
  // What begins together is offered in the order of the seed, not of the calendar.
  const slots = planned.flatMap((day) => slotsOn(input, day, calendar))
  const clips = [...programme.assets.values()]
    .filter(({ kind }) => kind === 'clip')
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const queues = new Map<ThemeId, Asset[]>()
  const count = (slot: Slot, themeId: ThemeId) =>
    slot.items.filter(({ themeIds }) => themeIds.includes(themeId)).length

  const isPlayable = (asset: Asset, date: LocalDate, themeId: ThemeId): boolean => {
    const themes = active.get(date)
    return (
      themes?.has(themeId) === true &&
      eligibility(asset, date, themes, programme.relayHosts).eligible
    )
  }
  const queueOf = (themeId: ThemeId): Asset[] => {
    const known = queues.get(themeId)
    if (known) return known
    const fit = clips.filter(
      (clip) =>
        clip.themeIds.includes(themeId) &&
        planned.some(({ date }) => isPlayable(clip, date, themeId)),
    )
    const queue = shuffled(fit, `${seed} ${themeId}`)
    queues.set(themeId, queue)
    return queue
  }
  const fits = (slot: Slot, asset: Asset): boolean => {
    const to = slot.at + durationOf(asset)
    const others = onAir.get(slot.date) ?? []
    const mine = slots.filter(({ date, items }) => date === slot.date && items.length > 0)
    const before = [...others, ...mine.map(({ from, at }) => ({ from, to: at }))]
    return to <= slot.to && !excessOf(place.policy, before, [{ from: slot.at, to }])
  }
  const order = new Map(shuffled(slots, `${seed} slots`).map((slot, index) => [slot, index]))
  const onDate = (date: LocalDate, themeId: ThemeId) =>
    slots.reduce((sum, slot) => sum + (slot.date === date ? count(slot, themeId) : 0), 0)

  /** Puts the next clip of a theme where the theme is heard least. @returns the clip, if there was room */
  const add = (themeId: ThemeId): Asset | undefined => {
    const queue = queueOf(themeId)
    const load = new Map(planned.map(({ date }) => [date, onDate(date, themeId)]))
    const ranked = slots.toSorted(
      (a, b) =>
        (load.get(a.date) ?? 0) - (load.get(b.date) ?? 0) ||
        count(a, themeId) - count(b, themeId) ||
        (order.get(a) ?? 0) - (order.get(b) ?? 0),
    )
    for (const [place, asset] of queue.entries()) {
      const slot = ranked.find((each) => isPlayable(asset, each.date, themeId) && fits(each, asset))
      if (!slot) continue
      slot.items.push(asset)
      slot.at += durationOf(asset)
      // It goes to the end of the queue: everything is heard before anything is heard again.
      queue.splice(place, 1)
      queue.push(asset)
      return asset
    }
    return undefined
  }

  const wall = ({ date }: Slot, ms: number): string =>
    ms >= calendar.lengthOf(date)
      ? '24:00'
      : wallTimeAt(calendar.startOf(date) + ms, place.timeZone)

  const filled = () => slots.filter(({ items }) => items.length > 0)

  return {
    add,
    /** Why nothing more of a theme can be put anywhere. */
    lackOf(themeId: ThemeId): NoRoom {
      if (queueOf(themeId).length === 0) return 'no-approved-asset'
      return slots.length > 0 ? 'no-room' : 'no-window'
    },
    /** The stretches that were filled, by date. */
    spans: () => filled().map(({ date, from, at }) => ({ date, from, to: up(at) })),
    sessions: (): Session[] =>
      filled()
        .sort((a, b) => (a.date === b.date ? a.from - b.from : a.date < b.date ? -1 : 1))
        .map((slot) => ({
          date: slot.date,
          daypart: slot.daypart,
          startTime: wall(slot, slot.from),
          endTime: wall(slot, up(slot.at)),
          items: slot.items.map((asset) => ({
            assetId: asset.id,
            title: asset.title,
            themeIds: asset.themeIds,
            durationMs: durationOf(asset),
          })),
        })),
  }
}
