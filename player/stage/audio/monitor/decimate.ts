import { SAMPLE_RATE } from '../format.ts'

/** What is compared: enough of speech, and a sixth of the work. */
export const HEARD_RATE = 8_000

const FACTOR = SAMPLE_RATE / HEARD_RATE
const HALF = 8 * FACTOR

/** A low-pass for half the lower rate: a sinc under a Hann window. */
const TAPS = Float64Array.from({ length: 2 * HALF + 1 }, (_, index) => {
  const away = (index - HALF) / FACTOR
  const sinc = away === 0 ? 1 : Math.sin(Math.PI * away) / (Math.PI * away)
  return (sinc * (1 + Math.cos((Math.PI * (index - HALF)) / HALF))) / 2 / FACTOR
})

/** How many samples on each side of a stretch are needed to bring it down. */
export const MARGIN = HALF

/**
 * Samples at 48 kHz brought down to 8 kHz.
 * @param samples the stretch with MARGIN before and after it
 */
export const decimated = (samples: Float32Array): Float32Array => {
  const count = Math.floor((samples.length - 2 * MARGIN) / FACTOR)
  const lower = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    const at = index * FACTOR
    let sum = 0
    for (let tap = 0; tap < TAPS.length; tap++) {
      sum += (samples[at + tap] as number) * (TAPS[tap] as number)
    }
    lower[index] = sum
  }
  return lower
}
