import { mkdirSync } from 'node:fs'
import { mkdir, readdir, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sha256 } from '#protocol'

const NAME = /^[0-9a-f]{64}$/

/** Room that downloads leave to others: the journal, the browser, the system. */
const MARGIN_BYTES = 32_000_000

/** The folder of media: files under the names of their content, the least recently needed go first. */
export const openShelf = (folder: string) => {
  mkdirSync(folder, { recursive: true })
  /** Made again wherever it is needed: somebody may have removed it from the card. */
  const make = () => mkdir(folder, { recursive: true })
  const pathOf = (sha256: Sha256) => join(folder, sha256)

  const files = async (): Promise<{ name: string; bytes: number; usedAt: number }[]> => {
    await make()
    const names = await readdir(folder)
    const found = await Promise.all(
      names.map(async (name) => {
        const about = await stat(join(folder, name)).catch(() => undefined)
        return about && { name, bytes: about.size, usedAt: about.mtimeMs }
      }),
    )
    return found.filter((file) => file !== undefined)
  }

  return {
    pathOf,

    /** Sizes of the whole files that are here. */
    async present(): Promise<Map<Sha256, number>> {
      const whole = (await files()).filter(({ name }) => NAME.test(name))
      return new Map(whole.map(({ name, bytes }) => [name as Sha256, bytes]))
    },

    /** Notes that files are needed now: they go last. */
    async touch(names: Iterable<Sha256>): Promise<void> {
      const now = new Date()
      for (const name of names) await utimes(pathOf(name), now, now).catch(() => undefined)
    },

    remove: (sha256: Sha256) => rm(pathOf(sha256), { force: true }),

    /**
     * Makes room among the files that are not kept, the least recently needed first.
     * @param isEnough asked before each, with the bytes of all files that are left
     * @returns the names that went
     */
    async evict(
      kept: ReadonlySet<Sha256>,
      isEnough: (totalBytes: number) => boolean | Promise<boolean>,
    ): Promise<string[]> {
      const all = await files()
      let total = all.reduce((sum, { bytes }) => sum + bytes, 0)
      const isKept = (name: string) => kept.has(name.slice(0, 64) as Sha256)
      const gone: string[] = []
      for (const file of all.toSorted((a, b) => a.usedAt - b.usedAt)) {
        if (isKept(file.name)) continue
        if (await isEnough(total)) break
        await rm(join(folder, file.name), { force: true })
        total -= file.bytes
        gone.push(file.name)
      }
      return gone
    },

    /** Whether there is room for so many bytes more, and a margin for others. */
    async hasRoom(bytes: number): Promise<boolean> {
      await make()
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize >= bytes + MARGIN_BYTES
    },

    async freeBytes(): Promise<number> {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}
