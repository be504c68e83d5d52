import { spawn } from 'node:child_process'
import { monotonicMs } from '../../time/monotonic.ts'
import { createClockLine } from './clock-line.ts'
import { SAMPLE_RATE, SAMPLES_PER_MS } from './format.ts'
import type { AudioOutput, OutputEvents } from './output.ts'

/** What the sound server holds, and what we keep ahead of it. Less ran dry on a busy machine. */
const SERVER_BUFFER_MS = 500
const LEAD_MS = 700
/** Before its clock is known: enough to make it start. */
const FIRST_FILL_MS = 600

/**
 * PulseAudio, and PipeWire through its PulseAudio door: one stream that lives as long as the player.
 * Its own report of what is being heard, 20 times a second, is the clock that sounds are placed by.
 */
export const createPulseOutput = ({ onLost }: OutputEvents): AudioOutput => {
  const line = createClockLine()
  let written = 0
  let underruns = 0
  let isClosed = false

  const child = spawn(
    'pacat',
    [
      '--playback',
      '--raw',
      '--format=s16le',
      `--rate=${SAMPLE_RATE}`,
      '--channels=1',
      `--latency-msec=${SERVER_BUFFER_MS}`,
      '--client-name=Loabang',
      '--stream-name=Loabang',
      '--verbose',
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  const lost = (reason: string) => {
    if (isClosed) return
    isClosed = true
    child.kill('SIGKILL')
    onLost(reason)
  }
  child.on('error', (error) => lost(error.message))
  child.on('exit', (code, signal) => lost(`pacat ended with ${signal ?? code}`))
  child.stdin.on('error', (error) => lost(error.message))
  child.stderr.on('data', (chunk: Buffer) => {
    const monoMs = monotonicMs()
    const text = chunk.toString()
    if (/underrun/i.test(text)) underruns += 1
    const heard = [...text.matchAll(/Time: (\d+\.\d+) sec/g)].at(-1)
    if (heard) line.add({ monoMs, sample: Number(heard[1]) * SAMPLE_RATE })
  })

  return {
    name: 'pulse',
    wanted() {
      const heard = line.sampleAt(monotonicMs())
      const ahead = heard === undefined ? FIRST_FILL_MS : LEAD_MS
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
    underruns: () => underruns,
    close() {
      isClosed = true
      child.stdin.end()
      child.kill('SIGTERM')
    },
  }
}
