import { createHash } from 'node:crypto'
import {
  comparePriority,
  type DayMs,
  type DayPlan,
  type Priority,
  type ScheduleRef,
  type Segment,
  type Withheld,
} from '#protocol'

type Span = { from: DayMs; to: DayMs }
type Held = Span & { schedule: ScheduleRef }
type Loss = Held & {
  /** What is on air instead. */
  by: (ScheduleRef & { priority: Priority }) | null
  reason: Withheld['reason'] | 'higher-class' | 'same-class' | null
}

/** What is heard or seen differently in two plans of one day, sorted by time. */
export type DayDifference = {
  /** Schedules that are on air where they were not, and the other way round. */
  gains: readonly Held[]
  losses: readonly Loss[]
  /** Schedules that are on air as before and sound or look different. */
  alters: readonly Held[]
}

/** A stretch of the day in which nothing changes. */
type Moment = { segment: Segment; key: string } | undefined

/** Many plans share a list. That of a board's loop may be megabytes of text: kept as its digest. */
const digests = new WeakMap<Segment['items'], string>()
const digestOf = (items: Segment['items']): string => {
  const held = digests.get(items)
  if (held !== undefined) return held
  const digest = createHash('sha1').update(JSON.stringify(items)).digest('base64url')
  digests.set(items, digest)
  return digest
}

const keyOf = ({ anchor, repeat, items }: Segment): string =>
  `${anchor} ${repeat} ${digestOf(items)}`

/** What is on air at the positions of a sorted list, asked for from the first to the last. */
const readerOf = ({ segments, ceilings, blank }: DayPlan) => {
  let next = 0
  return (at: DayMs): Moment => {
    while (next < segments.length && (segments[next] as Segment).to <= at) next++
    const segment = segments[next]
    const isDark = blank.some(({ from, to }) => from <= at && at < to)
    if (!segment || at < segment.from || isDark) return undefined
    const ceiling = ceilings.find(({ from, to }) => from <= at && at < to)?.volume ?? 100
    return { segment, key: `${Math.min(segment.volume, ceiling)} ${keyOf(segment)}` }
  }
}

const edgesOf = (plans: readonly DayPlan[]): DayMs[] => {
  const spans = plans.flatMap(({ segments, ceilings, blank }) => [segments, ceilings, blank])
  const edges = spans.flatMap((some) => some.flatMap(({ from, to }) => [from, to]))
  return [...new Set(edges)].sort((a, b) => a - b)
}

/** Why nothing of a schedule is on air at a time: what is said of this time rather than of an item. */
const reasonFor = (
  { withheld }: DayPlan,
  { id }: ScheduleRef,
  { from, to }: Span,
): Withheld['reason'] | null => {
  const own = withheld.filter(({ scheduleId }) => scheduleId === id)
  // What is said of a stretch is why an item found no room in it.
  const ofTime = own.filter(({ assetId }) => assetId === null)
  const here = ofTime.find(({ at }) => at !== null && from <= at && at < to)
  return (here ?? ofTime[0] ?? own[0])?.reason ?? null
}

/** Stretches that touch and say the same are one. */
const join = <T extends Span>(found: T[], one: T, isSame: (a: T, b: T) => boolean): void => {
  const last = found.findLast((other) => other.to === one.from && isSame(other, one))
  if (last) last.to = one.to
  else found.push(one)
}

const isOneSchedule = (a: Held, b: Held): boolean => a.schedule.id === b.schedule.id

const isOneLoss = (a: Loss, b: Loss): boolean =>
  isOneSchedule(a, b) && a.by?.id === b.by?.id && a.reason === b.reason

/** What keeps a schedule off the air: another one of its class or above, or what the plan says of it. */
const takenBy = (
  is: Moment,
  was: Moment,
  after: DayPlan,
  schedule: ScheduleRef,
  span: Span,
): Pick<Loss, 'by' | 'reason'> => {
  const [taker] = is?.segment.because.schedules ?? []
  const higher =
    is && was ? comparePriority(is.segment.because.priority, was.segment.because.priority) : -1
  if (!is || !taker || higher < 0) return { by: null, reason: reasonFor(after, schedule, span) }
  const by = { ...taker, priority: is.segment.because.priority }
  return { by, reason: higher > 0 ? 'higher-class' : 'same-class' }
}

/** Compares what is heard or seen: where a segment is cut in two and sounds the same, nothing differs. */
export const differenceOf = (before: DayPlan, after: DayPlan): DayDifference => {
  const [old, fresh] = [readerOf(before), readerOf(after)]
  const edges = edgesOf([before, after])
  const gains: Held[] = []
  const losses: Loss[] = []
  const alters: Held[] = []
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const [was, is] = [old(from), fresh(from)]
    if (was?.key === is?.key) continue
    const span = { from, to: edges[index + 1] as DayMs }
    const had = was?.segment.because
    const has = is?.segment.because
    for (const schedule of had?.schedules ?? []) {
      if (has?.schedules.some(({ id }) => id === schedule.id)) {
        join(alters, { ...span, schedule }, isOneSchedule)
        continue
      }
      join(losses, { ...span, schedule, ...takenBy(is, was, after, schedule, span) }, isOneLoss)
    }
    for (const schedule of has?.schedules ?? []) {
      if (!had?.schedules.some(({ id }) => id === schedule.id))
        join(gains, { ...span, schedule }, isOneSchedule)
    }
  }
  return { gains, losses, alters }
}

/** Whether anything of a plan is on air from a position on. */
export const isOnAir = ({ segments, blank }: DayPlan, after: DayMs): boolean =>
  segments.some(
    ({ from, to }) =>
      to > after && !blank.some((dark) => dark.from <= Math.max(from, after) && to <= dark.to),
  )
