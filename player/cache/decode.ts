import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BYTES_PER_SAMPLE, SAMPLE_RATE } from '../stage/audio/format.ts'

type Decoder = ChildProcessByStdio<Writable, Readable, Readable>

/** With so much of a clip there it can begin: decoding is many times faster than listening. */
const ENOUGH_BYTES = 0.15 * SAMPLE_RATE * BYTES_PER_SAMPLE

const ARGS = [
  ...['-v', 'error', '-probesize', '32768', '-analyzeduration', '0'],
  ...['-f', 'ogg', '-i', 'pipe:0', '-map', '0:a:0'],
  ...['-f', 's16le', '-ac', '1', '-ar', String(SAMPLE_RATE), '-flush_packets', '1', 'pipe:1'],
]

/**
 * Decodes clips with ffmpeg. One process stands by, loaded and waiting: starting one takes longer
 * than an emergency may.
 */
export const createClipDecoder = (ffmpeg: string) => {
  let spare: Decoder | undefined
  let isClosed = false

  const start = (): Decoder => {
    const child = spawn(ffmpeg, ARGS, { stdio: ['pipe', 'pipe', 'pipe'] })
    child.on('error', () => {})
    child.stdin.on('error', () => {})
    child.unref()
    return child
  }
  const standBy = () => {
    if (spare || isClosed) return
    try {
      spare = start()
    } catch {
      // Without one at hand the next clip starts its own.
      return
    }
    const waiting = spare
    waiting.once('close', () => {
      if (spare === waiting) spare = undefined
    })
  }

  return {
    standBy,

    /**
     * Writes a clip's samples to a file: 16 bit, mono, 48 kHz.
     * @param onEnough told when there is enough to begin with
     * @throws with ffmpeg's complaint where it cannot be decoded
     */
    async decode(source: string, target: string, onEnough: () => void): Promise<void> {
      const child = spare ?? start()
      spare = undefined
      child.ref()
      const closed = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject)
        child.once('close', resolve)
      })
      // Where something else fails first nobody waits for it any more.
      closed.catch(() => {})
      let complaint = ''
      child.stderr.on('data', (chunk: Buffer) => {
        complaint = (complaint + chunk.toString()).slice(-2000)
      })
      const file = createWriteStream(target)
      const enough = setInterval(() => {
        if (file.bytesWritten >= ENOUGH_BYTES) onEnough()
      }, 2)
      try {
        // Its own end tells more than the pipe that it closed.
        const feeding = pipeline(createReadStream(source), child.stdin).catch(() => {})
        await pipeline(child.stdout, file)
        await feeding
        const code = await closed
        if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${complaint.trim()}`)
      } finally {
        clearInterval(enough)
        child.kill('SIGKILL')
      }
    },

    close() {
      isClosed = true
      spare?.kill('SIGKILL')
      spare = undefined
    },
  }
}
