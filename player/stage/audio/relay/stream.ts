import { Worker } from 'node:worker_threads'
import { monotonicMs } from '../../../time/monotonic.ts'
import type { RelaySetup } from './pull.ts'
import type { RelayOrder, RelayWord } from './relay-thread.ts'

const CHECK_EVERY_MS = 1_000
/** A thread that says nothing for so long hangs over what it was sent. */
const HUNG_MS = 10_000
const RESTART_MS = 2_000
const CLOSING_MS = 500
/** Its heap, without the bytes of the stream: a stream cannot fill the memory of a box. */
const HEAP_MB = 64

export type RelayStreamEvents = {
  /** Takes samples as they come; returns false where there is room for no more. */
  take: (samples: Int16Array) => boolean
  /** An address gives nothing, or may not be asked. */
  onTrouble: (address: string, reason: string) => void
}

/** A stream that a thread of its own pulls in; a thread that fails or hangs is replaced. */
export const createRelayStream = (setup: RelaySetup, { take, onTrouble }: RelayStreamEvents) => {
  let worker: Worker | undefined
  let restart: NodeJS.Timeout | undefined
  let aliveAt = 0
  let connections = 0
  let heldMs = 0
  let isPaused = false
  let isClosed = false

  const order = (type: RelayOrder['type']) => worker?.postMessage({ type } satisfies RelayOrder)

  const hear = (word: RelayWord) => {
    aliveAt = monotonicMs()
    if (word.type === 'connected') {
      connections += 1
      heldMs = word.heldMs
    } else if (word.type === 'trouble') onTrouble(word.address, word.reason)
    else if (word.type === 'samples' && !take(word.samples) && !isPaused) {
      isPaused = true
      order('pause')
    }
  }

  const begin = () => {
    aliveAt = monotonicMs()
    isPaused = false
    const begun = new Worker(new URL('./relay-thread.ts', import.meta.url), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    worker = begun
    begun.on('message', hear)
    begun.on('error', (error) => onTrouble('', error.message))
    begun.on('exit', () => {
      if (isClosed) return
      worker = undefined
      restart = setTimeout(begin, RESTART_MS)
    })
  }
  if (setup.addresses.length > 0) begin()

  const end = (ending: Worker) => {
    // Its decoder ends with the pipe to it.
    ending.terminate().catch(() => {})
  }
  const checking = setInterval(() => {
    if (worker && monotonicMs() - aliveAt > HUNG_MS) end(worker)
  }, CHECK_EVERY_MS)

  return {
    /** There is room again. */
    resume() {
      if (!isPaused) return
      isPaused = false
      order('resume')
    },
    /** How often it came. */
    connections: () => connections,
    /** How much of it should be held back, ms. */
    heldMs: () => heldMs,
    close() {
      isClosed = true
      clearTimeout(restart)
      clearInterval(checking)
      if (!worker) return
      worker.removeAllListeners('message')
      order('close')
      setTimeout(end, CLOSING_MS, worker).unref()
    },
  }
}
