import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { EpochMs } from '#protocol'
import { replaceFile } from '../trust/replace-file.ts'
import { DRIFT_PER_MS } from './clock-offset.ts'
import type { TimeSources } from './sources.ts'

/** What is remembered of the time. */
export const SavedTime = z.object({
  serverTime: EpochMs,
  /** By how much the system's clock was ahead of it. */
  systemAhead: z.number(),
  errorMs: z.number().nonnegative(),
  bootId: z.string(),
  /** ms since the machine was switched on, or null where it did not say. */
  uptime: z.number().nullable(),
})
export type SavedTime = z.infer<typeof SavedTime>

/** The time as it was carried over from before (isCounted: by the machine, without a break), or why it could not be. */
export type Restored =
  | { ok: true; serverTime: number; errorMs: number; isCounted: boolean }
  | { ok: false; what: 'behind' | 'ahead' | 'no-rtc'; byMs: number }

/** A chip counts whole seconds. */
const CHIP_ERROR_MS = 1_000
/** Nobody keeps a box in a drawer for longer and then hangs it up as it is. */
const LONGEST_OFF_MS = 400 * 86_400_000

export const loadTime = (path: string): SavedTime | undefined => {
  try {
    return SavedTime.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

export const saveTime = (path: string, time: SavedTime): void =>
  replaceFile(path, JSON.stringify(time))

/**
 * Carries the time over from an earlier run. While the machine has been on without a break, its own
 * count of that tells; afterwards only a system clock that something kept without power does. A box
 * with a dead battery, or none, gets no time from this.
 */
export const restoreTime = (saved: SavedTime, sources: TimeSources): Restored => {
  const uptime = sources.uptime()
  if (saved.bootId === sources.bootId() && uptime !== undefined && saved.uptime !== null) {
    const elapsed = uptime - saved.uptime
    if (elapsed >= 0) {
      const errorMs = saved.errorMs + elapsed * DRIFT_PER_MS + 20
      return { ok: true, serverTime: saved.serverTime + elapsed, errorMs, isCounted: true }
    }
  }
  const serverTime = sources.system() - saved.systemAhead
  const elapsed = serverTime - saved.serverTime
  const byMs = Math.round(elapsed)
  if (elapsed < 0) return { ok: false, what: 'behind', byMs }
  if (elapsed > LONGEST_OFF_MS) return { ok: false, what: 'ahead', byMs }
  if (!sources.isSystemKept()) return { ok: false, what: 'no-rtc', byMs }
  const errorMs = saved.errorMs + elapsed * DRIFT_PER_MS + CHIP_ERROR_MS
  return { ok: true, serverTime, errorMs, isCounted: false }
}
