import type { Logger } from 'pino'
import type { DeviceId, EpochMs, Revision } from '#protocol'
import type { Devices } from '../store/devices.ts'

/** What is noted within this time is written in one stroke. */
const GATHER_MS = 100

/**
 * Writes down when devices were seen and what they hold, many at a time: after a publication all
 * devices answer at once, and a commit for each would keep the others waiting. What a crash loses of
 * it, the devices say again when they come back.
 */
export const createDeviceNotes = (
  devices: Devices,
  log: Logger,
  onWritten: (ids: DeviceId[]) => void,
) => {
  let notes = new Map<DeviceId, { seenAt?: EpochMs; applied?: Revision | null }>()
  let timer: NodeJS.Timeout | undefined

  const write = async () => {
    clearTimeout(timer)
    timer = undefined
    const writing = notes
    notes = new Map()
    if (writing.size === 0) return
    try {
      await devices.note(writing)
      onWritten([...writing.keys()])
    } catch (error) {
      log.error(error, 'notes on devices could not be written')
    }
  }

  const note = (id: DeviceId, change: { seenAt?: EpochMs; applied?: Revision | null }) => {
    notes.set(id, { ...notes.get(id), ...change })
    timer ??= setTimeout(() => void write(), GATHER_MS)
  }

  return {
    seen: (id: DeviceId, seenAt: EpochMs) => note(id, { seenAt }),
    applied: (id: DeviceId, applied: Revision | null) => note(id, { applied }),
    /** Writes what is still held back. */
    close: write,
  }
}
