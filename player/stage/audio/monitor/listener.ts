import { createClipSource } from '../clip-source.ts'
import { FULL_SCALE, SAMPLE_RATE } from '../format.ts'
import type { createCapture } from './capture.ts'
import { decimated, HEARD_RATE, MARGIN } from './decimate.ts'
import { BLOCK, createMatcher, HOP, type Match, SEARCH } from './matcher.ts'

export type ListenFor = {
  /** The clip's samples, 16 bit mono 48 kHz. */
  path: string
  /** Monotonic instant at which it begins at `offsetMs`, and for how long it is on. */
  startMono: number
  offsetMs: number
  lengthMs: number
}

const PER_HEARD = SAMPLE_RATE / HEARD_RATE
/** Beyond the joint of two clips a block is of both; what is faded is not looked for. */
const EDGE_MS = 50
/** Softer than this a source gives nothing at all. */
const DEAD = FULL_SCALE * 10 ** (-70 / 20)

const isDead = (heard: Float32Array): boolean => {
  let sum = 0
  for (const sample of heard) sum += sample * sample
  return Math.sqrt(sum / heard.length) < DEAD
}

/** Compares one clip with what is heard of it, as it comes in. */
export const createListener = (
  { path, startMono, offsetMs, lengthMs }: ListenFor,
  capture: Pick<ReturnType<typeof createCapture>, 'from'>,
) => {
  const clip = createClipSource(path)
  const matcher = createMatcher()
  let lastMs = lengthMs
  let nextMs = EDGE_MS
  let missedMs = 0
  let isSilent = false

  const blockAt = (atMs: number): Float32Array => {
    const samples = new Float32Array(BLOCK * PER_HEARD + 2 * MARGIN)
    const first = Math.round(((offsetMs + atMs) / 1000) * SAMPLE_RATE) - MARGIN
    clip.read(Math.max(0, first), samples)
    return decimated(samples)
  }

  return {
    /** Compares what has come in since. */
    listen() {
      const blockMs = (1000 * BLOCK) / HEARD_RATE
      const searchMs = (1000 * SEARCH) / HEARD_RATE
      for (; nextMs + blockMs <= lastMs - EDGE_MS; nextMs += (1000 * HOP) / HEARD_RATE) {
        const heard = capture.from(startMono + nextMs - searchMs, BLOCK + 2 * SEARCH)
        if (heard === 'later') return
        if (heard === 'gone') continue
        const isFound = matcher.compare(blockAt(nextMs), heard)
        if (isFound === undefined) continue
        missedMs = isFound ? 0 : missedMs + (1000 * HOP) / HEARD_RATE
        isSilent = isDead(heard)
      }
    },
    /** It ends sooner than planned. */
    endAt(playedMs: number) {
      lastMs = Math.min(lastMs, playedMs)
    },
    /** Whether all of it has been compared. */
    isDone: () => nextMs + (1000 * BLOCK) / HEARD_RATE > lastMs - EDGE_MS,
    /** For how long it has not been recognised, and whether nothing at all is heard. */
    missing: () => ({ missedMs, isSilent }),
    result: (): Match => matcher.result(),
    close: () => clip.close(),
  }
}
