import type { EpochMs, VolumePercent } from '#protocol'
import type { Entry } from './entries.ts'

/** From an instant on, this volume. */
export type VolumeStep = { at: EpochMs; volume: VolumePercent }

/**
 * How loud an entry is over its time: what its schedule says, and never more than the ceiling of the
 * hour [TL4]. The first step is where the entry begins.
 */
export const volumesOf = ({ segment, from, to, ceilings }: Entry): VolumeStep[] => {
  const edges = ceilings.flatMap((ceiling) => [ceiling.from, ceiling.to])
  const instants = [from, ...edges.filter((edge) => from < edge && edge < to)]
  const steps: VolumeStep[] = []
  for (const at of instants.toSorted((a, b) => a - b)) {
    const over = ceilings.filter((ceiling) => ceiling.from <= at && at < ceiling.to)
    const volume = Math.min(segment.volume, ...over.map((ceiling) => ceiling.volume))
    if (steps.at(-1)?.volume !== volume) steps.push({ at, volume })
  }
  return steps
}
