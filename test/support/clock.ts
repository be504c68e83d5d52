import { join } from 'node:path'
import { type Clock, createClock } from '../../player/time/clock.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'

/** A clock that agreed with a server: its time is what the system's is. */
export const syncedClock = (folder: string): Clock => {
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
  return clock
}
