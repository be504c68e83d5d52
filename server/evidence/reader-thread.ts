import { parentPort, workerData } from 'node:worker_threads'
import { createManifests } from '../store/manifests.ts'
import { openForReading } from '../store/open-for-reading.ts'
import { createPlanHistory } from '../store/plan-history.ts'
import { createPlannedPlays } from './planned-plays.ts'
import { parseRecords, playsIn, readBatch } from './read-batch.ts'
import type { ReaderOrder, ReaderThreadData } from './reader.ts'

const { timeZone, database } = workerData as ReaderThreadData
const { db } = openForReading(database)
const planned = createPlannedPlays({
  planHistory: createPlanHistory(db),
  manifests: createManifests(db),
})

const read = async ({ sent, now }: ReaderOrder) => {
  const parsed = parseRecords(sent.batch)
  const isPlanned = await planned.of(sent.deviceId, playsIn(parsed), now)
  return readBatch(sent, parsed, timeZone, isPlanned)
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Reads batches beside the event loop, in the order in which they come: signatures, hashes and parsing
 * are most of an ingest.
 */
parentPort?.on('message', (order: ReaderOrder) => {
  last = last
    .then(() => read(order))
    .then((batch) => parentPort?.postMessage({ id: order.id, read: batch }))
    .catch((error) => parentPort?.postMessage({ id: order.id, error: String(error) }))
})
