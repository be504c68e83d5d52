import type { EpochMs } from '#protocol'
import type { Entry } from './entries.ts'

/** From an instant on, this volume: 0 to 100, also between whole numbers. */
export type VolumeStep = { at: EpochMs; volume: number }

/**
 * How loud an entry is over its time: what its schedule says, and never more than the ceiling of the
 * hour [TL4]; where the item is louder than others, the ceiling is lower by as much [TL5]. The first step
 * is where the entry begins.
 */
export const volumesOf = ({ item, segment, from, to, ceilings }: Entry): VolumeStep[] => {
  const louder = Math.max(1, 10 ** (item.gainDb / 20))
  const edges = ceilings.flatMap((ceiling) => [ceiling.from, ceiling.to])
  const instants = [from, ...edges.filter((edge) => from < edge && edge < to)]
  const steps: VolumeStep[] = []
  for (const at of instants.toSorted((a, b) => a - b)) {
    const over = ceilings.filter((ceiling) => ceiling.from <= at && at < ceiling.to)
    const volume = Math.min(segment.volume, ...over.map((ceiling) => ceiling.volume / louder))
    if (steps.at(-1)?.volume !== volume) steps.push({ at, volume })
  }
  return steps
}
