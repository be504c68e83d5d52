import type { EpochMs } from '#protocol'

/** So many names are remembered at once; beyond that the oldest are forgotten first. */
const MOST_NAMES = 10_000

type Tries = { most: number; withinMs: number; now: () => EpochMs }

/** Counts tries that failed, by a name: an address or an account. */
export const createTries = ({ most, withinMs, now }: Tries) => {
  const failed = new Map<string, { count: number; since: EpochMs }>()
  return {
    isOver(name: string): boolean {
      const tries = failed.get(name)
      if (tries && now() - tries.since > withinMs) failed.delete(name)
      return (failed.get(name)?.count ?? 0) >= most
    },
    note(name: string): void {
      const { count, since } = failed.get(name) ?? { count: 0, since: now() }
      failed.delete(name)
      failed.set(name, { count: count + 1, since })
      const [oldest] = failed.keys()
      if (failed.size > MOST_NAMES && oldest !== undefined) failed.delete(oldest)
    },
    forget: (name: string): void => void failed.delete(name),
  }
}
