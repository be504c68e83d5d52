import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { monotonicMs } from '../../time/monotonic.ts'
import { createClockLine } from './clock-line.ts'
import { SAMPLE_RATE, SAMPLES_PER_MS } from './format.ts'
import type { AudioOutput, Depth, OutputEvents } from './output.ts'
import { createSinkInput } from './sink-input.ts'

/** Before its clock is known it is given a little more than it holds, which makes it start. */
const FIRST_FILL_MS = 30
/** How long its first words about its clock are rough; until then it is not filled any deeper. */
const SETTLING_MS = 1_000

/**
 * PulseAudio, and PipeWire through its PulseAudio door: one stream that lives as long as the player.
 * Its own report of what is being heard, 20 times a second, is the clock that sounds are placed by.
 * @param sink the server's default where none is named
 */
export const createPulseOutput = (
  sink: string | undefined,
  { bufferMs, leadMs }: Depth,
  delayMs: number,
  { onLost }: OutputEvents,
): AudioOutput => {
  const line = createClockLine(delayMs)
  const id = `loabang-${randomUUID()}`
  let written = 0
  let underruns = 0
  let isClosed = false
  let firstHeardAt: number | undefined
  let hushedUntil: number | undefined

  const child = spawn(
    'pacat',
    [
      '--playback',
      '--raw',
      '--format=s16le',
      `--rate=${SAMPLE_RATE}`,
      '--channels=1',
      `--latency-msec=${bufferMs}`,
      '--client-name=Loabang',
      '--stream-name=Loabang',
      // Else a server that remembers volumes would give this one back what an earlier stream had.
      `--property=module-stream-restore.id=${id}`,
      '--verbose',
      ...(sink ? [`--device=${sink}`] : []),
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  const lost = (reason: string) => {
    if (isClosed) return
    isClosed = true
    tap.forget()
    child.kill('SIGKILL')
    onLost(reason)
  }
  const tap = createSinkInput(id, lost)
  child.on('error', (error) => lost(error.message))
  child.on('exit', (code, signal) => lost(`pacat ended with ${signal ?? code}`))
  child.stdin.on('error', (error) => lost(error.message))
  child.stderr.on('data', (chunk: Buffer) => {
    const monoMs = monotonicMs()
    const text = chunk.toString()
    if (/underrun/i.test(text)) underruns += 1
    const heard = [...text.matchAll(/Time: (\d+\.\d+) sec/g)].at(-1)
    if (!heard) return
    const sample = Number(heard[1]) * SAMPLE_RATE
    line.add({ monoMs, sample })
    if (firstHeardAt === undefined) tap.find()
    firstHeardAt ??= monoMs
    if (hushedUntil !== undefined && sample >= hushedUntil) {
      hushedUntil = undefined
      tap.restore()
    }
  })

  return {
    name: 'pulse',
    wanted() {
      if (isClosed) return 0
      const monoMs = monotonicMs()
      const heard = line.sampleAt(monoMs)
      const isSettled = firstHeardAt !== undefined && monoMs - firstHeardAt > SETTLING_MS
      const ahead = isSettled ? leadMs : Math.min(leadMs, bufferMs + FIRST_FILL_MS)
      return Math.max(0, Math.ceil((heard ?? 0) + ahead * SAMPLES_PER_MS - written))
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
    underruns: () => underruns,
    hush() {
      if (hushedUntil === undefined) tap.silence()
      hushedUntil = written
      return true
    },
    setMuted: tap.setMuted,
    close() {
      isClosed = true
      tap.forget()
      child.stdin.end()
      child.kill('SIGTERM')
    },
  }
}
