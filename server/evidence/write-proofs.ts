import { isSelected, readDayLeaf, type Selection, subtreesOf, tableRow } from '#evidence'
import type { DeviceId } from '#protocol'
import type { JournalRow } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'
import type { HashedFile } from './hashed-file.ts'
import type { Range } from './journal-range.ts'

const PAGE = 500

export type ProofFiles = { records: HashedFile; proofs: HashedFile; table: HashedFile }

/** Of all leaves of the days in question, those of one journal: how long it was as each was closed. */
export type ClosedSizes = ReadonlyMap<string, readonly number[]>

export const closedKey = (deviceId: string, epoch: number): string => `${deviceId} ${epoch}`

/** Notes how long each journal was as a day was closed. */
export const noteSizes = (sizes: Map<string, number[]>, leaves: readonly string[]): void => {
  for (const text of leaves) {
    const leaf = readDayLeaf(text)
    if (!leaf) continue
    const key = closedKey(leaf.deviceId, leaf.epoch)
    sizes.set(key, [...(sizes.get(key) ?? []), leaf.size])
  }
}

const parse = (bytes: string): unknown => {
  try {
    return JSON.parse(bytes)
  } catch {
    return undefined
  }
}

export type JournalExport = {
  evidence: Store['evidence']
  row: JournalRow
  range: Range
  selection: Selection
  /** All records of the range, so that nothing can be missing; or only those that are asked for. */
  isWhole: boolean
  /** Sizes at which the tree's root can be compared with a day's. */
  sizes: readonly number[]
  files: ProofFiles
  /** Told how many records of the range have been gone through. @throws to stop */
  onRecords: (count: number) => void
}

/**
 * Writes one journal: its records, what stands for those that are not shown, and rows for its plays.
 * @returns plays in the table
 */
export const writeJournal = async (job: JournalExport): Promise<number> => {
  const { evidence, row, range, selection, isWhole, files } = job
  const key = { deviceId: row.device_id as DeviceId, epoch: row.epoch }
  const tree = evidence.tree(row)
  const cuts = job.sizes.filter((size) => size > 0).toSorted((a, b) => a - b)
  let written = 0
  let shownFrom = 0
  let shownTo = 0
  let plays = 0

  const closeRun = async () => {
    if (shownTo > shownFrom) await files.proofs.line(JSON.stringify({ show: [shownFrom, shownTo] }))
    shownFrom = shownTo
  }

  /** Hides [written, to), in pieces that end where a day was closed. */
  const hideTo = async (to: number) => {
    if (written >= to) return
    await closeRun()
    for (const end of [...cuts.filter((cut) => cut > written && cut < to), to]) {
      const hashes = await tree.subtrees(written, end)
      const texts = hashes.map((hash) => Buffer.from(hash).toString('base64'))
      if (texts.length !== subtreesOf(written, end).length) throw new Error('a hash is missing')
      await files.proofs.line(JSON.stringify({ hide: [written, end], hashes: texts }))
      written = end
    }
    shownFrom = written
    shownTo = written
  }

  const show = async (seq: number, bytes: string, record: unknown) => {
    await hideTo(seq)
    // A line can only hold what has no line end in it; a record never has, whatever else may.
    if (/[\r\n]/.test(bytes)) {
      await closeRun()
      await files.proofs.line(JSON.stringify({ odd: { seq, bytes } }))
      shownFrom = seq + 1
    } else await files.records.line(bytes)
    written = seq + 1
    shownTo = written
    const said = record as { deviceId?: string; epoch?: number; seq?: number } | undefined
    const isInPlace =
      said?.deviceId === key.deviceId && said.epoch === key.epoch && said.seq === seq
    if (!isInPlace || !isSelected(selection, record)) return
    await files.table.line(tableRow(record))
    plays += 1
  }

  const { note, journal_key: journalKey } = row
  await files.proofs.line(JSON.stringify({ journal: { ...key, note, journalKey } }))
  for (let at = range.from; at < range.to; at += PAGE) {
    const records = await evidence.records(key, at, Math.min(range.to, at + PAGE))
    for (const { seq, bytes } of records) {
      const record = parse(bytes)
      if (isWhole || isSelected(selection, record)) await show(seq, bytes, record)
    }
    job.onRecords(records.length)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await closeRun()
  await hideTo(row.next)
  return plays
}
