import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync } from 'node:fs'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Sha256 } from '#protocol'
import { SAMPLE_RATE } from '../stage/audio/format.ts'

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const decode = (ffmpeg: string, source: string, target: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const format = ['-f', 's16le', '-ac', '1', '-ar', String(SAMPLE_RATE)]
    const input = ['-protocol_whitelist', 'file', '-f', 'ogg', '-i', source, '-map', '0:a:0']
    const child = spawn(ffmpeg, ['-nostdin', '-v', 'error', '-y', ...input, ...format, target], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`ffmpeg ended with ${code}: ${complaint.trim()}`))
    })
  })

export type PcmCache = ReturnType<typeof createPcmCache>

/** Clips decoded ahead, once each: nothing is decoded at the moment of playing. */
export const createPcmCache = (folder: string, ffmpeg: string) => {
  mkdirSync(folder, { recursive: true })
  const making = new Map<Sha256, Promise<string>>()
  const pathOf = (sha256: Sha256) => join(folder, `${sha256}.pcm`)

  const isIntact = async (sha256: Sha256): Promise<boolean> => {
    try {
      const noted = await readFile(`${pathOf(sha256)}.sha256`, 'utf8')
      return (await hashFile(pathOf(sha256))) === noted
    } catch {
      return false
    }
  }

  const make = async (sha256: Sha256, source: string): Promise<string> => {
    const path = pathOf(sha256)
    if (await isIntact(sha256)) return path
    const unfinished = `${path}.new`
    await decode(ffmpeg, source, unfinished)
    if ((await stat(unfinished)).size === 0) {
      await rm(unfinished)
      throw new Error('there is no sound in it')
    }
    const file = await open(unfinished, 'r')
    await file.sync().finally(() => file.close())
    await writeFile(`${path}.sha256`, await hashFile(unfinished), { flush: true })
    await rename(unfinished, path)
    return path
  }

  return {
    /**
     * The path of a clip's samples: 16 bit, mono, 48 kHz. Checked against the hash that was noted
     * when they were made, and made anew where they differ.
     * @param source the clip's file, verified
     */
    get(sha256: Sha256, source: string): Promise<string> {
      const underWay = making.get(sha256)
      if (underWay) return underWay
      const made = make(sha256, source).finally(() => making.delete(sha256))
      making.set(sha256, made)
      return made
    },
  }
}
