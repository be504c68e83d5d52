import { SAMPLES_PER_MS } from './format.ts'

/** One reading of an output's clock: the sample heard at a monotonic instant. */
type Reading = { monoMs: number; sample: number }

const KEPT = 100
/** A reading this far off the line says that the output stopped for a while: the line starts anew. */
const JUMP_MS = 20

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] as number
}

/**
 * Which sample is heard when, from many coarse readings: each tells when sample 0 would have been
 * heard, and the median of the last hundred is off by a few hundredths of a millisecond.
 * @param delayMs what lies between the output's own word and the air: amplifier, horn, cable
 */
export const createClockLine = (delayMs = 0) => {
  let zeroAt: number | undefined
  let zeros: number[] = []
  let strange = 0
  let farthest = 0
  let advancedAt = Number.NEGATIVE_INFINITY

  return {
    add({ monoMs, sample }: Reading) {
      if (sample > farthest) {
        farthest = sample
        advancedAt = monoMs
      }
      const zero = monoMs + delayMs - sample / SAMPLES_PER_MS
      const isStrange = zeroAt !== undefined && Math.abs(zero - zeroAt) > JUMP_MS
      // One late reading is the scheduler's doing; three in a row are the output's.
      strange = isStrange ? strange + 1 : 0
      if (isStrange && strange < 3) return
      if (strange >= 3) zeros = []
      strange = 0
      zeros = [...zeros, zero].slice(-KEPT)
      zeroAt = median(zeros)
    },
    sampleAt: (monoMs: number) =>
      zeroAt === undefined ? undefined : (monoMs - zeroAt) * SAMPLES_PER_MS,
    monoAt: (sample: number) =>
      zeroAt === undefined ? undefined : zeroAt + sample / SAMPLES_PER_MS,
    advancedAt: () => advancedAt,
  }
}
