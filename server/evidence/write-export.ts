import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exportText, type Selection, sha256, TABLE_HEAD } from '#evidence'
import type { EpochMs, LocalDate } from '#protocol'
import type { DayRow, JournalRow } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'
import { leavesOf } from './day-root.ts'
import { README } from './export-readme.ts'
import { createHashedFile, type HashedFile, type ListedFile } from './hashed-file.ts'
import { type Range, rangeOf } from './journal-range.ts'
import type { LedgerKey } from './ledger-key.ts'
import { type ClosedSizes, closedKey, noteSizes, writeJournal } from './write-proofs.ts'

export type ExportDeps = {
  store: Pick<Store, 'evidence'>
  key: LedgerKey
  /** PEM file of the authority that stamps daily roots, where there is one. */
  authorityFile?: string | undefined
}

export type ExportOptions = {
  selection: Selection
  /**
   * Days whose roots the export carries, both included: those of the period and at least one after
   * it, so that the records of the last day are under a root.
   */
  days: { from: LocalDate; to: LocalDate }
  /**
   * true: all records of the period go along, so that everybody sees that nothing is missing.
   * false: only the plays asked for, each proved; what lies between them is UNKNOWN.
   */
  isWhole: boolean
  at: EpochMs
  onProgress?: (progress: { records: number; total: number }) => void
  signal?: AbortSignal
}

export type ExportResult = { records: number; plays: number; files: ListedFile[] }

const VERIFIER = join(import.meta.dirname, '../../evidence/verify.mjs')

const writeDays = async (
  { evidence }: Pick<Store, 'evidence'>,
  dates: readonly LocalDate[],
  file: HashedFile,
): Promise<ClosedSizes> => {
  const sizes = new Map<string, number[]>()
  for (const date of dates) {
    const { note, timestamp, ...day } = (await evidence.day(date)) as DayRow
    await file.line(JSON.stringify({ day: { date, note, timestamp } }))
    const leaves = leavesOf(day)
    for (const leaf of leaves) await file.line(JSON.stringify({ leaf }))
    noteSizes(sizes, leaves)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return sizes
}

type Planned = { row: JournalRow; range: Range }

const plan = async (
  { evidence }: Pick<Store, 'evidence'>,
  selection: Selection,
): Promise<Planned[]> => {
  const planned: Planned[] = []
  const plays = await evidence.playRanges(selection.from, selection.to)
  for (const deviceId of selection.deviceIds.toSorted()) {
    for (const row of await evidence.journals(deviceId as never)) {
      const range = await rangeOf(
        evidence,
        row,
        selection,
        plays.get(closedKey(deviceId, row.epoch)),
      )
      planned.push({ row, range })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return planned
}

/**
 * Writes an export that a stranger can check offline: records as they came, their proofs, the roots
 * of days, a table of the plays, and the program that checks it. It streams: what it holds in memory
 * is one page of records, and a line for each journal and each day.
 * @param folder must not exist yet; it is removed again where the export fails or is called off
 */
export const writeExport = async (
  { store, key, authorityFile }: ExportDeps,
  folder: string,
  { selection, days, isWhole, at, onProgress, signal }: ExportOptions,
): Promise<ExportResult> => {
  const { evidence } = store
  await mkdir(folder)
  const open: HashedFile[] = []
  const create = async (name: string) => {
    const file = await createHashedFile(folder, name)
    open.push(file)
    return file
  }
  try {
    const [records, proofs, table, roots] = [
      await create('records.jsonl'),
      await create('proofs.jsonl'),
      await create('plays.csv'),
      await create('days.jsonl'),
    ]
    const sizes = await writeDays(store, await evidence.dates(days.from, days.to), roots)
    const planned = await plan(store, selection)
    const total = planned.reduce((sum, { range }) => sum + Math.max(0, range.to - range.from), 0)
    let [done, plays] = [0, 0]
    await table.line(TABLE_HEAD)
    for (const { row, range } of planned) {
      plays += await writeJournal({
        evidence,
        row,
        range,
        selection,
        isWhole,
        sizes: sizes.get(closedKey(row.device_id, row.epoch)) ?? [],
        files: { records, proofs, table },
        onRecords(count) {
          signal?.throwIfAborted()
          done += count
          onProgress?.({ records: done, total })
        },
      })
    }
    const files: ListedFile[] = []
    for (const file of open) files.push(await file.end())
    open.length = 0
    for (const [name, source] of [
      ['verify.mjs', VERIFIER],
      ...(authorityFile ? [['authority.pem', authorityFile] as const] : []),
    ] as const)
      files.push(await copied(folder, name, source))
    for (const [name, text] of Object.entries(README)) files.push(await written(folder, name, text))
    const manifest = JSON.stringify(
      {
        format: 'loabang-export-1',
        at,
        selection,
        notesKey: key.notesKey,
        cosignaturesKey: key.cosignaturesKey,
        files,
      },
      null,
      1,
    )
    const { sha256: digest } = await written(folder, 'manifest.json', manifest)
    await written(folder, 'manifest.note', key.sign(exportText(digest)).slice(0, -1))
    return { records: done, plays, files }
  } catch (error) {
    for (const file of open) await file.abandon()
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

const written = async (folder: string, name: string, text: string): Promise<ListedFile> => {
  const file = await createHashedFile(folder, name)
  await file.line(text)
  return file.end()
}

const copied = async (folder: string, name: string, source: string): Promise<ListedFile> => {
  await copyFile(source, join(folder, name))
  const bytes = await readFile(source)
  return { name, bytes: bytes.length, sha256: sha256(bytes).toString('hex') }
}
