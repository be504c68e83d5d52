import type { TimeSources } from './sources.ts'

/** Smaller ones are the noise of looking at two clocks one after the other, or of a time daemon. */
const SLEPT_MS = 500
const SET_MS = 900

export type Oddity = { what: 'suspended' | 'system-set'; byMs: number }

/**
 * Compares the machine's clocks with each other, again and again: what one of them says that the
 * others do not say is an oddity.
 * @returns how to look; each look tells what has happened since the one before
 */
export const watchClocks = (sources: TimeSources): (() => Oddity[]) => {
  const look = () => {
    const uptime = sources.uptime()
    const system = sources.system()
    const mono = sources.mono()
    return { asleep: uptime === undefined ? undefined : uptime - mono, ahead: system - mono }
  }
  let last = look()

  return () => {
    const now = look()
    const slept =
      now.asleep === undefined || last.asleep === undefined ? 0 : now.asleep - last.asleep
    const isSuspended = slept > SLEPT_MS
    const set = now.ahead - last.ahead - (isSuspended ? slept : 0)
    const isSet = Math.abs(set) > SET_MS
    last = now
    return [
      ...(isSuspended ? [{ what: 'suspended' as const, byMs: Math.round(slept) }] : []),
      ...(isSet ? [{ what: 'system-set' as const, byMs: Math.round(set) }] : []),
    ]
  }
}
