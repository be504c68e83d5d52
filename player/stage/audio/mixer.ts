import { FULL_SCALE, SAMPLE_RATE, SAMPLES_PER_MS } from './format.ts'
import { dbfs } from './level.ts'
import type { AudioOutput } from './output.ts'
import { createSilenceWatch } from './silence-watch.ts'
import type { BlockGain, Hush, Voice } from './voice.ts'

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
      levels: { stepMs: number; bytes: string }
      underruns: number
      mutedMs: number
      isMutedByHand: boolean
      /** stopped: because it was told to. lost: because the output went. */
      reason: 'done' | 'stopped' | 'lost'
    }

const BLOCK = 20 * SAMPLES_PER_MS
/** An item this close to the end of the one before it was planned to touch it. */
const NEIGHBOUR_SAMPLES = 20 * SAMPLES_PER_MS
/**
 * Up to this is the clocks' noise, which nobody hears from a horn: neighbours touch, sample to sample. A
 * sound server's own clock settles by 0.6 ms in the first seconds of a stream.
 */
const TOUCH_SAMPLES = 2 * SAMPLES_PER_MS
const PROGRESS_EVERY = SAMPLE_RATE
/** How fast what was silenced comes back, a block. */
const RISE = 1 / 25

type Placed = { voice: Voice; wasHeard: boolean; reportedAt: number; underruns: number }

export type Mixer = ReturnType<typeof createMixer>

/**
 * Puts sounds into one endless stream of samples. A sound is placed by index, at the sample that
 * will be heard at its instant; between sounds the stream is silence.
 * @param hushAt why nothing may be heard at a monotonic instant; undefined where it may
 */
export const createMixer = (
  output: AudioOutput,
  report: (what: VoiceReport) => void,
  hushAt: (mono: number) => Hush | undefined = () => undefined,
) => {
  const waiting: Voice[] = []
  const placed: Placed[] = []
  const block = new Float32Array(BLOCK)
  const samples = new Int16Array(BLOCK)
  const silence = createSilenceWatch()
  const gain: BlockGain = { cap: [1, 1], master: [1, 1], hush: undefined }
  let cap = 1
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
      else if (wanted + voice.lengthSamples <= output.written()) endUnheard(voice, 'stopped')
      else place(voice, wanted)
    }
  }

  const setGain = (start: number) => {
    const mono = output.monoAt(start + BLOCK)
    gain.hush = mono === undefined ? undefined : hushAt(mono)
    const isHushed = gain.hush !== undefined
    gain.master = [gain.master[1], isHushed ? 0 : Math.min(1, gain.master[1] + RISE)]
    gain.cap = [gain.cap[1], cap]
    return isHushed
  }

  const silent = (): number => {
    samples.fill(0)
    return 0
  }

  /** @returns the sum of the squares of the samples */
  const mix = (start: number): number => {
    block.fill(0)
    for (const { voice } of placed) voice.mixInto(block, start, gain)
    let sum = 0
    for (let index = 0; index < BLOCK; index++) {
      const value = Math.round(block[index] as number)
      samples[index] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, value))
      sum += value * value
    }
    return sum
  }

  const render = () => {
    const start = output.written()
    const isHushed = setGain(start)
    const sum = placed.length === 0 ? silent() : mix(start)
    output.write(samples)
    const isMeant =
      !isHushed &&
      cap > 0 &&
      placed.some(({ voice }) => voice.isMeantWithin(start, start + BLOCK) && !voice.isStopped)
    silence.block(start + BLOCK, BLOCK, isMeant, dbfs(Math.sqrt(sum / BLOCK)))
  }

  const end = ({ voice, wasHeard, underruns }: Placed, isLost: boolean) => {
    const start = voice.startSample
    report({
      type: 'ended',
      key: voice.key,
      startMono: wasHeard && start !== undefined ? (output.monoAt(start) ?? null) : null,
      endMono: wasHeard ? (output.monoAt(voice.endSample) ?? null) : null,
      samples: voice.meter.samples(),
      rmsDbfs: voice.meter.rmsDbfs(),
      peakDbfs: voice.meter.peakDbfs(),
      levels: voice.meter.curve(),
      underruns: output.underruns() - underruns,
      mutedMs: Math.round(voice.muted / SAMPLES_PER_MS),
      isMutedByHand: voice.isMutedByHand,
      reason: isLost ? 'lost' : voice.isStopped || !wasHeard ? 'stopped' : 'done',
    })
    voice.close()
  }

  const endUnheard = (voice: Voice, reason: 'stopped' | 'lost') =>
    end({ voice, wasHeard: false, reportedAt: 0, underruns: output.underruns() }, reason === 'lost')

  /** Says what has reached the ear by now, not what was handed out. */
  const tellHeard = (nowMono: number) => {
    const heard = output.sampleAt(nowMono)
    if (heard === undefined) return
    silence.heard(heard)
    for (const entry of placed.splice(0)) {
      const { voice } = entry
      const start = voice.startSample as number
      if (!entry.wasHeard && heard >= start && voice.meter.samples() > 0) {
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
          rmsDbfs: voice.meter.presentDbfs(),
        })
      }
      if (heard >= voice.endSample) end(entry, false)
      else placed.push(entry)
    }
  }

  return {
    cue: (voice: Voice) => void waiting.push(voice),

    /** Takes back a sound that waits, or fades out one that plays. */
    stop(key: string) {
      const index = waiting.findIndex((voice) => voice.key === key)
      const [voice] = index < 0 ? [] : waiting.splice(index, 1)
      if (voice) endUnheard(voice, 'stopped')
      for (const entry of placed) if (entry.voice.key === key) entry.voice.stop(output.written())
    },

    /** No volume is above this share of the amplitude from now on. */
    setCap(share: number) {
      cap = share
    },

    isIdle: () => waiting.length + placed.length === 0,

    /** For how long nothing has been heard where something was meant to be. */
    silentMs: silence.silentMs,

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
      for (const voice of waiting.splice(0)) endUnheard(voice, 'lost')
      for (const entry of placed.splice(0)) {
        entry.voice.stop(0)
        end(entry, true)
      }
    },
  }
}
