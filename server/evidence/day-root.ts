import {
  checkpointText,
  dayLeaf,
  dayOrigin,
  keyFingerprint,
  MemoryTree,
  NO_LEAVES,
  openCheckpoint,
} from '#evidence'
import type { DayEvidence, EpochMs, LocalDate } from '#protocol'
import type { DayRow, JournalRow } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'
import type { LedgerKey } from './ledger-key.ts'

/** Leaves that are hashed before others get their turn. */
const LEAVES_AT_ONCE = 1_000

const breathe = () => new Promise((resolve) => setImmediate(resolve))

/** The leaf of a journal: how far it goes, with which root, signed by which key. */
const leafOf = ({ device_id, epoch, next, note, journal_key }: JournalRow): string => {
  const root = note && openCheckpoint(note, device_id, epoch, journal_key)?.root
  return dayLeaf({
    deviceId: device_id,
    epoch,
    size: root ? next : 0,
    root: root || NO_LEAVES,
    key: keyFingerprint(journal_key),
  })
}

/** A tree over texts, built in turns. */
export const treeOf = async (leaves: readonly string[]): Promise<MemoryTree> => {
  const tree = new MemoryTree()
  for (let at = 0; at < leaves.length; at += LEAVES_AT_ONCE) {
    for (const leaf of leaves.slice(at, at + LEAVES_AT_ONCE)) tree.append(Buffer.from(leaf, 'utf8'))
    await breathe()
  }
  return tree
}

export const leavesOf = ({ leaves }: Pick<DayRow, 'leaves'>): string[] =>
  leaves === '' ? [] : leaves.split('\n')

/**
 * Closes a day: one root over all that the ledger holds now, an epoch of a journal each, and over
 * every enrolled device that has sent nothing yet. A day is closed also where nothing happened.
 */
export const closeDay = async (
  { evidence, devices }: Pick<Store, 'evidence' | 'devices'>,
  key: LedgerKey,
  date: LocalDate,
  at: EpochMs,
): Promise<void> => {
  const leaves: string[] = []
  const silent = await devices.journalKeys()
  for await (const page of evidence.allJournals()) {
    await evidence.keepCheckpoints(
      page.flatMap(({ device_id, epoch, next, note, journal_key }) =>
        note === null ? [] : [{ device_id, epoch, size: next, note, journal_key }],
      ),
    )
    for (const [index, row] of page.entries()) {
      leaves.push(leafOf(row))
      silent.delete(row.device_id)
      if (index % 100 === 99) await breathe()
    }
  }
  for (const [deviceId, journalKey] of silent)
    leaves.push(
      dayLeaf({ deviceId, epoch: 0, size: 0, root: NO_LEAVES, key: keyFingerprint(journalKey) }),
    )
  leaves.sort()
  const root = (await treeOf(leaves)).root()
  const before = await evidence.lastDay()
  const previous = before ? [`previous ${before.date} ${before.root}`] : []
  const note = key.sign(checkpointText(dayOrigin(date), leaves.length, root, ...previous))
  await evidence.closeDay({
    date,
    size: leaves.length,
    root: Buffer.from(root).toString('base64'),
    note,
    leaves: leaves.join('\n'),
    timestamp: null,
    made_at: at,
  })
}

/** First bytes of a root that are printed: nobody finds another tree with the same 96 bits. */
const PRINTED_BYTES = 12

/**
 * What a report prints as a QR code: `LOABANG 2026-11-24 <24 hex digits> <address>`.
 * @param publicUrl where the server is reached, without a slash at its end
 */
export const qrText = (
  { date, root }: Pick<DayRow, 'date' | 'root'>,
  publicUrl: string,
): string => {
  const printed = Buffer.from(root, 'base64').subarray(0, PRINTED_BYTES).toString('hex')
  return `LOABANG ${date} ${printed} ${publicUrl}/api/evidence/days/${date}`
}

export const dayEvidence = (row: DayRow, publicUrl: string): DayEvidence => ({
  date: row.date,
  size: row.size,
  root: row.root,
  note: row.note,
  timestamp: row.timestamp,
  madeAt: row.made_at,
  qr: qrText(row, publicUrl),
})
