import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { EpochMs } from '#protocol'
import { monotonicMs } from './monotonic.ts'

/** What a machine knows of time by itself. */
export type TimeSources = {
  /** ms, never set; stands still while the machine sleeps. */
  mono: () => number
  /** What the system takes for the time; anybody may set it. */
  system: () => EpochMs
  /** ms since the machine was switched on, sleep included; undefined where the system does not say. */
  uptime: () => number | undefined
  /** Another one after every start of the machine. */
  bootId: () => string
  /** Something kept the system's time while there was no power, or has set it by network since. */
  isSystemKept: () => boolean
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

const hasClockChip = (): boolean => {
  try {
    return readdirSync('/sys/class/rtc').length > 0
  } catch {
    return false
  }
}

/** What systemd-timesyncd leaves once it has agreed with a time server since the start. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized'

/** @param isSystemTrusted whoever set the machine up says that its clock is kept by other means */
export const machineTime = (isSystemTrusted = false): TimeSources => ({
  mono: monotonicMs,
  system: () => Date.now(),
  uptime() {
    const seconds = Number(read('/proc/uptime')?.split(' ')[0] ?? Number.NaN)
    return Number.isFinite(seconds) ? seconds * 1000 : undefined
  },
  bootId: () => read('/proc/sys/kernel/random/boot_id') ?? 'unknown',
  isSystemKept: () => isSystemTrusted || hasClockChip() || existsSync(SYNCHRONIZED),
})
