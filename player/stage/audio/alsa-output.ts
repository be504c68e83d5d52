import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { monotonicMs } from '../../time/monotonic.ts'
import { createClockLine } from './clock-line.ts'
import { SAMPLE_RATE, SAMPLES_PER_MS } from './format.ts'
import type { AudioOutput, Depth, OutputEvents } from './output.ts'

const READ_EVERY_MS = 50
/** A card that tells its position does so at once; a plug-in behind which there is none never does. */
const PATIENCE_MS = 1_500

/** Where the kernel tells how far the card is that this process plays to. */
const statusPathOf = (pid: number): string | undefined =>
  globSync('/proc/asound/card*/pcm*p/sub*/status').find((path) =>
    new RegExp(`^owner_pid\\s*: ${pid}$`, 'm').test(readFileSync(path, 'utf8')),
  )

/** Frames that the card has played since it started, at our rate. */
const framesPlayed = (statusPath: string): number | undefined => {
  const frames = /^hw_ptr\s*: (\d+)$/m.exec(readFileSync(statusPath, 'utf8'))?.[1]
  const rate = /^rate: (\d+)/m.exec(
    readFileSync(statusPath.replace(/status$/, 'hw_params'), 'utf8'),
  )?.[1]
  return frames && rate ? (Number(frames) * SAMPLE_RATE) / Number(rate) : undefined
}

/** ALSA without a sound server, through `aplay`; the kernel's own count of frames is its clock. */
export const createAlsaOutput = (
  device: string,
  { bufferMs, leadMs }: Depth,
  delayMs: number,
  { onLost }: OutputEvents,
): AudioOutput => {
  const line = createClockLine(delayMs)
  let written = 0
  let isClosed = false
  let statusPath: string | undefined
  const startedAt = monotonicMs()

  const format = ['-t', 'raw', '-f', 'S16_LE', '-r', String(SAMPLE_RATE), '-c', '1']
  const child = spawn(
    'aplay',
    ['-q', '-D', device, ...format, `--buffer-time=${bufferMs * 1000}`, '-'],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  )
  const lost = (reason: string) => {
    if (isClosed) return
    isClosed = true
    clearInterval(reading)
    child.kill('SIGKILL')
    onLost(reason)
  }
  const read = () => {
    const monoMs = monotonicMs()
    try {
      statusPath ??= child.pid === undefined ? undefined : statusPathOf(child.pid)
      const played = statusPath && framesPlayed(statusPath)
      if (played) line.add({ monoMs, sample: played })
    } catch {
      statusPath = undefined
    }
    if (!statusPath && monoMs - startedAt > PATIENCE_MS) {
      line.add({ monoMs, sample: (monoMs - startedAt) * SAMPLES_PER_MS })
    }
  }
  const reading = setInterval(read, READ_EVERY_MS)
  child.on('error', (error) => lost(error.message))
  child.on('exit', (code, signal) => lost(`aplay ended with ${signal ?? code}`))
  child.stdin.on('error', (error) => lost(error.message))

  return {
    name: 'alsa',
    wanted() {
      if (isClosed) return 0
      const monoMs = monotonicMs()
      // Until its clock is known, as if it had begun at once: it must not run dry meanwhile.
      const heard = line.sampleAt(monoMs) ?? (monoMs - startedAt) * SAMPLES_PER_MS
      return Math.max(0, Math.ceil(heard + leadMs * SAMPLES_PER_MS - written))
    },
    write(samples) {
      if (isClosed) return
      child.stdin.write(Buffer.copyBytesFrom(samples))
      written += samples.length
    },
    written: () => written,
    sampleAt: line.sampleAt,
    monoAt: line.monoAt,
    advancedAt: line.advancedAt,
    underruns: () => 0,
    hush: () => false,
    setMuted() {},
    close() {
      isClosed = true
      clearInterval(reading)
      child.stdin.end()
      child.kill('SIGTERM')
    },
  }
}
