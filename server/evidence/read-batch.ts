import { hash } from 'node:crypto'
import type { z } from 'zod'
import { leafHash, openCheckpoint, sameBytes, subtreesOf, TreeHead } from '#evidence'
import {
  type DeviceId,
  JournalRecord,
  type RecordBatch,
  type Sha256,
  type TimeZone,
  UnknownEvent,
} from '#protocol'
import { createPlayRows, type PlayRows } from './play-rows.ts'
import { createRecordNotes, type RecordNotes } from './record-notes.ts'

/** A contradiction that a batch holds: filed, never a reason to lose what came with it. */
export type Finding = { seq: number; kind: 'chain-broken' | 'unreadable' }

/** A batch, and the key that its checkpoint must be signed with (SPKI in base64). */
export type SentBatch = { deviceId: DeviceId; journalKey: string; batch: RecordBatch }

/** What a batch says by itself; whether it fits what is stored is for the ledger to find out. */
export type ReadBatch = {
  /** Right edges of the device's tree before and after this batch, base64 of 32 bytes each. */
  edgeBefore: string
  edgeAfter: string
  /** Root after it, as the journal key signed it. */
  root: Uint8Array
  /** Hashes of the leaves, 32 bytes each. */
  leaves: Uint8Array
  /** What the first record names as its predecessor; undefined where it cannot be read. */
  prev: Sha256 | undefined
  /** SHA-256 of the last record. */
  head: Sha256
  findings: Finding[]
  plays: PlayRows
  /** Of all its records; where some came before, they have to be taken again of the rest. */
  notes: RecordNotes
}

export const hashOf = (bytes: string): Sha256 => hash('sha256', bytes, 'hex') as Sha256

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

const textOf = (hashes: readonly Uint8Array[]): string => Buffer.concat(hashes).toString('base64')

/** The device's tree before a batch, as the batch tells it. */
const treeBefore = ({ from, edge }: RecordBatch): TreeHead | undefined =>
  edge.length === subtreesOf(0, from).length
    ? new TreeHead(
        from,
        edge.map((hash) => Buffer.from(hash, 'base64')),
      )
    : undefined

/** Reads a batch. @returns undefined where its device did not sign just this run of records */
export const readBatch = (
  { deviceId, journalKey, batch }: SentBatch,
  timeZone: TimeZone,
): ReadBatch | undefined => {
  const { epoch, from, records } = batch
  const checkpoint = openCheckpoint(batch.checkpoint, deviceId, epoch, journalKey)
  const tree = treeBefore(batch)
  if (checkpoint?.size !== from + records.length || !tree) return undefined
  const edgeBefore = textOf(tree.edge)
  const findings: Finding[] = []
  const plays = createPlayRows()
  const notes = createRecordNotes(timeZone)
  const leaves = new Uint8Array(records.length * 32)
  let prev: Sha256 | undefined
  let previous: Sha256 | undefined
  for (const [index, bytes] of records.entries()) {
    const seq = from + index
    const said = parse(bytes)
    const isInPlace = said?.deviceId === deviceId && said.epoch === epoch && said.seq === seq
    if (index === 0) prev = said?.prev
    if (!isInPlace) findings.push({ seq, kind: 'unreadable' })
    else if (previous !== undefined && said.prev !== previous)
      findings.push({ seq, kind: 'chain-broken' })
    if (isInPlace && isKnown(said)) {
      plays.add(said)
      notes.add(said)
    }
    previous = hashOf(bytes)
    const leaf = leafHash(bytes)
    leaves.set(leaf, index * 32)
    tree.append(leaf)
  }
  if (!sameBytes(tree.root(), checkpoint.root)) return undefined
  const edgeAfter = textOf(tree.edge)
  const { root } = checkpoint
  return {
    ...{ edgeBefore, edgeAfter, root, leaves, prev, head: previous as Sha256, findings },
    plays: plays.rows(),
    notes: notes.notes(),
  }
}

/** The notes of that part of a batch which is new: its beginning came before. */
export const notesOf = (
  { deviceId, batch: { epoch, from, records } }: SentBatch,
  fresh: number,
  timeZone: TimeZone,
): RecordNotes => {
  const notes = createRecordNotes(timeZone)
  for (const [index, bytes] of records.slice(fresh - from).entries()) {
    const said = parse(bytes)
    const isInPlace =
      said?.deviceId === deviceId && said.epoch === epoch && said.seq === fresh + index
    if (isInPlace && isKnown(said)) notes.add(said)
  }
  return notes.notes()
}
