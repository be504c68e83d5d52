import { SAMPLES_PER_MS } from './format.ts'
import { type GainLine, type GainStep, gainLine } from './gain-line.ts'
import { createLevelMeter } from './level.ts'
import type { SoundSource } from './source.ts'

/** What the mixer is asked to play. */
export type VoiceCue = {
  key: string
  /** Monotonic instant at which the first of its samples is to be heard. */
  startMono: number
  /** Where in the sound to begin. */
  offsetMs: number
  /** How long it is on air. */
  lengthMs: number
  /** It is on air for less than it lasts: its end is faded. */
  isCut: boolean
  /** What begins in the middle of it is not brought in gently, but at once. */
  isUrgent?: boolean
  /** Volume over time, as a share of the amplitude. */
  volumes: readonly GainStep[]
  /** Factor for this sound, above 1 where it is to be louder than others. */
  gain: number
}

/** Why nothing is let through: by command, or because an emergency is on. */
export type Hush = 'muted' | 'emergency'

/** What holds for all voices of a mixer in one block, from its first sample to its last. */
export type BlockGain = {
  /** Nothing is louder than this, whatever its volume and its own gain; 1 is no cap. */
  cap: [number, number]
  /** Factor for everything. */
  master: [number, number]
  hush: Hush | undefined
}

/** A few samples that had to be left out, or a gap: faded so that it does not click. */
const DECLICK = 10 * SAMPLES_PER_MS
/** What begins or ends in the middle comes and goes like this. */
const RESUME_FADE = 250 * SAMPLES_PER_MS
const STOP_FADE = 100 * SAMPLES_PER_MS

/** A cap of 1 is none: a sound may be louder than others at full volume. */
const capped = (volume: number, cap: number): number => (cap < 1 ? Math.min(volume, cap) : volume)

/** One sound on its way out, measured as it goes. */
export class Voice {
  readonly key: string
  readonly startMono: number
  readonly lengthSamples: number
  readonly meter = createLevelMeter()
  /** Index in the output's stream of its first sample; set when it is placed. */
  startSample: number | undefined
  /** How many of its first samples are left out. */
  skipped = 0
  /** How many of these because it came too late to be placed at its instant. */
  late = 0
  /** How many of its samples nothing was let through of. */
  muted = 0
  /** Some of them by command. */
  isMutedByHand = false

  readonly #source: SoundSource
  readonly #cue: VoiceCue
  readonly #offset: number
  readonly #volume: GainLine
  #block = new Float32Array(0)
  #stopAt = Number.POSITIVE_INFINITY

  constructor(cue: VoiceCue, source: SoundSource) {
    this.key = cue.key
    this.startMono = cue.startMono
    this.#cue = cue
    this.#source = source
    this.#offset = Math.round(cue.offsetMs * SAMPLES_PER_MS)
    this.lengthSamples = Math.round(cue.lengthMs * SAMPLES_PER_MS)
    this.#volume = gainLine(cue.volumes, cue.startMono)
  }

  /** Index in the output's stream after its last sample. */
  get endSample(): number {
    return (this.startSample ?? 0) + Math.min(this.lengthSamples - this.skipped, this.#stopAt)
  }

  /** Lets it fade out from an index of the output's stream on. */
  stop(atSample: number): void {
    const heard = atSample - (this.startSample ?? atSample) + STOP_FADE
    this.#stopAt = Math.max(0, Math.min(this.#stopAt, heard))
  }

  get isStopped(): boolean {
    return this.#stopAt < this.lengthSamples - this.skipped
  }

  /** Whether it is meant to be heard between two indexes of the output's stream. */
  isMeantWithin(from: number, to: number): boolean {
    const start = this.startSample ?? Number.POSITIVE_INFINITY
    return start < to && from < this.endSample && this.#volume.at(from - start) > 0
  }

  /** Adds its part of the stream, from an index on, to a block. */
  mixInto(block: Float32Array, blockStart: number, { cap, master, hush }: BlockGain): void {
    const start = this.startSample ?? 0
    const from = Math.max(blockStart, start)
    const count = Math.min(blockStart + block.length, this.endSample) - from
    if (count <= 0) return
    if (this.#block.length < count) this.#block = new Float32Array(block.length)
    const own = this.#block.subarray(0, count)
    const position = from - start
    this.#source.read(this.#offset + this.skipped + position, own)
    const level = this.#levelOver(position, count, cap, master)
    let sum = 0
    let peak = 0
    for (let index = 0; index < count; index++) {
      const at = from - blockStart + index
      const share = at / block.length
      const sample =
        (own[index] as number) * (level ?? this.#levelAt(position + index, share, cap, master))
      block[at] = (block[at] as number) + sample
      sum += sample * sample
      const size = sample < 0 ? -sample : sample
      if (size > peak) peak = size
    }
    this.meter.add(count, sum, peak)
    if (master[0] !== 0 || master[1] !== 0) return
    this.muted += count
    if (hush === 'muted') this.isMutedByHand = true
  }

  close(): void {
    this.#source.close()
  }

  /**
   * The factor for a sample.
   * @param share how far into the block it lies, 0 to 1
   */
  #levelAt(
    position: number,
    share: number,
    cap: BlockGain['cap'],
    master: BlockGain['master'],
  ): number {
    const { gain } = this.#cue
    // A sound that is made louder than others stays below the cap all the same.
    const wanted = this.#volume.at(this.skipped + position) * Math.max(1, gain)
    const before = capped(wanted, cap[0])
    const volume = before + (capped(wanted, cap[1]) - before) * share
    const factor = master[0] + (master[1] - master[0]) * share
    return volume * Math.min(1, gain) * this.#fade(position) * factor
  }

  /** The factor that all samples of a part of a block have in common, which is nearly always so. */
  #levelOver(
    position: number,
    count: number,
    cap: BlockGain['cap'],
    master: BlockGain['master'],
  ): number | undefined {
    const last = position + count - 1
    const isOne =
      cap[0] === cap[1] &&
      master[0] === master[1] &&
      this.#volume.isFlat(this.skipped + position, this.skipped + last) &&
      this.#isUnfaded(position, last)
    return isOne ? this.#levelAt(position, 0, cap, master) : undefined
  }

  #isUnfaded(first: number, last: number): boolean {
    const left = this.lengthSamples - this.skipped - last
    return (
      first >= this.#rise() &&
      !(this.#cue.isCut && left < RESUME_FADE) &&
      this.#stopAt - last >= STOP_FADE
    )
  }

  /** For how many of its samples it comes in gently. */
  #rise(): number {
    const missing = this.#offset + this.skipped
    if (missing > RESUME_FADE && !this.#cue.isUrgent) return RESUME_FADE
    return missing > 0 ? DECLICK : 0
  }

  /** Comes gently where it begins in the middle, goes gently where it is cut or stopped. */
  #fade(position: number): number {
    let level = 1
    const rise = this.#rise()
    if (position < rise) level = position / rise
    const left = this.lengthSamples - this.skipped - position
    if (this.#cue.isCut && left < RESUME_FADE) level *= left / RESUME_FADE
    const stopping = this.#stopAt - position
    if (stopping < STOP_FADE) level *= stopping / STOP_FADE
    return level
  }
}
