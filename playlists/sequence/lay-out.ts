import type { Channel, DayMs, DurationMs, PlanItem, Schedule } from '#protocol'
import { meet, type Span } from '../spans.ts'
import type { Unit } from './unfold.ts'

/** Items one after another from `from`, over and over where `repeat` says so, until `to`. */
export type Run = Span & { items: readonly PlanItem[]; repeat: boolean }

/** A unit that waits for its place, with the silence that it wants before it. */
export type Waiting = { unit: Unit; afterMs: DurationMs }

/** What a schedule has to say in its window. */
export type Script = {
  intro: Unit
  closing: Unit
  units: readonly Unit[]
  fill: readonly Unit[]
}

export const durationOf = (items: readonly PlanItem[]): DurationMs =>
  items.reduce((sum, item) => sum + item.durationMs, 0)

/** How long units are on air, over and over, in a time that they may not exceed. */
const loopMs = (units: readonly Unit[], roomMs: DurationMs, channel: Channel): DurationMs => {
  const round = units.reduce((sum, unit) => sum + durationOf(unit), 0)
  if (round === 0 || roomMs <= 0) return 0
  if (channel === 'screen') return roomMs
  let airtime = Math.floor(roomMs / round) * round
  for (const unit of units) {
    if (airtime + durationOf(unit) > roomMs) break
    airtime += durationOf(unit)
  }
  return airtime
}

/** A round of more items than this is not written beyond what is on air of it [CP4]. */
const MOST_WHOLE = 600

/** The items of a round that begin within a time: of a longer one the rest is never on air. */
const beginning = (units: readonly Unit[], ms: DurationMs): PlanItem[] => {
  const items: PlanItem[] = []
  let lastsMs = 0
  for (const unit of units) {
    for (const item of unit) {
      if (lastsMs >= ms && items.length >= MOST_WHOLE) return items
      items.push(item)
      lastsMs += item.durationMs
    }
  }
  return items
}

const createRuns = (start: DayMs) => {
  const runs: (Run & { items: PlanItem[] })[] = []
  let at = start
  return {
    runs,
    get at() {
      return at
    },
    pause(ms: DurationMs) {
      at += ms
    },
    add(items: readonly PlanItem[], until = Number.POSITIVE_INFINITY) {
      const to = Math.min(at + durationOf(items), until)
      if (to <= at) return
      const last = runs.at(-1)
      if (last?.to === at && !last.repeat) {
        last.to = to
        last.items.push(...items)
      } else runs.push({ from: at, to, items: [...items], repeat: false })
      at = to
    },
    loop(units: readonly Unit[], ms: DurationMs) {
      if (ms > 0) runs.push({ from: at, to: at + ms, items: beginning(units, ms), repeat: true })
      at += Math.max(0, ms)
    },
  }
}

/** All rounds of a playlist, as far as they are counted [RP1]. */
export const waitingFor = (units: readonly Unit[], schedule: Schedule): Waiting[] => {
  const { fill, repeats } = schedule
  const count = fill === 'repeat' ? 1 : repeats.count
  return Array.from({ length: count }, (_, round) =>
    units.map((unit, place) => ({
      unit,
      afterMs: round > 0 && place === 0 ? repeats.gapMs : 0,
    })),
  ).flat()
}

/**
 * Lays what is waiting into a stretch of time, between intro and closing tune. Sound is cut at a
 * unit's boundary, a screen where the stretch ends [SQ3].
 * @param silent where nothing may be on air: what would be there is left out, and nothing moves for it
 * @returns the runs, and what has found no room
 */
export const layOut = (
  stretch: Span,
  waiting: readonly Waiting[],
  { intro, closing, units, fill }: Script,
  schedule: Schedule,
  channel: Channel,
  silent: readonly Span[] = [],
): { runs: Run[]; rest: readonly Waiting[] } => {
  const made = createRuns(stretch.from)
  const left = () => stretch.to - made.at
  const needed = (unit: Unit) => (channel === 'screen' ? 1 : durationOf(unit))
  const put = (unit: Unit) => {
    const span = { from: made.at, to: made.at + durationOf(unit) }
    if (silent.some((other) => meet(other, span))) made.pause(durationOf(unit))
    else made.add(unit, stretch.to)
  }
  const first = [waiting[0]?.unit, fill[0]].find((unit) => unit && needed(unit) <= left())
  if (!first) return { runs: [], rest: waiting }
  const opens = durationOf(intro) + needed(first) <= left()
  if (opens) put(intro)

  /** A loop that leaves room for the closing tune, where it can [SE3]. */
  const loopToEnd = (round: readonly Unit[]) => {
    const before = loopMs(round, left() - durationOf(closing), channel)
    made.loop(round, before > 0 ? before : loopMs(round, left(), channel))
  }

  let rest: readonly Waiting[] = []
  if (schedule.fill === 'repeat') loopToEnd(units)
  else {
    let placed = 0
    for (const { unit, afterMs } of waiting) {
      const pause = placed > 0 ? afterMs : 0
      if (pause + needed(unit) > left()) break
      made.pause(pause)
      put(unit)
      placed += 1
    }
    rest = waiting.slice(placed)
    if (schedule.fill === 'playlist') loopToEnd(fill)
  }
  if (made.runs.length === 0) return { runs: [], rest }
  if (durationOf(closing) <= left()) made.add(closing)
  return { runs: made.runs, rest }
}
