import { FULL_SCALE } from '../format.ts'
import { HEARD_RATE } from './decimate.ts'

/** Length of what is looked for at once, and how far the next one is from it. */
export const BLOCK = HEARD_RATE
export const HOP = BLOCK / 2
/** A clip is looked for so much before and after the place where it should be. */
export const SEARCH = 0.5 * HEARD_RATE

/** Of a block that is found the correlation is above this; of another sound it is near nothing. */
const FOUND = 0.5
/** A clip does not move against itself: found elsewhere than this around its place is not found. */
const STEADY = 0.01 * HEARD_RATE
/** What of a clip is softer than this cannot be looked for. */
const SOFTEST = FULL_SCALE * 10 ** (-50 / 20)
const COARSE = 4

const energy = (samples: Float32Array): number => {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum
}

/** Means of every few samples: a quick first look. */
const coarse = (samples: Float32Array): Float32Array =>
  Float32Array.from({ length: Math.floor(samples.length / COARSE) }, (_, index) => {
    let sum = 0
    for (let step = 0; step < COARSE; step++) sum += samples[index * COARSE + step] as number
    return sum / COARSE
  })

/** The place in `heard`, within [from, to], where a block fits best, and how well: 1 is exactly. */
const bestPlace = (block: Float32Array, heard: Float32Array, from: number, to: number) => {
  const own = energy(block)
  const first = Math.max(0, from)
  const last = Math.min(heard.length - block.length, to)
  let best = { at: first, fit: 0 }
  let there = energy(heard.subarray(first, first + block.length))
  for (let at = first; at <= last; at++) {
    let dot = 0
    for (let index = 0; index < block.length; index++) {
      dot += (block[index] as number) * (heard[at + index] as number)
    }
    const fit = there > 0 ? Math.abs(dot) / Math.sqrt(own * there) : 0
    if (fit > best.fit) best = { at, fit }
    there += (heard[at + block.length] ?? 0) ** 2 - (heard[at] as number) ** 2
  }
  return best
}

export type Match = {
  comparedMs: number
  share: number
  offsetMs: number | null
  snrDb: number | null
}

/**
 * Says how much of a clip is in what was heard: block by block, by normalised cross-correlation, at
 * one steady distance from where it should be.
 */
export const createMatcher = () => {
  let compared = 0
  let found = 0
  let sumOfOffsets = 0
  let sumOfSquares = 0
  let offset: number | undefined
  let candidate: number | undefined

  const isNear = (at: number, place: number | undefined) =>
    place !== undefined && Math.abs(at - place) <= STEADY

  const look = (block: Float32Array, heard: Float32Array) => {
    if (offset !== undefined) {
      const place = SEARCH + offset
      const near = bestPlace(block, heard, place - STEADY, place + STEADY)
      if (near.fit > FOUND) return near
    }
    const rough = bestPlace(coarse(block), coarse(heard), 0, Number.POSITIVE_INFINITY).at * COARSE
    return bestPlace(block, heard, rough - 2 * COARSE, rough + 2 * COARSE)
  }

  return {
    /**
     * Compares one block.
     * @param heard the block's own time with SEARCH before and after it
     * @returns whether it was found; undefined where there is nothing in it to look for
     */
    compare(block: Float32Array, heard: Float32Array): boolean | undefined {
      if (Math.sqrt(energy(block) / block.length) < SOFTEST) return undefined
      compared += 1
      const { at, fit } = look(block, heard)
      const away = at - SEARCH
      if (fit <= FOUND) return false
      // The first sight of it, or the second at a new place: after a hole it may be elsewhere.
      const isSteady = offset === undefined || isNear(away, offset) || isNear(away, candidate)
      candidate = away
      if (!isSteady) return false
      offset = away
      found += 1
      sumOfOffsets += away
      sumOfSquares += fit * fit
      return true
    },

    result(): Match {
      const fit = found > 0 ? Math.min(0.999_999, sumOfSquares / found) : 0
      return {
        comparedMs: Math.round((1000 * compared * HOP) / HEARD_RATE),
        share: compared > 0 ? found / compared : 0,
        offsetMs: found > 0 ? (1000 * sumOfOffsets) / found / HEARD_RATE : null,
        snrDb: found > 0 ? 10 * Math.log10(fit / (1 - fit)) : null,
      }
    },
  }
}
