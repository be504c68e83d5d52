import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { checkArchive } from '#evidence'
import { addDays } from '#playlists'
import type { DeviceId, EpochMs, TimeZone } from '#protocol'
import { syncPath } from '../backup/contents.ts'
import type { LedgerKey } from '../evidence/ledger-key.ts'
import { writeExport } from '../evidence/write-export.ts'
import type { Store } from '../store/store.ts'
import { type Month, spanOf } from './months.ts'

/** Large files of an export; the others stay as they are, for people to read. */
const PACKED = /\.(jsonl|csv)$/
/** Records of a month's end are under the root of a later day where they came late. */
const DAYS_AFTER = 7

export type ArchiveDeps = {
  store: Pick<Store, 'evidence'>
  key: LedgerKey
  timeZone: TimeZone
  now: () => EpochMs
}

/** Records [from, to) of a journal that an archive holds, every one of them. */
export type ArchivedRun = { deviceId: DeviceId; epoch: number; from: number; to: number }

const pack = async (path: string): Promise<void> => {
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_compressionLevel]: 9 },
  })
  const target = createWriteStream(`${path}.zst`, { flags: 'wx', flush: true })
  await pipeline(createReadStream(path), compress, target)
  await rm(path)
}

/** @throws Error naming the first contradiction */
export const verifyArchive = async (folder: string, key: LedgerKey): Promise<void> => {
  const { contradictions } = await checkArchive(folder, { key: key.notesKey })
  const [first] = contradictions
  if (first !== undefined) throw new Error(`the archive ${folder} contradicts itself: ${first}`)
}

const exportMonth = async (
  { store, key, timeZone, now }: ArchiveDeps,
  folder: string,
  month: Month,
  isFromStart: boolean,
): Promise<void> => {
  const { first, last, from, to } = spanOf(month, timeZone)
  await rm(folder, { recursive: true, force: true })
  const deviceIds = new Set<string>()
  for await (const page of store.evidence.allJournals())
    for (const row of page) if (row.next > row.archived) deviceIds.add(row.device_id)
  const all = { themeIds: null, areaIds: null, channel: null, outcome: null }
  await writeExport({ store, key }, folder, {
    selection: { deviceIds: [...deviceIds].sort(), from: isFromStart ? null : from, to, ...all },
    days: { from: addDays(first, -1), to: addDays(last, DAYS_AFTER) },
    isWhole: true,
    at: now(),
  })
  for (const name of await readdir(folder)) if (PACKED.test(name)) await pack(join(folder, name))
  await syncPath(folder)
}

/** Whether some journal still holds older records that an archive lacks: they came late. */
const leavesGaps = async ({ store }: ArchiveDeps, folder: string): Promise<boolean> => {
  const starts = new Map<string, number>()
  for (const { deviceId, epoch, from } of await runsOf(folder)) {
    const name = `${deviceId} ${epoch}`
    starts.set(name, Math.min(from, starts.get(name) ?? from))
  }
  for await (const page of store.evidence.allJournals())
    for (const { device_id, epoch, archived } of page)
      if ((starts.get(`${device_id} ${epoch}`) ?? archived) > archived) return true
  return false
}

/**
 * Writes the archive of a month, all devices: a signed export with its proofs, packed. Where the
 * database holds older records that are in no archive, they go along. It gets its name when it is
 * checked and on disk.
 * @param folder of all archives
 * @param isFirst no earlier month has one
 */
export const writeArchive = async (
  deps: ArchiveDeps,
  folder: string,
  month: Month,
  isFirst: boolean,
): Promise<void> => {
  const unfinished = join(folder, `unfinished-${month}`)
  await mkdir(folder, { recursive: true })
  await exportMonth(deps, unfinished, month, isFirst)
  if (!isFirst && (await leavesGaps(deps, unfinished)))
    await exportMonth(deps, unfinished, month, true)
  await verifyArchive(unfinished, deps.key)
  await rename(unfinished, join(folder, month))
  await syncPath(folder)
}

type ProofLine = {
  journal?: { deviceId: DeviceId; epoch: number }
  show?: [number, number]
  odd?: { seq: number }
}

/** What an archive holds whole, read from the archive itself: nothing else may be removed. */
export const runsOf = async (folder: string): Promise<ArchivedRun[]> => {
  const lines = createInterface({
    input: createReadStream(join(folder, 'proofs.jsonl.zst')).pipe(createZstdDecompress()),
  })
  const runs: ArchivedRun[] = []
  let journal: ProofLine['journal']
  for await (const line of lines) {
    const said = JSON.parse(line) as ProofLine
    if (said.journal) journal = said.journal
    const shown = said.show ?? (said.odd && ([said.odd.seq, said.odd.seq + 1] as const))
    if (!shown || !journal) continue
    const { deviceId, epoch } = journal
    const [from, to] = shown
    const before = runs.at(-1)
    const goesOn = before?.deviceId === deviceId && before.epoch === epoch && before.to === from
    if (goesOn) before.to = to
    else runs.push({ deviceId, epoch, from, to })
  }
  return runs
}
