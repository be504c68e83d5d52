import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Sha256 } from '#protocol'
import type { Storage } from './storage.ts'

const hashFile = async (path: string): Promise<Sha256> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex') as Sha256
}

const sync = async (path: string): Promise<void> => {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Storage in a folder: `<first two digits>/<sha256>`. Files to adopt must lie on the same disk. */
export const createDiskStorage = (folder: string): Storage => {
  const pathOf = (sha256: Sha256) => join(folder, sha256.slice(0, 2), sha256)

  return {
    async adopt(path) {
      const sha256 = await hashFile(path)
      const { size: bytes } = await stat(path)
      const target = pathOf(sha256)
      await mkdir(dirname(target), { recursive: true })
      await sync(path)
      await rename(path, target)
      await sync(dirname(target))
      return { sha256, bytes }
    },

    async size(sha256) {
      try {
        return (await stat(pathOf(sha256))).size
      } catch {
        return undefined
      }
    },

    read: (sha256, range) => createReadStream(pathOf(sha256), range),

    localPath: async (sha256) => pathOf(sha256),
  }
}
