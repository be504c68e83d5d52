import type { TimeSources } from '../../player/time/sources.ts'

/** A machine whose clocks go as a test says: on, asleep, set, and started again. */
export const aMachine = (system: number) => {
  let mono = 1_000
  let asleep = 0
  let boot = 1
  let ahead = system - mono
  let isSystemKept = true
  const sources: TimeSources = {
    mono: () => mono,
    system: () => mono + ahead,
    uptime: () => mono + asleep,
    bootId: () => `boot ${boot}`,
    isSystemKept: () => isSystemKept,
  }
  return {
    sources,
    runs: (ms: number) => {
      mono += ms
    },
    /** The system's clock goes on, as it does where a chip keeps it. */
    sleeps: (ms: number) => {
      asleep += ms
      ahead += ms
    },
    systemIsSet: (byMs: number) => {
      ahead += byMs
    },
    /** Off for a while, and on again; the system's clock shows what a test says. */
    boots: (shows: number, hasChip = true) => {
      boot += 1
      mono = 500
      asleep = 0
      ahead = shows - mono
      isSystemKept = hasChip
    },
  }
}
