import type { EpochMs, PlanItem, Segment, Sha256 } from '#protocol'
import type { Ceiling, Stretch, Timeline } from './timeline.ts'

/** One item on air during [from, to). It began at `startAt`, before `from` where it is resumed. */
export type Entry = {
  item: PlanItem
  segment: Segment
  planSha256: Sha256
  startAt: EpochMs
  from: EpochMs
  to: EpochMs
  /** Those of its stretch. */
  ceilings: readonly Ceiling[]
}

/** Names an entry: the same item at the same place of the timeline, in whatever plan it is written. */
export const entryKey = ({ item, startAt, from, to }: Entry): string =>
  `${startAt}:${from}:${to}:${item.sha256}:${item.schedule.id}`

function* entriesOf(stretch: Stretch, after: EpochMs, before: EpochMs): Generator<Entry> {
  const { segment, anchor, planSha256, ceilings } = stretch
  const loopMs = segment.items.reduce((sum, item) => sum + item.durationMs, 0)
  const wanted = Math.max(stretch.from, after)
  let roundStart = anchor + Math.floor((wanted - anchor) / loopMs) * loopMs
  for (; roundStart < Math.min(stretch.to, before); roundStart += loopMs) {
    if (!segment.repeat && roundStart > anchor) return
    let startAt = roundStart
    for (const item of segment.items) {
      const from = Math.max(startAt, stretch.from)
      const to = Math.min(startAt + item.durationMs, stretch.to)
      if (from < to && after < to && from < before) {
        yield { item, segment, planSha256, startAt, from, to, ceilings }
      }
      startAt += item.durationMs
    }
  }
}

/** Position of the first stretch that ends after an instant. */
const firstAfter = (timeline: Timeline, instant: EpochMs): number => {
  let low = 0
  let high = timeline.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timeline[middle] as Stretch).to <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/** What is on air at some time in [after, before), in order. */
export function* entriesBetween(
  timeline: Timeline,
  after: EpochMs,
  before: EpochMs,
): Generator<Entry> {
  for (let index = firstAfter(timeline, after); index < timeline.length; index++) {
    const stretch = timeline[index] as Stretch
    if (before <= stretch.from) return
    yield* entriesOf(stretch, after, before)
  }
}

/** What is on air at an instant, or undefined for silence [TL1, TL2]. */
export const entryAt = (timeline: Timeline, at: EpochMs): Entry | undefined => {
  for (const entry of entriesBetween(timeline, at, at + 1)) return entry
  return undefined
}

/** The first entry that begins at or after an instant. */
export const nextEntry = (timeline: Timeline, from: EpochMs): Entry | undefined => {
  for (const entry of entriesBetween(timeline, from, Number.MAX_SAFE_INTEGER)) {
    if (entry.from >= from) return entry
  }
  return undefined
}
