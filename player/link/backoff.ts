import type { DurationMs } from '#protocol'

const FIRST_MS = 2_000
const MOST_MS = 120_000
/** A connection that held this long was a good one: the count starts anew. */
export const STABLE_MS = 60_000

/**
 * How long to wait before the next attempt: anything up to a bound that doubles with every failure.
 * Full jitter, because ten thousand devices lose the same server at the same instant.
 * @param random in [0, 1)
 */
export const reconnectDelay = (failures: number, random: number): DurationMs =>
  Math.round(random * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 20)))
