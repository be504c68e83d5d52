import { SAMPLES_PER_MS } from './format.ts'

/** From an instant on, this share of the amplitude. */
export type GainStep = { atMono: number; gain: number }

/** The gain over the samples of a sound. */
export type GainLine = {
  at: (sample: number) => number
  /** Whether it is one gain from a sample up to another, both included. */
  isFlat: (from: number, to: number) => boolean
}

/** How long a change of volume takes, so that nobody hears a step. */
const RAMP_MS = 200

/**
 * Gain over the samples of a sound. A change downwards is over at its instant, one upwards begins
 * there: what must not be louder than something is not, not even while it changes.
 * @param steps in the order of time; the first holds from the beginning
 * @param startMono instant of sample 0
 */
export const gainLine = (steps: readonly GainStep[], startMono: number): GainLine => {
  const [first = { atMono: startMono, gain: 1 }, ...later] = steps
  const points = [{ sample: Number.NEGATIVE_INFINITY, gain: first.gain }]
  let gain = first.gain
  for (const step of later) {
    if (step.gain === gain) continue
    const at = (step.atMono - startMono) * SAMPLES_PER_MS
    const ramp = RAMP_MS * SAMPLES_PER_MS
    const begin = step.gain < gain ? at - ramp : at
    points.push({ sample: begin, gain }, { sample: begin + ramp, gain: step.gain })
    gain = step.gain
  }
  let index = 0
  const at = (sample: number) => {
    while (index > 0 && sample < (points[index] as { sample: number }).sample) index--
    while (sample >= (points[index + 1]?.sample ?? Number.POSITIVE_INFINITY)) index++
    const left = points[index] as { sample: number; gain: number }
    const right = points[index + 1]
    if (!right || right.gain === left.gain) return left.gain
    const share = (sample - left.sample) / (right.sample - left.sample)
    return left.gain + (right.gain - left.gain) * share
  }
  return {
    at,
    isFlat: (from, to) =>
      at(from) === at(to) && points.every(({ sample }) => sample <= from || sample > to),
  }
}
