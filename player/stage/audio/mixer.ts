import { SAMPLE_RATE, SAMPLES_PER_MS } from './format.ts'
import type { AudioOutput } from './output.ts'
import { Voice, type VoiceCue } from './voice.ts'

/** What is said of a sound. Instants are monotonic ms, as heard at the output. */
export type VoiceReport =
  | { type: 'started'; key: string; atMono: number; errorMs: number; skippedMs: number }
  | { type: 'progress'; key: string; playedMs: number; rmsDbfs: number | null }
  | {
      type: 'ended'
      key: string
      startMono: number | null
      endMono: number | null
      samples: number
      rmsDbfs: number | null
      peakDbfs: number | null
      underruns: number
      isStopped: boolean
    }

const BLOCK = 20 * SAMPLES_PER_MS
/** An item this close to the end of the one before it was planned to touch it. */
const NEIGHBOUR_SAMPLES = 20 * SAMPLES_PER_MS
/** Less than this is the clocks' noise: neighbours touch, sample to sample. */
const TOUCH_SAMPLES = SAMPLES_PER_MS / 2
const PROGRESS_EVERY = SAMPLE_RATE
const FULL_SCALE = 32_768

export const dbfs = (amplitude: number): number | null =>
  amplitude <= 0 ? null : Math.min(0, Math.round(200 * Math.log10(amplitude / FULL_SCALE)) / 10)

type Placed = { voice: Voice; wasHeard: boolean; reportedAt: number; underruns: number }

/**
 * Puts sounds into one endless stream of samples. A sound is placed by index, at the sample that
 * will be heard at its instant; between sounds the stream is silence.
 */
export const createMixer = (output: AudioOutput, report: (what: VoiceReport) => void) => {
  const waiting: Voice[] = []
  const placed: Placed[] = []
  const block = new Float32Array(BLOCK)
  const samples = new Int16Array(BLOCK)
  let lastEnd: number | undefined

  /**
   * Where a sound begins that is wanted at a sample. After a neighbour it begins where that one ends;
   * what the clocks have drifted apart meanwhile is put right there, by a gap or by leaving out its
   * first samples, never by both sounding at once.
   */
  const startFor = (wanted: number): { start: number; skipped: number } => {
    const start = Math.round(wanted)
    if (lastEnd === undefined || Math.abs(lastEnd - start) > NEIGHBOUR_SAMPLES) {
      return { start, skipped: 0 }
    }
    if (Math.abs(lastEnd - start) <= TOUCH_SAMPLES) return { start: lastEnd, skipped: 0 }
    return { start: Math.max(start, lastEnd), skipped: Math.max(0, lastEnd - start) }
  }

  const place = (voice: Voice, wanted: number) => {
    const { start, skipped } = startFor(wanted)
    const late = Math.max(0, output.written() - start)
    voice.skipped = skipped + late
    voice.late = late
    voice.startSample = start + late
    placed.push({ voice, wasHeard: false, reportedAt: 0, underruns: output.underruns() })
    lastEnd = voice.endSample
  }

  /** Moves sounds into the stream whose first sample lies in the block that is written next. */
  const placeDue = () => {
    for (const voice of waiting.splice(0)) {
      const wanted = output.sampleAt(voice.startMono)
      const isDue = wanted !== undefined && wanted < output.written() + BLOCK
      if (!isDue) waiting.push(voice)
      else if (wanted + voice.lengthSamples <= output.written())
        end({ voice, wasHeard: false, reportedAt: 0, underruns: 0 })
      else place(voice, wanted)
    }
  }

  const render = () => {
    const start = output.written()
    block.fill(0)
    for (const { voice } of placed) voice.mixInto(block, start)
    for (let index = 0; index < BLOCK; index++) {
      const value = block[index] as number
      samples[index] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(value)))
    }
    output.write(samples)
  }

  const rms = (voice: Voice) => dbfs(Math.sqrt(voice.sumOfSquares / Math.max(1, voice.rendered)))

  const end = ({ voice, wasHeard, underruns }: Placed) => {
    const start = voice.startSample
    report({
      type: 'ended',
      key: voice.key,
      startMono: wasHeard && start !== undefined ? (output.monoAt(start) ?? null) : null,
      endMono: wasHeard ? (output.monoAt(voice.endSample) ?? null) : null,
      samples: voice.rendered,
      rmsDbfs: rms(voice),
      peakDbfs: dbfs(voice.peak),
      underruns: output.underruns() - underruns,
      isStopped: voice.isStopped,
    })
    voice.close()
  }

  /** Says what has reached the ear by now, not what was handed out. */
  const tellHeard = (nowMono: number) => {
    const heard = output.sampleAt(nowMono)
    if (heard === undefined) return
    for (const entry of placed.splice(0)) {
      const { voice } = entry
      const start = voice.startSample as number
      if (!entry.wasHeard && heard >= start && voice.rendered > 0) {
        entry.wasHeard = true
        const atMono = output.monoAt(start) ?? nowMono
        const skippedMs = voice.late / SAMPLES_PER_MS
        report({
          type: 'started',
          key: voice.key,
          atMono,
          errorMs: atMono - voice.startMono,
          skippedMs,
        })
      }
      if (entry.wasHeard && heard - start - entry.reportedAt >= PROGRESS_EVERY) {
        entry.reportedAt = heard - start
        report({
          type: 'progress',
          key: voice.key,
          playedMs: Math.round((heard - start) / SAMPLES_PER_MS),
          rmsDbfs: rms(voice),
        })
      }
      if (heard >= voice.endSample) end(entry)
      else placed.push(entry)
    }
  }

  return {
    cue(cue: VoiceCue) {
      waiting.push(new Voice(cue))
    },

    /** Takes back a sound that waits, or fades out one that plays. */
    stop(key: string) {
      const index = waiting.findIndex((voice) => voice.key === key)
      const [voice] = index < 0 ? [] : waiting.splice(index, 1)
      if (voice) end({ voice, wasHeard: false, reportedAt: 0, underruns: 0 })
      for (const entry of placed) if (entry.voice.key === key) entry.voice.stop(output.written())
    },

    /** Fills the output and reports what was heard; to be called every few milliseconds. */
    turn(nowMono: number) {
      while (output.wanted() >= BLOCK) {
        placeDue()
        render()
      }
      tellHeard(nowMono)
    },

    /** Ends everything that plays or waits, because the output is gone. */
    abandon() {
      for (const voice of waiting.splice(0))
        end({ voice, wasHeard: false, reportedAt: 0, underruns: 0 })
      for (const entry of placed.splice(0)) {
        entry.voice.stop(0)
        end(entry)
      }
    },
  }
}
