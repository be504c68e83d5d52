import type { DayPlan, EpochMs, PlanItem, Segment, Sha256, VolumePercent } from '#protocol'

/** A day plan put on the calendar: `startsAt` is the first instant of its day. */
export type PlannedDay = {
  startsAt: EpochMs
  sha256: Sha256
  segments: readonly Segment[]
  ceilings?: DayPlan['ceilings']
}

/** Sound is not louder than this during [from, to). */
export type Ceiling = { from: EpochMs; to: EpochMs; volume: VolumePercent }

/** A segment at its instants; one that goes on after midnight is one stretch [TL3]. */
export type Stretch = {
  from: EpochMs
  to: EpochMs
  anchor: EpochMs
  segment: Segment
  planSha256: Sha256
  /** Those that touch it, in order. */
  ceilings: readonly Ceiling[]
}

/** Sorted stretches of one channel, none overlapping another. */
export type Timeline = readonly Stretch[]

const isSame = (a: PlanItem, b: PlanItem | undefined): boolean =>
  a.sha256 === b?.sha256 && a.schedule.id === b.schedule.id && a.durationMs === b.durationMs

const goesOn = (left: Stretch, right: Stretch): boolean =>
  left.to === right.from &&
  left.anchor === right.anchor &&
  left.segment.items.length === right.segment.items.length &&
  left.segment.items.every((item, index) => isSame(item, right.segment.items[index]))

/** Lays the plans of one channel, in the order of their days, on the axis of time. */
export const timelineOf = (days: readonly PlannedDay[]): Timeline => {
  const stretches: Stretch[] = []
  for (const { startsAt, sha256, segments, ceilings = [] } of days) {
    for (const segment of segments) {
      const stretch = {
        from: startsAt + segment.from,
        to: startsAt + segment.to,
        anchor: startsAt + segment.anchor,
        segment,
        planSha256: sha256,
        ceilings: ceilings
          .filter(({ from, to }) => from < segment.to && segment.from < to)
          .map(({ from, to, volume }) => ({ from: startsAt + from, to: startsAt + to, volume })),
      }
      const last = stretches.at(-1)
      if (last && goesOn(last, stretch)) {
        last.to = stretch.to
        last.ceilings = [...last.ceilings, ...stretch.ceilings]
      } else stretches.push(stretch)
    }
  }
  return stretches
}
