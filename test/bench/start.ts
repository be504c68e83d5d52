import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { aPlanItem } from '../support/builders.ts'
import { syncedClock } from '../support/clock.ts'
import { make } from '../support/ffmpeg.ts'
import { PULSEAUDIO, startPulse } from '../support/pulse.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { aSpeaker, BURST_MS, burst, busy, IS_FULL, onsets, sleep } from './sound.ts'

const STARTS = IS_FULL ? 1_000 : 200
const APART_MS = 250
const AHEAD_MS = 2_000
const PEER_STARTS = 20

type Heard = { errors: number[]; missed: number }

/** Which of the planned instants was heard when: an onset within 100 ms of its plan is its. */
const matched = (planned: readonly number[], heard: readonly number[]): Heard => {
  const errors = planned.flatMap((plan) => {
    const nearest = heard
      .map((mono) => mono - plan)
      .reduce((best, away) => (Math.abs(away) < Math.abs(best) ? away : best), Infinity)
    return Math.abs(nearest) <= 100 ? [nearest] : []
  })
  return { errors, missed: planned.length - errors.length }
}

/** Planned instant → first sample at the monitor of a real sound server, and by the output's own word. */
const startErrors = async (folder: string, isBusy: boolean) => {
  const pulse = await startPulse()
  Object.assign(process.env, pulse.env)
  const clock = syncedClock(folder)
  const { speaker, told, isOpen } = aSpeaker(folder, 'pulse', clock)
  const path = burst(folder)
  const item = aPlanItem('burst', BURST_MS)
  await speaker.prepare(item, path)
  await isOpen()
  const recording = pulse.record()
  await sleep(2_000)
  const calm = isBusy ? busy() : () => {}
  const planned: number[] = []
  for (let count = 0; count < STARTS; count++) {
    const from = (clock.now() ?? 0) + AHEAD_MS
    planned.push(clock.toMono(from) ?? Number.NaN)
    const to = from + BURST_MS
    await speaker.cue({ key: String(count), item, path, from, to, offsetMs: 0, volume: 100 })
    await sleep(APART_MS)
  }
  await sleep(AHEAD_MS + 1_000)
  calm()
  const samples = await recording.stop()
  const atMonitor = matched(planned, onsets(samples).map(recording.monoOf))
  await speaker.close()
  await pulse.close()
  return { atMonitor, told }
}

/** The same where a player is started for each sound, at its instant. */
export const spawnErrors = async (folder: string): Promise<Heard> => {
  const pulse = await startPulse()
  const wav = make(join(folder, 'burst.wav'), '-i', burst(folder))
  const recording = pulse.record()
  await sleep(3_000)
  const planned: number[] = []
  for (let count = 0; count < PEER_STARTS; count++) {
    planned.push(monotonicMs())
    spawn('paplay', [wav], { env: { ...process.env, ...pulse.env }, stdio: 'ignore' })
    await sleep(APART_MS * 2)
  }
  await sleep(500)
  const samples = await recording.stop()
  await pulse.close()
  return matched(planned, onsets(samples).map(recording.monoOf))
}

/** What a timer alone does: wake at an instant, and begin then. */
const timerErrors = async (): Promise<Heard> => {
  const errors: number[] = []
  for (let count = 0; count < 60; count++) {
    const at = monotonicMs() + 50
    await sleep(50)
    errors.push(monotonicMs() - at)
  }
  return { errors, missed: 0 }
}

const spreadOf = (errors: readonly number[]): number => {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  return Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length)
}

const p99 = ({ errors }: Heard) => rounded(percentile(errors.map(Math.abs), 0.99), 3)

const summary = (name: string, heard: Heard) => ({
  [`${name}: median ms`]: rounded(percentile(heard.errors, 0.5), 3),
  [`${name}: p99 ms`]: p99(heard),
  [`${name}: worst ms`]: rounded(Math.max(...heard.errors.map(Math.abs)), 3),
  [`${name}: standard deviation ms`]: rounded(spreadOf(heard.errors), 3),
  [`${name}: missed`]: heard.missed,
})

/** How exactly a clip begins, measured at the monitor of a real sound server, idle and busy. */
export const start = async (): Promise<Report> => {
  if (!PULSEAUDIO) throw new Error('PulseAudio is needed: PULSEAUDIO_PATH')
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const idle = await startErrors(folder, false)
  const loaded = await startErrors(folder, true)
  const spawned = await spawnErrors(folder)
  const calm = busy()
  const timers = await timerErrors()
  calm()
  rmSync(folder, { recursive: true, force: true })
  return reportOf('start', {
    figures: {
      starts: STARTS,
      ...summary('idle', idle.atMonitor),
      ...summary('every core busy', loaded.atMonitor),
      ...summary('idle, own word', { errors: idle.told, missed: STARTS - idle.told.length }),
    },
    limit: {
      ...summary('bare timer, every core busy', timers),
      ...summary('peer: paplay started at the instant', spawned),
    },
    goals: [
      atMost('idle, p99 ms', p99(idle.atMonitor), 10),
      atMost('every core busy, p99 ms', p99(loaded.atMonitor), 10),
      atMost('idle, standard deviation ms', rounded(spreadOf(idle.atMonitor.errors), 3), 1),
      atMost('busy, standard deviation ms', rounded(spreadOf(loaded.atMonitor.errors), 3), 1),
      atMost('starts missed', idle.atMonitor.missed + loaded.atMonitor.missed, 0),
    ],
  })
}
