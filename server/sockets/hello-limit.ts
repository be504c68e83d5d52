import type { DurationMs, EpochMs } from '#protocol'

/** As many addresses are remembered; then all of them are forgotten. */
const MOST_ADDRESSES = 10_000
const SHORTEST_WAIT_MS = 1_000
const WAIT_SPREAD_MS = 4_000

/**
 * Bounds how many hellos of one address are looked at, before anybody knows whose they are: looking up
 * a key and checking a signature is work. What is spent here is no place in the queue of those who
 * have proved themselves, and who waits is not made to wait longer by how many others do.
 * @param random in [0, 1)
 */
export const createHelloLimit = (perSecond: number, now: () => EpochMs, random: () => number) => {
  const addresses = new Map<string, { second: number; count: number }>()
  return {
    /** @returns 0 to look at it, otherwise how long to stay away */
    look(address: string): DurationMs {
      const second = Math.floor(now() / 1_000)
      const known = addresses.get(address)
      if (!known && addresses.size >= MOST_ADDRESSES) addresses.clear()
      const count = known?.second === second ? known.count + 1 : 1
      addresses.set(address, { second, count })
      if (count <= perSecond) return 0
      return SHORTEST_WAIT_MS + Math.floor(random() * WAIT_SPREAD_MS)
    },
  }
}
