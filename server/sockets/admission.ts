import type { DurationMs, EpochMs } from '#protocol'

/**
 * A bucket of tokens, refilled at a steady rate: when ten thousand devices come back at once after
 * an outage, each is told when to try again instead of all being served late.
 */
export const createAdmission = (perSecond: number, now: () => EpochMs) => {
  let tokens = perSecond
  let refilledAt = now()
  let waiting = 0

  return {
    /** @returns 0 to come in, otherwise how long to stay away */
    admit(): DurationMs {
      const at = now()
      const fresh = ((at - refilledAt) / 1000) * perSecond
      if (fresh >= 1) {
        tokens = Math.min(perSecond, tokens + fresh)
        waiting = Math.max(0, waiting - fresh)
        refilledAt = at
      }
      if (tokens >= 1) {
        tokens -= 1
        return 0
      }
      waiting += 1
      // Each one turned away is given a later turn than the one before it.
      return Math.ceil((waiting / perSecond) * 1000) + 500
    },
  }
}
