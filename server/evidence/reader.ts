import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { EpochMs, TimeZone } from '#protocol'
import type { ReadBatch, SentBatch } from './read-batch.ts'

type Answer = { id: number; read?: ReadBatch; error?: string }
type Waiting = { resolve: (read: ReadBatch | undefined) => void; reject: (error: Error) => void }

/** What the thread is started with. */
export type ReaderThreadData = {
  /** Zone in which plays are counted by day. */
  timeZone: TimeZone
  /** Where it looks up what was planned. */
  database: { folder: string } | { url: string }
}
export type ReaderOrder = { id: number; sent: SentBatch; now: EpochMs }

export type Reader = ReturnType<typeof createReader>

/** Reads batches in a thread of its own. */
export const createReader = (workerData: ReaderThreadData) => {
  const waiting = new Map<number, Waiting>()
  let count = 0
  let worker: Worker | undefined

  const fail = (error: Error) => {
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  const start = (): Worker => {
    const started = new Worker(join(import.meta.dirname, 'reader-thread.ts'), { workerData })
    started.unref()
    started.on('message', ({ id, read, error }: Answer) => {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) asked?.resolve(read)
      else asked?.reject(new Error(error))
    })
    // The next batch gets a new thread; devices send again what got no answer.
    started.on('error', fail)
    started.on('exit', () => {
      if (worker === started) fail(new Error('the reader ended'))
    })
    return started
  }

  return {
    /**
     * @param now when it came
     * @returns undefined where the batch is not signed by its device
     */
    read: (sent: SentBatch, now: EpochMs): Promise<ReadBatch | undefined> =>
      new Promise((resolve, reject) => {
        worker ??= start()
        const id = ++count
        waiting.set(id, { resolve, reject })
        worker.postMessage({ id, sent, now } satisfies ReaderOrder)
      }),

    close: async (): Promise<void> => {
      await worker?.terminate()
    },
  }
}
