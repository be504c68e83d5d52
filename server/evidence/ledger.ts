import type { Logger } from 'pino'
import { AppError, type DeviceId, type EpochMs, type RecordAck, type RecordBatch } from '#protocol'
import type { Arrival, Journal } from '../store/journal.ts'
import type { LedgerKey } from './ledger-key.ts'
import type { SentBatch } from './read-batch.ts'
import type { Reader } from './reader.ts'

export type LedgerDeps = {
  journal: Journal
  reader: Reader
  key: LedgerKey
  log: Logger
  now: () => EpochMs
  /** Told when records of a device have been stored. */
  onStored: (deviceId: DeviceId, count: number) => void
}

/** Batches that wait are committed together, up to this many records: one sync of the disk for all. */
const RECORDS_PER_COMMIT = 400
/** What may wait in memory; whoever comes then is told to come again. */
const LARGEST_BACKLOG_BYTES = 64_000_000

type Waiting = Arrival & { answer: (ack: RecordAck | Error) => void }

export type Ledger = ReturnType<typeof createLedger>

/** Where records come in, by socket or by HTTP: read beside the event loop, stored on it in turns. */
export const createLedger = ({ journal, reader, key, log, now, onStored }: LedgerDeps) => {
  const waiting: Waiting[] = []
  let backlogBytes = 0
  let isStoring = false

  const store = async (group: readonly Waiting[]): Promise<void> => {
    const at = now()
    const cosign = (note: string) => key.cosign(note, at)
    try {
      const acks = await journal.append(group, cosign, at)
      for (const [index, ack] of acks.entries()) group[index]?.answer(ack)
    } catch (error) {
      // What fails together may succeed alone: one device must not stand in the way of others.
      if (group.length > 1) for (const one of group) await store([one])
      else group[0]?.answer(error as Error)
    }
  }

  const nextGroup = (): Waiting[] => {
    let records = 0
    let count = 0
    for (const { batch } of waiting) {
      records += batch.records.length
      if (count > 0 && records > RECORDS_PER_COMMIT) break
      count += 1
    }
    return waiting.splice(0, count)
  }

  const drain = async (): Promise<void> => {
    if (isStoring) return
    isStoring = true
    while (waiting.length > 0) {
      // Devices get their turn between two commits.
      await new Promise((resolve) => setImmediate(resolve))
      await store(nextGroup())
    }
    isStoring = false
  }

  const enter = async (sent: SentBatch): Promise<RecordAck | undefined> => {
    const read = await reader.read(sent, now())
    if (!read) return undefined
    return new Promise((resolve, reject) => {
      const answer = (ack: RecordAck | Error) => (ack instanceof Error ? reject(ack) : resolve(ack))
      waiting.push({ ...sent, read, answer })
      void drain()
    })
  }

  return {
    /**
     * Takes a batch of records. When this returns, what it says is stored is committed, on disk and
     * countersigned.
     * @throws AppError signature-wrong where the records are not those that the device signed; busy
     */
    async receive(deviceId: DeviceId, journalKey: string, batch: RecordBatch): Promise<RecordAck> {
      const bytes = batch.records.reduce((sum, record) => sum + record.length, 0)
      if (backlogBytes + bytes > LARGEST_BACKLOG_BYTES) throw new AppError('busy')
      backlogBytes += bytes
      try {
        const ack = await enter({ deviceId, journalKey, batch })
        if (!ack) throw new AppError('signature-wrong')
        const contradicted = ack.verdicts.filter((v) => v === 'fork' || v === 'unreadable').length
        if (contradicted > 0)
          log.error({ deviceId, from: batch.from, contradicted }, 'a journal contradicts itself')
        const stored = ack.verdicts.filter((v) => v === 'stored' || v === 'unreadable').length
        if (stored > 0) onStored(deviceId, stored)
        return ack
      } finally {
        backlogBytes -= bytes
      }
    },
  }
}
