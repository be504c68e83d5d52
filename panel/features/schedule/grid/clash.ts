import type { Channel, EpochMs, Priority, ScheduleId, TimelineRow } from '#protocol'

type Span = { from: EpochMs; to: EpochMs }

/** What stands in the way of a stretch that somebody is dragging. */
export type Clash =
  | { kind: 'conflict'; schedule: string; span: Span }
  | { kind: 'quiet'; span: Span }
  | { kind: 'outside' }

export type Candidate = Span & {
  channel: Channel
  priority: Priority
  /** The schedule that is being moved does not stand in its own way. */
  scheduleId: ScheduleId | null
}

const meets = (a: Span, b: Span) => a.from < b.to && b.from < a.to

/** Whether spans, taken together, cover another from end to end. */
const covers = (spans: readonly Span[], { from, to }: Span): boolean => {
  let reached = from
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (span.from > reached) break
    reached = Math.max(reached, span.to)
  }
  return reached >= to
}

/**
 * What a stretch of sound would meet in a row: the loudspeaker taken by the same class, quiet hours,
 * time outside the broadcast windows. Screens share, and have no windows.
 */
export const clashOf = (row: TimelineRow, candidate: Candidate): Clash | undefined => {
  if (candidate.channel === 'screen' || candidate.priority === 'emergency') return undefined
  const taken = row.blocks.find(
    (block) =>
      block.channel === 'audio' &&
      block.priority === candidate.priority &&
      block.schedule.id !== candidate.scheduleId &&
      meets(block, candidate),
  )
  if (taken) {
    const span = { from: taken.from, to: taken.to }
    return { kind: 'conflict', schedule: taken.schedule.name, span }
  }
  const quiet = row.quiet.find((span) => meets(span, candidate))
  if (quiet) return { kind: 'quiet', span: quiet }
  if (!covers(row.windows, candidate)) return { kind: 'outside' }
  return undefined
}
