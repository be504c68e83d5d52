import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sha256 } from '#protocol'
import { createClipDecoder } from './decode.ts'

/** What changes when a file does. */
const stampOf = async (path: string): Promise<string> => {
  const { ino, size, mtimeMs, ctimeMs } = await stat(path)
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}`
}

const STAND_BY_AFTER_MS = 1_000

type Making = { enough: Promise<string>; whole: Promise<string> }

export type PcmCache = ReturnType<typeof createPcmCache>

/**
 * Clips decoded ahead, once each while the player runs: nothing is decoded at the moment of playing. What an
 * earlier run left is not believed, because a note beside it can be changed together with it, and the
 * clip itself is checked against its name. To decode takes some five times as long as to hash what was
 * decoded: 1.2 s for ten minutes, of which there are ten minutes of notice.
 */
export const createPcmCache = (folder: string, ffmpeg: string) => {
  const decoder = createClipDecoder(ffmpeg)
  decoder.standBy()
  const making = new Map<Sha256, Making>()
  /** What was decoded since we run, and what its file looked like then. */
  const made = new Map<Sha256, string>()
  const pathOf = (sha256: Sha256) => join(folder, `${sha256}.pcm`)

  const isAsMade = async (sha256: Sha256): Promise<boolean> => {
    const stamp = made.get(sha256)
    return stamp !== undefined && stamp === (await stampOf(pathOf(sha256)).catch(() => ''))
  }

  const make = async (sha256: Sha256, source: string, onEnough: () => void): Promise<string> => {
    const path = pathOf(sha256)
    await mkdir(folder, { recursive: true })
    // Who still reads the old one keeps reading it.
    await rm(path, { force: true })
    await decoder.decode(source, path, onEnough)
    if ((await stat(path)).size === 0) {
      await rm(path)
      throw new Error('there is no sound in it')
    }
    made.set(sha256, await stampOf(path))
    return path
  }

  const start = (sha256: Sha256, source: string): Making => {
    const underWay = making.get(sha256)
    if (underWay) return underWay
    let onEnough = () => {}
    const begun = new Promise<string>((resolve) => {
      onEnough = () => resolve(pathOf(sha256))
    })
    const run = async () =>
      (await isAsMade(sha256)) ? pathOf(sha256) : make(sha256, source, onEnough)
    const whole = run().finally(() => {
      making.delete(sha256)
      // Not at once: what was decoded in a hurry is just about to be heard.
      setTimeout(decoder.standBy, STAND_BY_AFTER_MS).unref()
    })
    const started = { whole, enough: Promise.race([whole, begun]) }
    started.enough.catch(() => {})
    making.set(sha256, started)
    return started
  }

  return {
    /**
     * The path of a clip's samples: 16 bit, mono, 48 kHz. Decoded again where their file was touched
     * since they were made.
     * @param source the clip's file, verified
     */
    get: (sha256: Sha256, source: string): Promise<string> => start(sha256, source).whole,

    /**
     * The same as soon as there is enough to begin: the file may still grow, faster than it is
     * listened to. For what cannot wait.
     */
    begin: (sha256: Sha256, source: string): Promise<string> => start(sha256, source).enough,

    /**
     * Throws away what was decoded, but for what is being decoded right now. A reader that has a
     * file open keeps reading it.
     */
    async clear(): Promise<void> {
      made.clear()
      const names = await readdir(folder).catch(() => [])
      for (const name of names) {
        const isInMaking = making.has(name.slice(0, name.indexOf('.')) as Sha256)
        if (!isInMaking) await rm(join(folder, name), { force: true })
      }
    },

    close: decoder.close,
  }
}
