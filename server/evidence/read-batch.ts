import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { JournalRecord, type RecordBatch, type Sha256, UnknownEvent } from '#protocol'

/** A contradiction that a batch holds: filed, never a reason to lose what came with it. */
export type Finding = { seq: number; kind: 'chain-broken' | 'unreadable' }

export type ReadRecord = {
  seq: number
  bytes: string
  sha256: Sha256
  /** undefined where the bytes are no record of this device at this place, or of a kind not known here. */
  record: JournalRecord | undefined
}

export const hashOf = (bytes: string): Sha256 =>
  createHash('sha256').update(bytes, 'utf8').digest('hex') as Sha256

/** A record of a device of a later version: its place is checked, what it says is kept as it is. */
const LaterRecord = JournalRecord.extend({ event: UnknownEvent })
type LaterRecord = z.infer<typeof LaterRecord>

const parse = (bytes: string): JournalRecord | LaterRecord | undefined => {
  try {
    const said: unknown = JSON.parse(bytes)
    return JournalRecord.safeParse(said).data ?? LaterRecord.safeParse(said).data
  } catch {
    return undefined
  }
}

const isKnown = (record: JournalRecord | LaterRecord): record is JournalRecord =>
  !UnknownEvent.safeParse(record.event).success

/**
 * Reads a run of records: what each says, and where it contradicts its place or its predecessor.
 * @param head hash of the record before the first one
 */
export const readBatch = (
  deviceId: string,
  batch: Pick<RecordBatch, 'epoch' | 'from' | 'records'>,
  head: Sha256,
): { records: ReadRecord[]; findings: Finding[] } => {
  const findings: Finding[] = []
  let previous = head
  const records = batch.records.map((bytes, index): ReadRecord => {
    const seq = batch.from + index
    const sha256 = hashOf(bytes)
    const said = parse(bytes)
    const isInPlace = said?.deviceId === deviceId && said.epoch === batch.epoch && said.seq === seq
    if (!isInPlace) findings.push({ seq, kind: 'unreadable' })
    else if (said.prev !== previous) findings.push({ seq, kind: 'chain-broken' })
    previous = sha256
    return { seq, bytes, sha256, record: isInPlace && isKnown(said) ? said : undefined }
  })
  return { records, findings }
}
