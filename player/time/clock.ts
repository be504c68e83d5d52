import type { ClockState, EpochMs, JournalEvent } from '#protocol'
import {
  type ClockSample,
  DRIFT_PER_MS,
  estimateOffset,
  NO_EXCHANGES,
  withSample,
} from './clock-offset.ts'
import { watchClocks } from './clock-watch.ts'
import { createDoubt, type KnownTime, objection } from './large-step.ts'
import { loadTime, restoreTime, saveTime } from './restore.ts'
import { machineTime, type TimeSources } from './sources.ts'

/** A clock is pulled towards the server by at most this much: 500 parts in a million. */
const SLEW_PER_MS = 500e-6
/** Farther off than this it is set, not pulled. */
const STEP_MS = 2_000
/** Farther off than this, what is on is at the wrong hour: no reason to wait for its end. */
const WRONG_HOUR_MS = 60_000
/** How long a clock waits to be set until nothing is on. */
const LONGEST_WAIT_MS = 10 * 60_000
const SAMPLES_TO_SYNC = 3
/** What may be off by more is no longer called synced. */
const SYNCED_MS = 2_000

type Happening = Omit<Extract<JournalEvent, { kind: 'clock' }>, 'kind'>

export type Clock = {
  /** The server's time as this device knows it, in ms with fractions; undefined while it does not. */
  now: () => number | undefined
  /** The monotonic instant of a time of the server, by the present offset. */
  toMono: (at: number) => number | undefined
  /** The server's time at a monotonic instant, by the present offset. */
  fromMono: (mono: number) => number | undefined
  state: () => ClockState
  /** Takes what the server said; by much the clock is set only where a second source agrees. */
  addSample: (sample: ClockSample) => void
  /** Remembers the time, so that a clock that starts in the past is recognised. */
  save: () => void
}

export type DeviceClock = Clock & {
  /** By how much the server would set the clock, and since when it is refused; null where it is not. */
  refusedStep: () => { byMs: number; since: EpochMs } | null
  /** It is not earlier than this: something that was signed or written down says so. */
  isAfter: (at: EpochMs) => void
  /** For stamps: the time, or where it is not known the latest that it surely is by now. */
  atLeast: () => EpochMs
  /** It will be set as soon as nothing is on: nothing new should begin before. */
  isAboutToStep: () => boolean
  /**
   * Looks after the clock; called every second.
   * @param isOnAir whether anything is on
   * @returns what happened to it since the last look, whether what is on is at the wrong place now,
   *   and by how much it was to be set and is not, where that is to be told
   */
  look: (isOnAir: boolean) => {
    happenings: Happening[]
    isTorn: boolean
    refusedMs: number | undefined
  }
}

/**
 * The device's idea of the server's time: a monotonic base and an offset, agreed over the network.
 * Before the first agreement it is carried over from before, where something kept it: a box with a
 * dead battery plays nothing until it is told the time. A small correction is pulled in; a large one
 * waits until nothing is on.
 */
export const createClock = (path: string, given: Partial<TimeSources> = {}): DeviceClock => {
  const sources: TimeSources = { ...machineTime(), ...given }
  const { mono } = sources
  const watch = watchClocks(sources)
  const saved = loadTime(path)
  const startedAt = mono()
  let exchanges = NO_EXCHANGES
  let happenings: Happening[] = []
  /** None: nothing is known. What was carried over has an error at an instant, and then drifts. */
  let base: 'none' | 'carried' | 'agreed' = 'none'
  let carried = { errorMs: 0, at: startedAt }
  let offset = 0
  let slewedAt = startedAt
  let waitingSince: number | undefined
  /** What was carried over was counted by the machine without a break. */
  let isCounted = false
  let notBefore = saved?.serverTime ?? 0
  const doubt = createDoubt()

  const restored = saved && restoreTime(saved, sources)
  if (restored?.ok) {
    base = 'carried'
    offset = restored.serverTime - startedAt
    carried = { errorMs: restored.errorMs, at: startedAt }
    isCounted = restored.isCounted
  } else if (restored) happenings.push({ what: restored.what, byMs: restored.byMs })

  const target = () => (base === 'agreed' ? estimateOffset(exchanges, mono()) : undefined)
  const awayMs = (): number => {
    const estimate = target()
    return estimate ? estimate.offsetMs - offset : 0
  }

  const slew = () => {
    const at = mono()
    const mostMs = (at - slewedAt) * SLEW_PER_MS
    slewedAt = at
    const away = awayMs()
    if (Math.abs(away) <= STEP_MS) offset += Math.max(-mostMs, Math.min(mostMs, away))
  }

  const shifted = (sign: 1 | -1) => (instant: number) => {
    if (base === 'none') return undefined
    slew()
    return instant + sign * offset
  }
  const fromMono = shifted(1)

  const errorMs = (): number => {
    const estimate = target()
    if (estimate) return estimate.errorMs + Math.abs(estimate.offsetMs - offset)
    return carried.errorMs + (mono() - carried.at) * DRIFT_PER_MS
  }

  const known = (): KnownTime => {
    const by = {
      agreed: 'counted-since-sync',
      carried: isCounted ? 'counted-since-save' : 'carried',
      none: 'none',
    } as const
    return { by: by[base], offsetMs: offset, errorMs: base === 'none' ? 0 : errorMs(), notBefore }
  }

  /** @returns whether it was set under something that is on */
  const stepWhenDue = (isOnAir: boolean): boolean => {
    const away = awayMs()
    if (Math.abs(away) <= STEP_MS) {
      waitingSince = undefined
      return false
    }
    waitingSince ??= mono()
    const canWait = Math.abs(away) < WRONG_HOUR_MS && mono() - waitingSince < LONGEST_WAIT_MS
    if (isOnAir && canWait) return false
    offset += away
    waitingSince = undefined
    happenings.push({ what: 'stepped', byMs: Math.round(away) })
    return isOnAir
  }

  return {
    now: () => fromMono(mono()),
    toMono: shifted(-1),
    fromMono,

    atLeast: () =>
      Math.round(
        fromMono(mono()) ??
          (saved ? saved.serverTime + mono() - startedAt : Math.max(0, sources.system())),
      ),

    state() {
      if (base === 'none') return { grade: 'unknown', errorMs: null }
      const error = Math.round(errorMs() * 100) / 100
      return {
        grade: base === 'agreed' && error <= SYNCED_MS ? 'synced' : 'restored',
        errorMs: error,
      }
    },

    addSample(sample) {
      const byMs = objection(sample, known())
      if (byMs === undefined) {
        doubt.settle()
        exchanges = withSample(exchanges, sample)
      } else {
        const system = { at: sources.system(), isKept: sources.isSystemKept() }
        const believed = doubt.weigh(sample, byMs, known(), system)
        if (!believed) return
        exchanges = { agreed: believed, doubted: [] }
      }
      if (base === 'agreed' || exchanges.agreed.length < SAMPLES_TO_SYNC) return
      const estimate = estimateOffset(exchanges, mono())
      if (!estimate) return
      if (base === 'none') {
        offset = estimate.offsetMs
        const byMs = Math.round(sources.system() - mono() - offset)
        happenings.push({ what: 'synced', byMs: -byMs })
      } else happenings.push({ what: 'synced', byMs: Math.round(estimate.offsetMs - offset) })
      base = 'agreed'
    },

    isAboutToStep: () => waitingSince !== undefined,

    look(isOnAir) {
      let isTorn = false
      for (const oddity of watch()) {
        happenings.push(oddity)
        if (oddity.what !== 'suspended') continue
        // The monotonic clock stood still: the exchanges were with another one, so to speak.
        carried = { errorMs: errorMs() + 20, at: mono() }
        exchanges = NO_EXCHANGES
        offset += oddity.byMs
        if (base === 'agreed') {
          base = 'carried'
          isCounted = true
        }
        isTorn ||= isOnAir && oddity.byMs > STEP_MS
      }
      slew()
      isTorn = stepWhenDue(isOnAir) || isTorn
      const told = happenings
      happenings = []
      return { happenings: told, isTorn, refusedMs: doubt.toTell(mono()) }
    },

    refusedStep() {
      const refused = doubt.refused()
      if (!refused) return null
      const since = (fromMono(refused.sinceMono) ?? notBefore) as EpochMs
      return { byMs: refused.byMs, since: Math.max(0, Math.round(since)) }
    },

    isAfter(at) {
      notBefore = Math.max(notBefore, at)
    },

    save() {
      if (base === 'none') return
      const serverTime = Math.round(mono() + offset)
      saveTime(path, {
        serverTime: Math.max(0, serverTime),
        systemAhead: sources.system() - serverTime,
        errorMs: errorMs(),
        bootId: sources.bootId(),
        uptime: sources.uptime() ?? null,
      })
    },
  }
}
