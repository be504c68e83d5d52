import { readFileSync } from 'node:fs'
import type { ClockState, EpochMs } from '#protocol'
import { replaceFile } from '../trust/replace-file.ts'
import { type ClockSample, estimateOffset, withSample } from './clock-offset.ts'
import { monotonicMs } from './monotonic.ts'

/** A clock is pulled towards the server by at most this much: 500 parts in a million. */
const SLEW_PER_MS = 500e-6
/** Farther off than this it is set, not pulled: whatever plays now is at the wrong place anyway. */
const STEP_MS = 2_000
const SAMPLES_TO_SYNC = 3
/** A disagreement with the system's clock larger than this at start says that it lost its battery. */
const RESTORED_ERROR_MS = 1_000

type Saved = { serverTime: EpochMs; systemAhead: number }

const load = (path: string): Saved | undefined => {
  try {
    const saved = JSON.parse(readFileSync(path, 'utf8')) as Saved
    return Number.isFinite(saved.serverTime) && Number.isFinite(saved.systemAhead)
      ? saved
      : undefined
  } catch {
    return undefined
  }
}

export type Clock = {
  /** The server's time as this device knows it, in ms with fractions; undefined while it does not. */
  now: () => number | undefined
  /** The monotonic instant of a time of the server, by the present offset. */
  toMono: (at: number) => number | undefined
  /** The server's time at a monotonic instant, by the present offset. */
  fromMono: (mono: number) => number | undefined
  state: () => ClockState
  addSample: (sample: ClockSample) => void
  /** Remembers the time, so that a clock that starts in the past is recognised. */
  save: () => void
}

/**
 * The device's idea of the server's time: a monotonic base and an offset, agreed over the network.
 * Before the first agreement it is carried over from the system's clock, where that is not behind
 * what was known when the device last ran: a box with a dead battery plays nothing until it is told
 * the time.
 */
export const createClock = (path: string, systemNow: () => EpochMs = Date.now): Clock => {
  const saved = load(path)
  let samples: readonly ClockSample[] = []
  let grade: ClockState['grade'] = 'unknown'
  let offset = 0
  let slewedAt = monotonicMs()
  if (saved && systemNow() - saved.systemAhead >= saved.serverTime) {
    grade = 'restored'
    offset = systemNow() - saved.systemAhead - monotonicMs()
  }

  const slew = () => {
    const mono = monotonicMs()
    const mostMs = (mono - slewedAt) * SLEW_PER_MS
    slewedAt = mono
    const target = estimateOffset(samples, mono)
    if (grade !== 'synced' || !target) return
    const away = target.offsetMs - offset
    offset += Math.abs(away) > STEP_MS ? away : Math.max(-mostMs, Math.min(mostMs, away))
  }

  const offsetNow = (): number | undefined => {
    slew()
    return grade === 'unknown' ? undefined : offset
  }

  const shifted = (sign: 1 | -1) => (instant: number) => {
    const by = offsetNow()
    return by === undefined ? undefined : instant + sign * by
  }

  return {
    now: () => shifted(1)(monotonicMs()),
    toMono: shifted(-1),
    fromMono: shifted(1),

    state() {
      const estimate = estimateOffset(samples, monotonicMs())
      if (grade === 'unknown') return { grade, errorMs: null }
      if (grade === 'restored' || !estimate) return { grade, errorMs: RESTORED_ERROR_MS }
      const lag = Math.abs(estimate.offsetMs - offset)
      return { grade, errorMs: Math.round((estimate.errorMs + lag) * 100) / 100 }
    },

    addSample(sample) {
      samples = withSample(samples, sample)
      const estimate = estimateOffset(samples, monotonicMs())
      if (grade === 'synced' || samples.length < SAMPLES_TO_SYNC || !estimate) return
      // What is on air by a restored clock is not torn: a small correction is pulled in like any other.
      const isClose = grade === 'restored' && Math.abs(estimate.offsetMs - offset) <= STEP_MS
      grade = 'synced'
      if (!isClose) offset = estimate.offsetMs
    },

    save() {
      if (grade !== 'synced') return
      const serverTime = Math.round(monotonicMs() + offset)
      const state: Saved = { serverTime, systemAhead: systemNow() - serverTime }
      replaceFile(path, JSON.stringify(state))
    },
  }
}
