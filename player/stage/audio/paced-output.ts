import { closeSync, openSync, writeSync } from 'node:fs'
import { monotonicMs } from '../../time/monotonic.ts'
import { SAMPLES_PER_MS } from './format.ts'
import type { AudioOutput } from './output.ts'

/** How far ahead of what is heard it is filled. */
const LEAD_MS = 500

/**
 * An output without a sound card that keeps time like one: samples are taken at 48 kHz by the
 * monotonic clock, and what comes too late is a gap, as it would be in the air.
 * @param path where to keep the samples, raw; null to throw them away
 */
export const createPacedOutput = (path: string | null): AudioOutput => {
  const startedAt = monotonicMs()
  const file = path === null ? undefined : openSync(path, 'w')
  let written = 0
  let underruns = 0

  const sampleAt = (monoMs: number) => (monoMs - startedAt) * SAMPLES_PER_MS
  const put = (samples: Int16Array) => {
    if (file !== undefined) {
      writeSync(file, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength))
    }
    written += samples.length
  }

  return {
    name: path === null ? 'null' : 'file',
    wanted: () =>
      Math.max(0, Math.ceil(sampleAt(monotonicMs()) + LEAD_MS * SAMPLES_PER_MS - written)),
    write(samples) {
      const missed = Math.floor(sampleAt(monotonicMs())) - written
      if (missed > 0 && written > 0) {
        underruns += 1
        put(new Int16Array(missed))
      }
      put(samples)
    },
    written: () => written,
    sampleAt,
    monoAt: (sample) => startedAt + sample / SAMPLES_PER_MS,
    underruns: () => underruns,
    close() {
      if (file !== undefined) closeSync(file)
    },
  }
}
