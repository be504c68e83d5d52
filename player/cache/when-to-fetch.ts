import { createHash } from 'node:crypto'
import type { DeviceId, DurationMs, EpochMs } from '#protocol'

/** A stretch of the local day, in ms since its first instant; one that ends before it begins goes past midnight. */
export type FetchWindow = { from: DurationMs; to: DurationMs }

export type FetchRules = {
  deviceId: DeviceId
  /** Files that are not needed soon are fetched inside these only; none: at any time. */
  windows: readonly FetchWindow[]
  /** Over how long the devices of a province spread what is published to all of them at once. */
  spreadMs: DurationMs
}

/** What is needed within this time is fetched at once. */
const SOON_MS = 2 * 3_600_000
const DAY_MS = 86_400_000

/** In [0, 1): another one for every device, and the same one for a device every time. */
const shareOf = (deviceId: DeviceId): number =>
  createHash('sha256').update(deviceId).digest().readUInt32BE(0) / 2 ** 32

const untilOpen = ({ from, to }: FetchWindow, dayMs: number): DurationMs => {
  const isOpen = from <= to ? from <= dayMs && dayMs < to : dayMs >= from || dayMs < to
  return isOpen ? 0 : (from - dayMs + DAY_MS) % DAY_MS
}

/**
 * How long to wait with a file. Pure.
 * @param knownAt when it became known that the file is needed
 * @param dayMs where on the local day it is now; undefined where that is not known
 */
export const fetchDelay = (
  { deviceId, windows, spreadMs }: FetchRules,
  neededAt: EpochMs,
  knownAt: EpochMs,
  now: EpochMs,
  dayMs: number | undefined,
): DurationMs => {
  const latest = neededAt - SOON_MS
  if (now >= latest) return 0
  const turnAt = knownAt + shareOf(deviceId) * Math.min(spreadMs, Math.max(0, latest - knownAt))
  if (now < turnAt) return Math.ceil(turnAt - now)
  if (windows.length === 0 || dayMs === undefined) return 0
  const waitMs = Math.min(...windows.map((window) => untilOpen(window, dayMs)))
  return Math.ceil(Math.min(waitMs, latest - now))
}
