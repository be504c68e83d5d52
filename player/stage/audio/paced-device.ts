import { closeSync, openSync, writeSync } from 'node:fs'
import { monotonicMs } from '../../time/monotonic.ts'
import { SAMPLES_PER_MS } from './format.ts'
import type { AudioOutput, Depth, SoundDevice } from './output.ts'

const FADE_SAMPLES = 10 * SAMPLES_PER_MS

/** Samples that were given and are not heard yet, from an index of the stream on. */
const createPending = () => {
  let first = 0
  let samples = new Int16Array(0)
  return {
    end: () => first + samples.length,
    append(more: Int16Array) {
      const longer = new Int16Array(samples.length + more.length)
      longer.set(samples)
      longer.set(more, samples.length)
      samples = longer
    },
    /** Adds what lies in [from, from + target.length) to a mix, and forgets it. */
    drain(from: number, target: Float64Array) {
      for (let index = 0; index < target.length; index++) {
        target[index] = (target[index] as number) + (samples[from + index - first] ?? 0)
      }
      const used = Math.max(0, Math.min(samples.length, from + target.length - first))
      samples = samples.slice(used)
      first += used
    },
    hush() {
      for (let index = 0; index < samples.length; index++) {
        const level = Math.max(0, 1 - index / FADE_SAMPLES)
        samples[index] = Math.round((samples[index] as number) * level)
      }
    },
  }
}

/**
 * A device without a sound card that keeps time like one: samples are taken at 48 kHz by the
 * monotonic clock, and what comes too late is a gap, as it would be in the air.
 * @param path where to keep what would have been heard, raw; null to throw it away
 */
export const createPacedDevice = (path: string | null): SoundDevice => {
  const startedAt = monotonicMs()
  const file = path === null ? undefined : openSync(path, 'w')
  const pendings = new Set<ReturnType<typeof createPending>>()
  let kept = 0

  const name = path === null ? 'null' : 'file'
  const sampleAt = (monoMs: number) => (monoMs - startedAt) * SAMPLES_PER_MS

  const keep = (until: number) => {
    if (file === undefined || until <= kept) return
    const mix = new Float64Array(until - kept)
    for (const pending of pendings) pending.drain(kept, mix)
    const samples = Int16Array.from(mix, (value) => Math.max(-32_768, Math.min(32_767, value)))
    writeSync(file, Buffer.from(samples.buffer))
    kept = until
  }

  const open = ({ leadMs }: Depth): AudioOutput => {
    const pending = createPending()
    pendings.add(pending)
    let written = 0
    let underruns = 0
    let isMuted = false
    const put = (samples: Int16Array) => {
      if (file !== undefined) pending.append(isMuted ? new Int16Array(samples.length) : samples)
      written += samples.length
    }
    return {
      name,
      wanted: () =>
        Math.max(0, Math.ceil(sampleAt(monotonicMs()) + leadMs * SAMPLES_PER_MS - written)),
      write(samples) {
        const heard = Math.floor(sampleAt(monotonicMs()))
        const missed = heard - written
        if (missed > 0) {
          if (written > 0) underruns += 1
          put(new Int16Array(missed))
        }
        put(samples)
        keep(heard)
      },
      written: () => written,
      sampleAt,
      monoAt: (sample) => startedAt + sample / SAMPLES_PER_MS,
      advancedAt: monotonicMs,
      underruns: () => underruns,
      hush() {
        pending.hush()
        return true
      },
      setMuted(muted) {
        isMuted = muted
        if (muted) pending.hush()
      },
      close() {
        if (pendings.size === 1) keep(pending.end())
        pendings.delete(pending)
        if (pendings.size === 0 && file !== undefined) closeSync(file)
      },
    }
  }

  return { name, open }
}
