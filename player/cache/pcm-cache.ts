import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Sha256 } from '#protocol'
import { createClipDecoder } from './decode.ts'

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** What changes when a file does. */
const stampOf = async (path: string): Promise<string> => {
  const { ino, size, mtimeMs, ctimeMs } = await stat(path)
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}`
}

const STAND_BY_AFTER_MS = 1_000

type Making = { enough: Promise<string>; whole: Promise<string> }

export type PcmCache = ReturnType<typeof createPcmCache>

/** Clips decoded ahead, once each: nothing is decoded at the moment of playing. */
export const createPcmCache = (folder: string, ffmpeg: string) => {
  const decoder = createClipDecoder(ffmpeg)
  decoder.standBy()
  const making = new Map<Sha256, Making>()
  /** Files that were checked since we run, and what they looked like then. */
  const checked = new Map<Sha256, string>()
  const pathOf = (sha256: Sha256) => join(folder, `${sha256}.pcm`)

  const isAsChecked = async (sha256: Sha256): Promise<boolean> => {
    const stamp = checked.get(sha256)
    return stamp !== undefined && stamp === (await stampOf(pathOf(sha256)).catch(() => ''))
  }

  const isIntact = async (sha256: Sha256): Promise<boolean> => {
    try {
      const path = pathOf(sha256)
      const stamp = await stampOf(path)
      const noted = await readFile(`${path}.sha256`, 'utf8')
      if ((await hashFile(path)) !== noted) return false
      checked.set(sha256, stamp)
      return true
    } catch {
      return false
    }
  }

  const make = async (sha256: Sha256, source: string, onEnough: () => void): Promise<string> => {
    const path = pathOf(sha256)
    await mkdir(folder, { recursive: true })
    // What has no note beside it is not finished. Who still reads the old one goes on reading it.
    await rm(`${path}.sha256`, { force: true })
    await rm(path, { force: true })
    await decoder.decode(source, path, onEnough)
    if ((await stat(path)).size === 0) {
      await rm(path)
      throw new Error('there is no sound in it')
    }
    const file = await open(path, 'r')
    await file.sync().finally(() => file.close())
    await writeFile(`${path}.sha256`, await hashFile(path), { flush: true })
    checked.set(sha256, await stampOf(path))
    return path
  }

  /** @param mustHurry whether decoding anew is quicker than hashing what there is */
  const start = (sha256: Sha256, source: string, mustHurry: boolean): Making => {
    const underWay = making.get(sha256)
    if (underWay) return underWay
    let onEnough = () => {}
    const begun = new Promise<string>((resolve) => {
      onEnough = () => resolve(pathOf(sha256))
    })
    const run = async () => {
      const isHere = (await isAsChecked(sha256)) || (!mustHurry && (await isIntact(sha256)))
      return isHere ? pathOf(sha256) : make(sha256, source, onEnough)
    }
    const whole = run().finally(() => {
      making.delete(sha256)
      // Not at once: what was decoded in a hurry is just about to be heard.
      setTimeout(decoder.standBy, STAND_BY_AFTER_MS).unref()
    })
    const made = { whole, enough: Promise.race([whole, begun]) }
    made.enough.catch(() => {})
    making.set(sha256, made)
    return made
  }

  return {
    /**
     * The path of a clip's samples: 16 bit, mono, 48 kHz. Checked against the hash that was noted
     * when they were made, and made anew where they differ.
     * @param source the clip's file, verified
     */
    get: (sha256: Sha256, source: string): Promise<string> => start(sha256, source, false).whole,

    /**
     * The same as soon as there is enough to begin: the file may still grow, faster than it is
     * listened to. For what cannot wait.
     */
    begin: (sha256: Sha256, source: string): Promise<string> => start(sha256, source, true).enough,

    /**
     * Throws away what was decoded, but for what is being decoded right now. A reader that has a
     * file open keeps reading it.
     */
    async clear(): Promise<void> {
      checked.clear()
      const names = await readdir(folder).catch(() => [])
      for (const name of names) {
        const isInMaking = making.has(name.slice(0, name.indexOf('.')) as Sha256)
        if (!isInMaking) await rm(join(folder, name), { force: true })
      }
    },

    close: decoder.close,
  }
}
