import { spawn } from 'node:child_process'
import { SAMPLE_RATE } from '../format.ts'

/** What stations send sound in. Nothing of it refers to anything outside of itself. */
const FORMATS = 'mp3,aac,ogg,flac,mpegts,mov'

/** It reads its standard input, and opens neither files nor connections. */
const ARGS = [
  ...['-nostdin', '-v', 'error', '-protocol_whitelist', 'pipe', '-format_whitelist', FORMATS],
  ...['-analyzeduration', '1000000', '-i', 'pipe:0'],
  ...['-map', '0:a:0', '-f', 's16le', '-ac', '1', '-ar', String(SAMPLE_RATE)],
  ...['-flush_packets', '1', 'pipe:1'],
]

export type Decoder = ReturnType<typeof createDecoder>

/**
 * ffmpeg, fed by us: bytes of a stream in, samples out.
 * @param onBytes samples as they come, not cut at their edges
 * @param onEnded it reads no more
 */
export const createDecoder = (
  ffmpeg: string,
  onBytes: (bytes: Buffer) => void,
  onEnded: () => void,
) => {
  const child = spawn(ffmpeg, ARGS, { stdio: ['pipe', 'pipe', 'ignore'] })
  let isOver = false
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true
      resolve()
      onEnded()
    }
    child.once('error', end)
    child.once('close', end)
  })
  // Its end tells more than the pipe that it closed.
  child.stdin.on('error', () => {})
  child.stdout.on('data', onBytes)

  return {
    /** Resolves when there is room for more. @throws where it has ended */
    async write(bytes: Uint8Array): Promise<void> {
      if (isOver || !child.stdin.writable) throw new Error('the decoder ended')
      if (child.stdin.write(bytes)) return
      await new Promise<void>((resolve) => {
        const go = () => {
          child.stdin.off('drain', go)
          child.off('close', go)
          resolve()
        }
        child.stdin.on('drain', go)
        child.on('close', go)
      })
    },
    /** Says that nothing follows, and waits until the last samples are out. */
    async finish(): Promise<void> {
      child.stdin.end()
      await over
    },
    pause: () => child.stdout.pause(),
    resume: () => child.stdout.resume(),
    kill: () => child.kill('SIGKILL'),
  }
}
