import { createClipSource } from '../clip-source.ts'
import { SAMPLE_RATE, SAMPLES_PER_MS } from '../format.ts'
import { createSampleQueue } from '../sample-queue.ts'
import type { SoundSource } from '../source.ts'
import type { RelaySetup } from './pull.ts'
import { createRelayStream, type RelayStreamEvents } from './stream.ts'

export type RelayCue = RelaySetup & {
  /** Samples of what is played while it does not come. */
  fallback: string | null
}

/** What of a relay came from where; the first three together are the time on air. */
export type RelayShare = {
  streamMs: number
  fallbackMs: number
  silentMs: number
  connections: number
}

export type RelaySource = SoundSource & { share: () => RelayShare }

/** More is not taken in: a sender that is faster than time waits. */
const MOST_HELD = 12 * SAMPLE_RATE
const FADE = 30 * SAMPLES_PER_MS

/**
 * A stream with something to fall back on, as one sound. It is pulled in from the moment at which it
 * is made, some time before it is heard; one part fades into the other.
 */
export const createRelaySource = (
  { fallback, ...setup }: RelayCue,
  onTrouble: RelayStreamEvents['onTrouble'],
): RelaySource => {
  // First, because it can fail: no stream may be left behind then.
  const clip = fallback === null ? undefined : createClipSource(fallback)
  const queue = createSampleQueue()
  const hasRoom = () => queue.length() < MOST_HELD
  const stream = createRelayStream(setup, {
    take(samples) {
      queue.push(samples)
      return hasRoom()
    },
    onTrouble,
  })
  const counted = { stream: 0, fallback: 0, silent: 0 }
  let clipBlock = new Float32Array(0)
  let clipAt = 0
  let isStreaming = false
  /** Share of the stream in what is heard, 0 to 1. */
  let mix = 0

  /** Before it is dry the stream is left, so that there is something to fade out. */
  const choose = (wanted: number) => {
    const has = queue.length()
    if (isStreaming && has < wanted + FADE) {
      isStreaming = false
      clipAt = 0
    } else if (!isStreaming && stream.connections() > 0) {
      const held = stream.heldMs() * SAMPLES_PER_MS
      if (has < held) return
      queue.drop(has - held)
      isStreaming = true
    }
  }

  return {
    read(_position, block) {
      choose(block.length)
      if (isStreaming || mix > 0) queue.pull(block)
      else block.fill(0)
      if (hasRoom()) stream.resume()
      if (clip && clipBlock.length < block.length) clipBlock = new Float32Array(block.length)
      const isFilled = !isStreaming || mix < 1
      if (clip && isFilled) clipAt = clip.readLoop(clipAt, clipBlock.subarray(0, block.length))
      const step = (isStreaming ? 1 : -1) / FADE
      for (let index = 0; index < block.length; index++) {
        mix = Math.max(0, Math.min(1, mix + step))
        const filled = isFilled ? (clipBlock[index] ?? 0) * (1 - mix) : 0
        block[index] = (block[index] as number) * mix + filled
        counted[mix >= 0.5 ? 'stream' : clip ? 'fallback' : 'silent'] += 1
      }
    },
    share: () => ({
      streamMs: Math.round(counted.stream / SAMPLES_PER_MS),
      fallbackMs: Math.round(counted.fallback / SAMPLES_PER_MS),
      silentMs: Math.round(counted.silent / SAMPLES_PER_MS),
      connections: stream.connections(),
    }),
    close() {
      stream.close()
      clip?.close()
    },
  }
}
