import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import type { Manifest, Sha256 } from '#protocol'

type Media = Manifest['media'][number]

export type MediaCacheDeps = {
  folder: string
  server: string
  log: Logger
  /** Told when a file has come or gone. */
  onChange: () => void
}

const FIRST_RETRY_MS = 2_000
const LONGEST_RETRY_MS = 300_000

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

export type MediaCache = ReturnType<typeof createMediaCache>

/** Media on the device's own disk, under the names of their content. */
export const createMediaCache = ({ folder, server, log, onChange }: MediaCacheDeps) => {
  mkdirSync(folder, { recursive: true })
  let wanted: readonly Media[] = []
  const ready = new Set<Sha256>()
  let isFetching = false
  let isClosed = false
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  const aborter = new AbortController()

  const pathOf = (sha256: Sha256) => join(folder, sha256)

  /** Goes on where an earlier attempt broke off; what does not hash to its name is thrown away. */
  const download = async ({ sha256, bytes }: Media): Promise<void> => {
    const partial = `${pathOf(sha256)}.part`
    const have = await sizeOf(partial)
    if (have < bytes) {
      const response = await fetch(new URL(`/media/${sha256}`, server), {
        headers: have > 0 ? { range: `bytes=${have}-` } : {},
        signal: aborter.signal,
      })
      if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`)
      const flags = response.status === 206 ? 'a' : 'w'
      await pipeline(
        Readable.fromWeb(response.body as never),
        createWriteStream(partial, { flags }),
      )
    }
    if ((await hashFile(partial)) !== sha256) {
      await rm(partial, { force: true })
      throw new Error('the bytes are not those of the name')
    }
    const file = await open(partial, 'r')
    await file.sync().finally(() => file.close())
    await rename(partial, pathOf(sha256))
  }

  const fetchMissing = async (): Promise<void> => {
    if (isFetching) return
    isFetching = true
    try {
      for (;;) {
        const media = wanted.find(({ sha256 }) => !ready.has(sha256))
        if (!media || isClosed) return
        await download(media)
        ready.add(media.sha256)
        failures = 0
        onChange()
      }
    } catch (error) {
      if (isClosed) return
      const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++)
      log.warn({ err: error, delayMs }, 'a file could not be fetched; tried again later')
      clearTimeout(timer)
      timer = setTimeout(() => void fetchMissing(), delayMs)
    } finally {
      isFetching = false
    }
  }

  return {
    /** Sets what must be on disk, first needed first, and begins to fetch what is not. */
    async want(media: readonly Media[]): Promise<void> {
      wanted = media
      const present = new Set(await readdir(folder))
      for (const { sha256 } of media) if (present.has(sha256)) ready.add(sha256)
      onChange()
      failures = 0
      void fetchMissing()
    },

    /** The connection is back: no reason to wait any longer. */
    retryNow() {
      failures = 0
      void fetchMissing()
    },

    progress: () => ({
      ready: wanted.filter(({ sha256 }) => ready.has(sha256)).length,
      needed: wanted.length,
    }),

    has: (sha256: Sha256): boolean => ready.has(sha256),

    pathOf,

    /**
     * Hashes a file again, right before it is used. One that changed on disk is thrown away and
     * fetched anew.
     */
    async isIntact(sha256: Sha256): Promise<boolean> {
      const intact = (await hashFile(pathOf(sha256)).catch(() => '')) === sha256
      if (intact) return true
      ready.delete(sha256)
      await rm(pathOf(sha256), { force: true })
      onChange()
      void fetchMissing()
      return false
    },

    close() {
      isClosed = true
      clearTimeout(timer)
      aborter.abort()
    },
  }
}
