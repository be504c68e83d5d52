import { parentPort, workerData } from 'node:worker_threads'
import { readBatch, type SentBatch } from './read-batch.ts'

/** Reads batches beside the event loop: signatures, hashes and parsing are most of an ingest. */
parentPort?.on('message', ({ id, sent }: { id: number; sent: SentBatch }) => {
  try {
    parentPort?.postMessage({ id, read: readBatch(sent, workerData as string) })
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) })
  }
})
