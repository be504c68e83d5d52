import type { DayMs, Segment } from '#protocol'

type Stretch = { from: DayMs; to: DayMs }

/**
 * A day's segments without the stretches in which the board is dark. What follows them is what should
 * be on by then: the anchor stays.
 */
export const applyBlankHours = (
  segments: readonly Segment[],
  blank: readonly Stretch[],
): Segment[] =>
  blank.reduce<Segment[]>(
    (left, dark) =>
      left.flatMap((segment) =>
        [
          { ...segment, to: Math.min(segment.to, dark.from) },
          { ...segment, from: Math.max(segment.from, dark.to) },
        ].filter((part) => part.from < part.to),
      ),
    [...segments],
  )
