import { parentPort, workerData } from 'node:worker_threads'
import type { DurationMs } from '#protocol'
import { createPull, type RelaySetup } from './pull.ts'

/** What a stranger sends is read in a thread of its own: the mixer never waits for it. */

export type RelayOrder = { type: 'pause' | 'resume' | 'close' }
export type RelayWord =
  | { type: 'samples'; samples: Int16Array }
  | { type: 'connected'; heldMs: DurationMs }
  | { type: 'trouble'; address: string; reason: string }
  | { type: 'alive' }

const ALIVE_EVERY_MS = 1_000

const say = (word: RelayWord) => parentPort?.postMessage(word)

const pull = createPull(workerData as RelaySetup, {
  onSamples: (samples) => parentPort?.postMessage({ type: 'samples', samples }, [samples.buffer]),
  onConnected: (heldMs) => say({ type: 'connected', heldMs }),
  onTrouble: (address, reason) => say({ type: 'trouble', address, reason }),
})
const living = setInterval(() => say({ type: 'alive' }), ALIVE_EVERY_MS)

parentPort?.on('message', ({ type }: RelayOrder) => {
  switch (type) {
    case 'pause':
      return pull.pause()
    case 'resume':
      return pull.resume()
    case 'close':
      clearInterval(living)
      pull.close()
      parentPort?.close()
  }
})
