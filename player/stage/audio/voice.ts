import { closeSync, openSync, readSync } from 'node:fs'
import { BYTES_PER_SAMPLE, SAMPLES_PER_MS } from './format.ts'

/** What the mixer is asked to play. */
export type VoiceCue = {
  key: string
  /** Samples, 16 bit mono 48 kHz. */
  path: string
  /** Monotonic instant at which the first of its samples is to be heard. */
  startMono: number
  /** Where in the clip to begin. */
  offsetMs: number
  /** How long it is on air. */
  lengthMs: number
  /** Amplitude factor, 0 to 1. */
  gain: number
}

const CHUNK_SAMPLES = 2 * 48_000
/** A sound that begins or ends in the middle is faded over this, so that it does not click. */
const FADE_SAMPLES = 10 * SAMPLES_PER_MS

/** One clip on its way out: read from disk as it goes, measured as it goes. */
export class Voice {
  readonly key: string
  readonly startMono: number
  readonly lengthSamples: number
  /** Index in the output's stream of its first sample; set when it is placed. */
  startSample: number | undefined
  /** How many of its first samples are left out. */
  skipped = 0
  /** How many of these because it came too late to be placed at its instant. */
  late = 0
  rendered = 0
  peak = 0
  sumOfSquares = 0

  readonly #file: number
  readonly #gain: number
  readonly #offset: number
  readonly #isJoined: boolean
  #chunk = new Int16Array(0)
  #chunkStart = 0
  #stopAt = Number.POSITIVE_INFINITY

  constructor(cue: VoiceCue) {
    this.key = cue.key
    this.startMono = cue.startMono
    this.#file = openSync(cue.path, 'r')
    this.#gain = cue.gain
    this.#offset = Math.round(cue.offsetMs * SAMPLES_PER_MS)
    this.lengthSamples = Math.round(cue.lengthMs * SAMPLES_PER_MS)
    this.#isJoined = cue.offsetMs > 0
  }

  /** Index in the output's stream after its last sample. */
  get endSample(): number {
    return (this.startSample ?? 0) + Math.min(this.lengthSamples - this.skipped, this.#stopAt)
  }

  /** Lets it fade out from an index of the output's stream on. */
  stop(atSample: number): void {
    const heard = atSample - (this.startSample ?? atSample) + FADE_SAMPLES
    this.#stopAt = Math.max(0, Math.min(this.#stopAt, heard))
  }

  get isStopped(): boolean {
    return this.#stopAt < this.lengthSamples - this.skipped
  }

  /** Adds its part of the stream, from an index on, to a block. */
  mixInto(block: Float32Array, blockStart: number): void {
    const start = this.startSample ?? 0
    const from = Math.max(blockStart, start)
    const to = Math.min(blockStart + block.length, this.endSample)
    for (let index = from; index < to; index++) {
      const position = index - start
      const sample = this.#sampleAt(this.#offset + this.skipped + position) * this.#level(position)
      block[index - blockStart] = (block[index - blockStart] as number) + sample
      const level = Math.abs(sample)
      if (level > this.peak) this.peak = level
      this.sumOfSquares += sample * sample
    }
    if (to > from) this.rendered += to - from
  }

  close(): void {
    closeSync(this.#file)
  }

  /** Gain at a position: faded in where it was joined in the middle, faded out where it is stopped. */
  #level(position: number): number {
    let level = this.#gain
    if ((this.#isJoined || this.skipped > 0) && position < FADE_SAMPLES) {
      level *= position / FADE_SAMPLES
    }
    const left = this.#stopAt - position
    if (left < FADE_SAMPLES) level *= left / FADE_SAMPLES
    return level
  }

  /** A sample of the file; what lies after its end is silence. */
  #sampleAt(position: number): number {
    const inChunk = position - this.#chunkStart
    if (inChunk < 0 || inChunk >= this.#chunk.length) this.#load(position)
    return this.#chunk[position - this.#chunkStart] ?? 0
  }

  #load(position: number): void {
    const bytes = Buffer.alloc(CHUNK_SAMPLES * BYTES_PER_SAMPLE)
    readSync(this.#file, bytes, 0, bytes.length, position * BYTES_PER_SAMPLE)
    this.#chunk = new Int16Array(bytes.buffer, bytes.byteOffset, CHUNK_SAMPLES)
    this.#chunkStart = position
  }
}
