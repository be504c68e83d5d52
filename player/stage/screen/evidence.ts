import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EpochMs, Sha256 } from '#protocol'
import { replaceFile } from '../../trust/replace-file.ts'

const DAY_MS = 86_400_000
/** As long as the records that name the pictures. */
const KEPT_DAYS = 35

export type EvidenceOptions = {
  folder: string
  /** A picture of every n-th slide, beside the first of every content each day; 0: none at all. */
  every: number
  /** What one day's pictures may take; the oldest days go first. */
  bytesPerDay: number
}

const dayOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10)

const sizesIn = (folder: string): Map<string, number> => {
  try {
    return new Map(
      readdirSync(folder).map((name): [string, number] => [
        name,
        statSync(join(folder, name)).size,
      ]),
    )
  } catch {
    return new Map()
  }
}

const dayFolders = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name)) : []

export type Evidence = ReturnType<typeof createEvidence>

/** Pictures of what was on the board, on disk under the names of their content. */
export const createEvidence = ({ folder, every, bytesPerDay }: EvidenceOptions) => {
  let day = ''
  let kept = new Map<string, number>()
  const seenToday = new Set<Sha256>()
  let plays = 0

  const enter = (now: EpochMs) => {
    const today = dayOf(now)
    if (today === day) return
    day = today
    kept = sizesIn(join(folder, day))
    seenToday.clear()
  }

  return {
    /** Whether a picture is to be taken of this content, shown now. */
    wants(content: Sha256, now: EpochMs): boolean {
      if (every === 0) return false
      enter(now)
      plays += 1
      return !seenToday.has(content) || plays % every === 0
    },

    /**
     * Keeps a picture. Equal pictures are one file.
     * @returns its name, or null where the day's share of the disk is used up
     */
    keep(content: Sha256, jpeg: Uint8Array, now: EpochMs): Sha256 | null {
      enter(now)
      const sha256 = createHash('sha256').update(jpeg).digest('hex') as Sha256
      const used = [...kept.values()].reduce((sum, bytes) => sum + bytes, 0)
      if (!kept.has(sha256) && used + jpeg.length > bytesPerDay) return null
      if (!kept.has(sha256)) {
        mkdirSync(join(folder, day), { recursive: true })
        replaceFile(join(folder, day, sha256), jpeg)
        kept.set(sha256, jpeg.length)
      }
      seenToday.add(content)
      return sha256
    },

    /** A picture that was kept, or undefined where it is gone or not what its name says. */
    async read(sha256: Sha256): Promise<Uint8Array | undefined> {
      for (const name of dayFolders(folder)) {
        const bytes = await readFile(join(folder, name, sha256)).catch(() => undefined)
        if (bytes && createHash('sha256').update(bytes).digest('hex') === sha256) return bytes
      }
      return undefined
    },

    /** Lets go of what is older than the records that name it. */
    async prune(now: EpochMs): Promise<void> {
      const oldest = dayOf(now - KEPT_DAYS * DAY_MS)
      for (const name of dayFolders(folder)) {
        if (name < oldest) await rm(join(folder, name), { recursive: true, force: true })
      }
    },
  }
}
