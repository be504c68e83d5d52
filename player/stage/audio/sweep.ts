import { writeFileSync } from 'node:fs'
import { FULL_SCALE, SAMPLE_RATE } from './format.ts'

/** What a loudspeaker is tested with: no two moments of a sweep are alike, so its place is certain. */
export const SWEEP_MS = 4_000

const FROM_HZ = 300
const TO_HZ = 3_400
const LEVEL = 0.5
const FADE_MS = 20

/** Writes a tone that rises through the range of speech, once a second: 16 bit, mono, 48 kHz. */
export const writeSweep = (path: string): void => {
  const samples = new Int16Array((SWEEP_MS / 1000) * SAMPLE_RATE)
  const growth = Math.log(TO_HZ / FROM_HZ)
  for (let index = 0; index < samples.length; index++) {
    const seconds = (index % SAMPLE_RATE) / SAMPLE_RATE
    const phase = (2 * Math.PI * FROM_HZ * (Math.exp(growth * seconds) - 1)) / growth
    const edge = Math.min(seconds, 1 - seconds) / (FADE_MS / 1000)
    samples[index] = Math.round(FULL_SCALE * LEVEL * Math.min(1, edge) * Math.sin(phase))
  }
  writeFileSync(path, Buffer.from(samples.buffer))
}
