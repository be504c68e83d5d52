import type { EpochMs, TimeZone } from '#protocol'

const QUARTER_MS = 900_000
/** Zones change their offset on whole quarters of an hour: within one, the wall clock runs evenly. */
const MOST_QUARTERS = 4_000

/** An instant as the wall of a zone shows it, as if that wall were UTC. */
export const createWallClock = (timeZone: TimeZone) => {
  const offsets = new Map<number, number>()
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  })
  const offsetAt = (at: EpochMs): number => {
    const quarter = Math.floor(at / QUARTER_MS)
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    const part = Object.fromEntries(
      format.formatToParts(quarter * QUARTER_MS).map(({ type, value }) => [type, Number(value)]),
    ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
    const wall = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second)
    if (offsets.size >= MOST_QUARTERS) offsets.clear()
    offsets.set(quarter, wall - quarter * QUARTER_MS)
    return wall - quarter * QUARTER_MS
  }
  const two = (value: number) => (value < 10 ? `0${value}` : String(value))
  let day = { from: 0, to: 0, text: '' }
  /** dd/mm/yyyy of a wall instant; those of a run mostly lie on one day. */
  const dateText = (wall: number): string => {
    if (wall < day.from || wall >= day.to) {
      const from = Math.floor(wall / 86_400_000) * 86_400_000
      const date = new Date(from)
      const text = `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`
      day = { from, to: from + 86_400_000, text }
    }
    return day.text
  }
  const timeText = (wall: number): string => {
    const seconds = Math.floor(wall / 1000) % 86_400
    const minutes = Math.floor(seconds / 60)
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`
  }
  return {
    wall: (at: EpochMs): number => at + offsetAt(at),
    /** dd/mm/yyyy */
    date: (at: EpochMs): string => dateText(at + offsetAt(at)),
    /** HH:mm:ss */
    time: (at: EpochMs): string => timeText(at + offsetAt(at)),
    /** dd/mm/yyyy HH:mm:ss.mmm */
    exact(at: EpochMs): string {
      const wall = at + offsetAt(at)
      const ms = wall % 1000
      return `${dateText(wall)} ${timeText(wall)}.${ms < 100 ? (ms < 10 ? '00' : '0') : ''}${ms}`
    },
  }
}

export type WallClock = ReturnType<typeof createWallClock>
