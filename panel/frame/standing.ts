import type { EpochMs, Grant } from '#protocol'

/** Whether somebody has rights now: they hold, begin or ended at an instant, or there never were any. */
export type Standing = { kind: 'holds' | 'none' } | { kind: 'begins' | 'ended'; at: EpochMs }

/** An office without rights looks empty: what is missing is not content, and has to be named. */
export const standingOf = (grants: readonly Grant[], now: EpochMs): Standing => {
  const ends = grants.map(({ validTo }) => validTo ?? Number.POSITIVE_INFINITY)
  const begins = grants.filter((_, index) => Number(ends[index]) > now).map((one) => one.validFrom)
  if (begins.some((at) => at <= now)) return { kind: 'holds' }
  if (begins.length > 0) return { kind: 'begins', at: Math.min(...begins) }
  return ends.length > 0 ? { kind: 'ended', at: Math.max(...ends) } : { kind: 'none' }
}
