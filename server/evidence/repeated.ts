import type { Play } from '#protocol'

/** What a record tells of how its entry of the plan went. */
export type Told = Pick<Play, 'plannedStartAt' | 'plannedEndAt' | 'startAt' | 'endAt' | 'playedMs'>

/** Clocks are pulled and set between two parts of a play. */
const SLACK_MS = 2_000

const endOf = ({ startAt, endAt, playedMs }: Told): number => endAt ?? (startAt ?? 0) + playedMs

const isApart = (one: Told, other: Told): boolean =>
  one.startAt === null ||
  other.startAt === null ||
  one.startAt >= endOf(other) - SLACK_MS ||
  endOf(one) <= other.startAt + SLACK_MS

/**
 * Whether a record tells again what is counted of the same entry. A play that was broken off and taken
 * up again has a record for each part: they lie beside each other, and are together no longer than
 * what was planned.
 * @param counted records of the same entry that are counted already
 */
export const isRepeated = (told: Told, counted: readonly Told[]): boolean => {
  if (counted.length === 0) return false
  const plannedMs = told.plannedEndAt - told.plannedStartAt
  const playedMs = counted.reduce((sum, one) => sum + one.playedMs, 0)
  // Nothing came out of the rest: that is news once, where there is a rest.
  if (told.startAt === null)
    return counted.some(({ startAt }) => startAt === null) || playedMs > plannedMs - SLACK_MS
  return (
    playedMs + told.playedMs > plannedMs + SLACK_MS || !counted.every((one) => isApart(told, one))
  )
}
