import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { createSpeaker } from '../../player/stage/speaker.ts'
import { createClock } from '../../player/time/clock.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { sha } from '../support/builders.ts'
import { make, speech } from '../support/ffmpeg.ts'
import { PULSEAUDIO, startPulse } from '../support/pulse.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'

const STARTS = 60
const APART_MS = 500
const CLIP_MS = 300
const AHEAD_MS = 2_000

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Keeps every core busy until told otherwise. */
const busy = () => {
  const hogs: ChildProcess[] = cpus().map(() =>
    spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }),
  )
  return () => {
    for (const hog of hogs) hog.kill('SIGKILL')
  }
}

/** Planned instant → the instant at which the output hears the first sample, by the output's clock. */
const startErrors = async (folder: string, output: string): Promise<number[]> => {
  const clock = createClock(join(folder, 'clock.json'))
  const offset = Date.now() - monotonicMs()
  for (let count = 0; count < 3; count++) {
    const at = monotonicMs()
    clock.addSample({
      sentAt: at,
      serverReceivedAt: at + offset,
      serverSentAt: at + offset,
      receivedAt: at,
    })
  }
  const errors: number[] = []
  const speaker = createSpeaker({
    output,
    pcm: createPcmCache(join(folder, 'pcm'), process.env.FFMPEG_PATH ?? 'ffmpeg'),
    ffmpeg: process.env.FFMPEG_PATH ?? 'ffmpeg',
    clock,
    log: pino({ level: 'silent' }),
    events: {
      onStarted: (_key, { errorMs }) => errors.push(errorMs),
      onProgress() {},
      onEnded() {},
      onFault() {},
    },
  })
  const path = make(
    join(folder, 'clip.ogg'),
    ...speech(CLIP_MS / 1000, 0.3),
    '-c:a',
    'libopus',
    '-ac',
    '1',
  )
  const item = {
    assetId: '' as never,
    sha256: sha('clip'),
    mime: '',
    kind: 'clip' as const,
    title: '',
    themes: [],
    approvedBy: '',
    durationMs: CLIP_MS,
    role: 'item' as const,
    gainDb: 0,
    fallback: null,
    schedule: { id: '' as never, name: '' },
  }
  await speaker.prepare(item, path)
  await sleep(2_000)
  for (let count = 0; count < STARTS; count++) {
    const from = (clock.now() ?? 0) + AHEAD_MS
    await speaker.cue({
      key: String(count),
      item,
      path,
      from,
      to: from + CLIP_MS,
      offsetMs: 0,
      volume: 10,
    })
    await sleep(APART_MS)
  }
  await sleep(AHEAD_MS + 1_000)
  await speaker.close()
  return errors
}

/** What a timer alone does: wake at an instant, and begin then. */
const timerErrors = async (): Promise<number[]> => {
  const errors: number[] = []
  for (let count = 0; count < STARTS; count++) {
    const at = monotonicMs() + 50
    await sleep(50)
    errors.push(monotonicMs() - at)
  }
  return errors
}

const summary = (name: string, errors: readonly number[]) => {
  const off = errors.map(Math.abs)
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const spread = Math.sqrt(
    errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length,
  )
  return {
    [`${name}: p95 ms`]: rounded(percentile(off, 0.95), 3),
    [`${name}: worst ms`]: rounded(Math.max(...off), 3),
    [`${name}: standard deviation ms`]: rounded(spread, 3),
    [`${name}: missed`]: STARTS - errors.length,
  }
}

/** How exactly a clip begins: on the output that keeps time, on a real sound server, idle and busy. */
export const start = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const figures: Report['figures'] = { starts: STARTS }
  const idle = await startErrors(folder, 'null')
  Object.assign(figures, summary('null output, idle', idle))
  const calm = busy()
  const loaded = await startErrors(folder, 'null')
  const timers = await timerErrors()
  calm()
  Object.assign(figures, summary('null output, every core busy', loaded))
  const goals = [
    atMost('null output, p95 ms', rounded(percentile(idle.map(Math.abs), 0.95), 3), 20),
    atMost(
      'null output, every core busy, p95 ms',
      rounded(percentile(loaded.map(Math.abs), 0.95), 3),
      20,
    ),
    atMost('starts missed', 2 * STARTS - idle.length - loaded.length, 0),
  ]
  if (PULSEAUDIO) {
    const pulse = await startPulse()
    Object.assign(process.env, pulse.env)
    const heard = await startErrors(folder, 'pulse')
    await pulse.close()
    Object.assign(figures, summary('PulseAudio, idle', heard))
    goals.push(atMost('PulseAudio, p95 ms', rounded(percentile(heard.map(Math.abs), 0.95), 3), 20))
  }
  rmSync(folder, { recursive: true, force: true })
  return reportOf('start', {
    figures,
    limit: summary('a bare timer, every core busy', timers),
    goals,
  })
}
