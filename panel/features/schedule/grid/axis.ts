import { addDays, startOfDay } from '#playlists'
import type { EpochMs, LocalDate, TimeZone } from '#protocol'

const SLOT_MS = 1_800_000
const SLOTS = 48
/** Share of a day's width that the hours without broadcasts get together, where they are folded. */
const FOLDED_SHARE = 0.16

export type DayColumn = { date: LocalDate; startsAt: EpochMs; x: number; width: number }

/** Where instants lie across the page. */
export type Axis = {
  days: DayColumn[]
  width: number
  timeZone: TimeZone
  /** Pixels from the left edge; instants outside lie on an edge. */
  xOf: (at: EpochMs) => number
  /** The instant at a position, to the millisecond. */
  instantOf: (x: number) => EpochMs
  /** Hours of the day that have a line, and where it lies from the left edge of a day. */
  hours: { hour: number; x: number }[]
}

/** Which half hours of a day have something in them on any day. */
export const busySlots = (
  spans: Iterable<{ from: EpochMs; to: EpochMs }>,
  dayStarts: readonly EpochMs[],
): boolean[] => {
  const busy = Array.from({ length: SLOTS }, () => false)
  const first = dayStarts[0] ?? 0
  for (const { from, to } of spans) {
    if (to - from > 6 * 3_600_000) continue
    const start = dayStarts.findLast((day) => day <= from) ?? first
    const until = Math.min(Math.ceil((to - start) / SLOT_MS), SLOTS)
    for (let slot = Math.floor(Math.max(0, from - start) / SLOT_MS); slot < until; slot++)
      busy[slot] = true
  }
  return busy
}

const LINE_EVERY_PX = 44

/**
 * An axis of whole days. `busy` given, the half hours in which nothing happens are folded: a session
 * of twenty minutes would be a hair in a week drawn to scale.
 */
export const createAxis = (options: {
  from: LocalDate
  days: number
  timeZone: TimeZone
  width: number
  busy?: readonly boolean[] | undefined
}): Axis => {
  const { from, days, timeZone, width, busy } = options
  const dayWidth = width / days
  const busyCount = busy?.filter(Boolean).length ?? 0
  const isFolded = busy !== undefined && busyCount > 0 && busyCount < SLOTS - 8
  const wide = isFolded ? ((1 - FOLDED_SHARE) * dayWidth) / busyCount : dayWidth / SLOTS
  const narrow = isFolded ? (FOLDED_SHARE * dayWidth) / (SLOTS - busyCount) : wide
  const edges = [0]
  for (let slot = 0; slot < SLOTS; slot++)
    edges.push((edges[slot] ?? 0) + (!isFolded || busy?.[slot] ? wide : narrow))

  const columns: DayColumn[] = Array.from({ length: days }, (_, index) => {
    const date = addDays(from, index)
    return { date, startsAt: startOfDay(date, timeZone), x: index * dayWidth, width: dayWidth }
  })
  const endsAt = startOfDay(addDays(from, days), timeZone)

  const xOf = (at: EpochMs): number => {
    const day = columns.findLast(({ startsAt }) => startsAt <= at)
    if (!day) return 0
    if (at >= endsAt) return width
    const position = Math.min(SLOTS, (at - day.startsAt) / SLOT_MS)
    const slot = Math.min(SLOTS - 1, Math.floor(position))
    const [left = 0, right = 0] = [edges[slot], edges[slot + 1]]
    return day.x + left + (right - left) * (position - slot)
  }

  const instantOf = (x: number): EpochMs => {
    const index = Math.min(days - 1, Math.max(0, Math.floor(x / dayWidth)))
    const day = columns[index] as DayColumn
    const within = Math.min(dayWidth, Math.max(0, x - day.x))
    const slot = Math.min(
      SLOTS - 1,
      Math.max(
        0,
        edges.findLastIndex((edge) => edge <= within),
      ),
    )
    const [left = 0, right = 1] = [edges[slot], edges[slot + 1]]
    return Math.round(day.startsAt + (slot + (within - left) / (right - left)) * SLOT_MS)
  }

  const hours: Axis['hours'] = []
  let last = -LINE_EVERY_PX
  for (let hour = 0; hour < 24; hour++) {
    const x = edges[hour * 2] ?? 0
    const isOpen = !isFolded || busy?.[hour * 2] || busy?.[hour * 2 - 1]
    if (isOpen && x - last >= LINE_EVERY_PX && dayWidth - x > LINE_EVERY_PX / 2) {
      hours.push({ hour, x })
      last = x
    }
  }
  return { days: columns, width, timeZone, xOf, instantOf, hours }
}

/** To whole steps of the wall clock. */
export const snapTo = (at: EpochMs, stepMs: number): EpochMs => Math.round(at / stepMs) * stepMs
