import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of an export, as its manifest lists it. */
export type ListedFile = { name: string; bytes: number; sha256: string }

const BUFFERED = 1 << 16

/** Writes a file in large pieces, and its hash with it. */
export const createHashedFile = async (folder: string, name: string) => {
  const file: FileHandle = await open(join(folder, name), 'wx')
  const hash = createHash('sha256')
  let buffered: string[] = []
  let length = 0
  let bytes = 0

  const flush = async () => {
    const chunk = Buffer.from(buffered.join(''), 'utf8')
    buffered = []
    length = 0
    bytes += chunk.length
    hash.update(chunk)
    await file.writeFile(chunk)
  }

  return {
    /** Adds a line. */
    async line(text: string): Promise<void> {
      buffered.push(text, '\n')
      length += text.length
      if (length >= BUFFERED) await flush()
    },

    /** Ends the file; it is on disk when this returns. */
    async end(): Promise<ListedFile> {
      await flush()
      await file.sync()
      await file.close()
      return { name, bytes, sha256: hash.digest('hex') }
    },

    /** Lets go of a file that will not be finished. */
    async abandon(): Promise<void> {
      await file.close().catch(() => undefined)
    },
  }
}

export type HashedFile = Awaited<ReturnType<typeof createHashedFile>>
