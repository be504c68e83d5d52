import { hash } from 'node:crypto'
import type { z } from 'zod'
import { leafHash, openCheckpoint, sameBytes, subtreesOf, TreeHead } from '#evidence'
import {
  type DeviceId,
  type EpochMs,
  JournalRecord,
  type Play,
  type RecordBatch,
  type Sha256,
  type TimeZone,
  UnknownEvent,
} from '#protocol'
import type { IsPlanned } from './planned-plays.ts'
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
  /** Plays that the server never planned for this device. */
  unplanned: { seq: number; plannedStartAt: EpochMs }[]
  /** Of all its records; where some came before, they have to be taken again of the rest. */
  notes: RecordNotes
}

export const hashOf = (bytes: string): Sha256 => hash('sha256', bytes, 'hex') as Sha256

/** A record of a device of a later version: its place is checked, what it says is kept as it is. */
const LaterRecord = JournalRecord.extend({ event: UnknownEvent })
type LaterRecord = z.infer<typeof LaterRecord>

/** What a record says; undefined where it says nothing that a record can say. */
export type ParsedRecord = JournalRecord | LaterRecord | undefined

const parse = (bytes: string): ParsedRecord => {
  try {
    const said: unknown = JSON.parse(bytes)
    return JournalRecord.safeParse(said).data ?? LaterRecord.safeParse(said).data
  } catch {
    return undefined
  }
}

export const parseRecords = ({ records }: RecordBatch): ParsedRecord[] => records.map(parse)

/** Of a kind that this server knows. */
export const isKnown = (record: JournalRecord | LaterRecord): record is JournalRecord =>
  !UnknownEvent.safeParse(record.event).success

/** The plays among them. */
export const playsIn = (records: readonly ParsedRecord[]): Play[] =>
  records.flatMap((record) =>
    record && isKnown(record) && record.event.kind === 'play' ? [record.event.play] : [],
  )

const textOf = (hashes: readonly Uint8Array[]): string => Buffer.concat(hashes).toString('base64')

/** The device's tree before a batch, as the batch tells it. */
const treeBefore = ({ from, edge }: RecordBatch): TreeHead | undefined =>
  edge.length === subtreesOf(0, from).length
    ? new TreeHead(
        from,
        edge.map((hash) => Buffer.from(hash, 'base64')),
      )
    : undefined

/**
 * Reads a batch.
 * @param parsed what its records say (parseRecords)
 * @param isPlanned a play that the server did not plan is kept apart, and counted nowhere
 * @returns undefined where its device did not sign just this run of records
 */
export const readBatch = (
  { deviceId, journalKey, batch }: SentBatch,
  parsed: readonly ParsedRecord[],
  timeZone: TimeZone,
  isPlanned: IsPlanned,
): ReadBatch | undefined => {
  const { epoch, from, records } = batch
  const checkpoint = openCheckpoint(batch.checkpoint, deviceId, epoch, journalKey)
  const tree = treeBefore(batch)
  if (checkpoint?.size !== from + records.length || !tree) return undefined
  const edgeBefore = textOf(tree.edge)
  const findings: Finding[] = []
  const plays = createPlayRows()
  const notes = createRecordNotes(timeZone)
  const unplanned: ReadBatch['unplanned'] = []
  const leaves = new Uint8Array(records.length * 32)
  let prev: Sha256 | undefined
  let previous: Sha256 | undefined
  for (const [index, bytes] of records.entries()) {
    const seq = from + index
    const said = parsed[index]
    const isInPlace = said?.deviceId === deviceId && said.epoch === epoch && said.seq === seq
    if (index === 0) prev = said?.prev
    if (!isInPlace) findings.push({ seq, kind: 'unreadable' })
    else if (previous !== undefined && said.prev !== previous)
      findings.push({ seq, kind: 'chain-broken' })
    if (isInPlace && isKnown(said)) {
      if (said.event.kind === 'play' && !isPlanned(said.event.play))
        unplanned.push({ seq, plannedStartAt: said.event.play.plannedStartAt })
      else {
        plays.add(said)
        notes.add(said)
      }
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
    unplanned,
    notes: notes.notes(),
  }
}

/**
 * The notes of that part of a batch which is new: its beginning came before, or some of its plays are
 * counted already.
 */
export const notesOf = (
  {
    deviceId,
    batch: { epoch, from, records },
    read: { unplanned },
  }: SentBatch & {
    read: Pick<ReadBatch, 'unplanned'>
  },
  fresh: number,
  timeZone: TimeZone,
  repeated: ReadonlySet<number>,
): RecordNotes => {
  const notes = createRecordNotes(timeZone)
  const apart = new Set([...repeated, ...unplanned.map(({ seq }) => seq)])
  for (const [index, bytes] of records.slice(fresh - from).entries()) {
    const said = parse(bytes)
    const isInPlace =
      said?.deviceId === deviceId && said.epoch === epoch && said.seq === fresh + index
    if (isInPlace && isKnown(said) && !apart.has(said.seq)) notes.add(said)
  }
  return notes.notes()
}
