import {
  comparePriority,
  type DayMs,
  type Priority,
  type ScheduleId,
  type Segment,
} from '#protocol'

/** A stretch of one day that a schedule asks for. */
export type Claim = Omit<Segment, 'because'> & {
  scheduleId: ScheduleId
  schedule: string
  priority: Priority
  /** Where the window began, also where that was the day before. */
  windowStart: DayMs
}

/** Who gets the channel where claims meet: the negative first [PR1, PR3]. */
const precedence = (a: Claim, b: Claim): number =>
  comparePriority(b.priority, a.priority) ||
  a.windowStart - b.windowStart ||
  (a.scheduleId < b.scheduleId ? -1 : 1)

type Span = { from: DayMs; to: DayMs }

const without = (span: Span, taken: readonly Span[]): Span[] => {
  let rest = [span]
  for (const { from, to } of taken) {
    rest = rest.flatMap((piece) => {
      if (to <= piece.from || piece.to <= from) return [piece]
      const before = { from: piece.from, to: Math.min(piece.to, from) }
      const after = { from: Math.max(piece.from, to), to: piece.to }
      return [before, after].filter((part) => part.from < part.to)
    })
  }
  return rest
}

const meet = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

/**
 * Lays claims over each other. What a claim loses to a higher one is cut out of it; its anchor stays,
 * so that it resumes where it would be by then [PR2].
 */
export const layer = (claims: readonly Claim[]): Segment[] => {
  const ordered = claims.toSorted(precedence)
  const taken: Span[] = []
  const segments: Segment[] = []
  ordered.forEach((claim, index) => {
    const below = ordered.slice(index + 1)
    for (const { from, to } of without(claim, taken)) {
      const overrode = below.filter((lower) => meet(lower, { from, to }))
      const names = [...new Set(overrode.map((lower) => lower.schedule))].sort()
      const { anchor, repeat, items, volume, scheduleId, schedule, priority } = claim
      const schedules = [{ id: scheduleId, name: schedule }]
      const because = { schedules, priority, overrode: names, breaks: [] }
      segments.push({ from, to, anchor, repeat, items, volume, because })
    }
    taken.push({ from: claim.from, to: claim.to })
  })
  return segments.sort((a, b) => a.from - b.from)
}
