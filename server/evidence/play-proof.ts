import { inclusionRuns, leafHash, readCheckpoint, readDayLeaf } from '#evidence'
import { AppError, type DeviceId, type PlayProof } from '#protocol'
import type { DayRow } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'
import { dayEvidence, leavesOf, treeOf } from './day-root.ts'
import type { LedgerKey } from './ledger-key.ts'

const base64 = (hash: Uint8Array): string => Buffer.from(hash).toString('base64')

type Place = { deviceId: DeviceId; epoch: number; seq: number }

/** A day that was closed over a record, and where its journal stands among the day's leaves. */
type Covered = { day: DayRow; leaves: string[]; index: number; size: number }

const coverOf = (day: DayRow, { deviceId, epoch, seq }: Place): Covered | undefined => {
  const leaves = leavesOf(day)
  const index = leaves.findIndex((text) => text.startsWith(`${deviceId} ${epoch} `))
  const size = readDayLeaf(leaves[index] ?? '')?.size ?? 0
  return size > seq ? { day, leaves, index, size } : undefined
}

/**
 * The proof of one record: its place in its device's tree, and that tree's place in the first daily
 * root that covers it.
 * @throws AppError not-found, record-archived
 */
export const proveRecord = async (
  { evidence }: Pick<Store, 'evidence'>,
  key: LedgerKey,
  publicUrl: string,
  place: Place,
): Promise<PlayProof> => {
  const { deviceId, epoch, seq } = place
  const row = (await evidence.journals(deviceId)).find((journal) => journal.epoch === epoch)
  const record = await evidence.record(place)
  if (row && !record && seq < row.archived) throw new AppError('record-archived')
  if (!row?.note || !record) throw new AppError('not-found', { what: 'record' })
  let cover: Covered | undefined
  for (const day of await evidence.daysMadeFrom(record.receivedAt)) cover ??= coverOf(day, place)
  const kept = cover && (await evidence.checkpoint(place, cover.size))
  const { note, journal_key } = kept ?? { note: row.note, journal_key: row.journal_key }
  const checkpoint = readCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
  if (!checkpoint) throw new Error(`the note of ${deviceId}/${epoch} cannot be read`)
  const path = await evidence.tree(row).runs(inclusionRuns(seq, checkpoint.size))
  return {
    ...place,
    record: record.bytes,
    leafHash: base64(leafHash(record.bytes)),
    size: checkpoint.size,
    root: base64(checkpoint.root),
    path: path.map(base64),
    note,
    journalKey: journal_key,
    ledgerKey: key.cosignaturesKey,
    day: cover
      ? {
          evidence: dayEvidence(cover.day, publicUrl),
          leaf: cover.leaves[cover.index] ?? '',
          index: cover.index,
          path: (await treeOf(cover.leaves)).inclusionProof(cover.index).map(base64),
        }
      : null,
  }
}
