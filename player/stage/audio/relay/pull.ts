import { setTimeout as sleep } from 'node:timers/promises'
import type { DurationMs } from '#protocol'
import { monotonicMs } from '../../../time/monotonic.ts'
import { BYTES_PER_SAMPLE } from '../format.ts'
import { createDecoder, type Decoder } from './decoder.ts'
import { createGuardedGet } from './guarded-get.ts'
import { NEW_DECODER } from './inflow.ts'
import { openStream } from './open-stream.ts'

export type RelaySetup = {
  ffmpeg: string
  /** Where the stream is, in the order in which to try. */
  addresses: readonly string[]
  /** Hosts that the administrator vouches for. */
  hosts: readonly string[]
}

export type PullEvents = {
  onSamples: (samples: Int16Array<ArrayBuffer>) => void
  /** It comes; so much of it should be held back. */
  onConnected: (heldMs: DurationMs) => void
  /** An address gives nothing, or may not be asked. Said once for each reason. */
  onTrouble: (address: string, reason: string) => void
}

/** From the first request to the first byte, playlists and redirects included. */
const OPENING_MS = 12_000
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 8_000
const CHECK_EVERY_MS = 250
const MOST_TROUBLES = 100

/** Samples out of bytes as they come: what is cut at an edge waits for its other half. */
const createSampler = () => {
  let odd = Buffer.alloc(0)
  return (chunk: Buffer): Int16Array<ArrayBuffer> => {
    const whole = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk
    const usable = whole.length - (whole.length % BYTES_PER_SAMPLE)
    odd = Buffer.from(whole.subarray(usable))
    // In a buffer of their own: it is handed to another thread.
    return new Int16Array(new Uint8Array(whole.subarray(0, usable)).buffer)
  }
}

/**
 * A stream pulled in for as long as it is wanted: one that breaks off or falls silent on the wire is
 * fetched again, the next address first, ever more patiently.
 */
export const createPull = ({ ffmpeg, addresses, hosts }: RelaySetup, events: PullEvents) => {
  const network = createGuardedGet(hosts)
  const closing = new AbortController()
  const troubles = new Set<string>()
  let decoder: Decoder | undefined
  let aborter = new AbortController()
  let failures = 0
  let heardAt = 0
  let patienceMs = 0
  let isPaused = false

  const attempt = async (address: string): Promise<void> => {
    aborter = new AbortController()
    const { signal } = aborter
    let isConnected = false
    heardAt = monotonicMs()
    patienceMs = OPENING_MS
    const stream = await openStream(new URL(address), network.get, signal)
    heardAt = monotonicMs()
    patienceMs = stream.patienceMs

    const start = (): Decoder => {
      const sample = createSampler()
      const started = createDecoder(
        ffmpeg,
        (chunk) => {
          heardAt = monotonicMs()
          failures = 0
          if (!isConnected) events.onConnected(stream.heldMs)
          isConnected = true
          events.onSamples(sample(chunk))
        },
        () => {
          const why = isConnected ? 'the decoder ended' : 'what came is no sound that is known'
          if (decoder === started) aborter.abort(new Error(why))
        },
      )
      if (isPaused) started.pause()
      return started
    }
    const finish = async () => {
      const last = decoder
      decoder = undefined
      await last?.finish()
    }

    for await (const piece of stream.pieces) {
      signal.throwIfAborted()
      if (piece === NEW_DECODER) await finish()
      else {
        decoder ??= start()
        await decoder.write(piece)
      }
    }
    await finish()
    throw new Error('the stream ended')
  }

  const run = async () => {
    for (;;) {
      const address = addresses[failures % addresses.length]
      if (closing.signal.aborted || address === undefined) return
      try {
        await attempt(address)
      } catch (error) {
        const cause = aborter.signal.aborted ? aborter.signal.reason : error
        const reason = cause instanceof Error ? cause.message : String(cause)
        const trouble = `${address} ${reason}`
        if (!closing.signal.aborted && !troubles.has(trouble) && troubles.size < MOST_TROUBLES) {
          troubles.add(trouble)
          events.onTrouble(address, reason)
        }
      } finally {
        aborter.abort()
        decoder?.kill()
        decoder = undefined
      }
      const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures++, 10))
      await sleep(longestMs * (0.5 + Math.random() / 2), undefined, { signal: closing.signal })
    }
  }
  // Only being closed ends it.
  run().catch(() => {})

  const checking = setInterval(() => {
    if (isPaused || monotonicMs() - heardAt <= patienceMs) return
    aborter.abort(new Error('nothing has come for too long'))
    decoder?.kill()
  }, CHECK_EVERY_MS)

  return {
    /** There is no room for more. */
    pause() {
      isPaused = true
      decoder?.pause()
    },
    resume() {
      if (!isPaused) return
      isPaused = false
      heardAt = monotonicMs()
      decoder?.resume()
    },
    close() {
      clearInterval(checking)
      closing.abort()
      aborter.abort()
      decoder?.kill()
      network.close()
    },
  }
}
