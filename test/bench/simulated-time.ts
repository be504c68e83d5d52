import { Socket } from 'node:net'
import FakeTimers from '@sinonjs/fake-timers'

const realImmediate = setImmediate

/** Handles that are open; Node does not document it, and there is no other way to ask. */
const handles = (): unknown[] =>
  (process as unknown as { _getActiveHandles: () => unknown[] })._getActiveHandles()

/** Whether a disk is at work for us, or bytes are on their way between two sockets of this process. */
const isBusy = (): boolean => {
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FS'))) return true
  let onTheWay = 0
  for (const handle of handles()) {
    if (handle instanceof Socket && !handle.connecting && handle.remoteAddress !== undefined)
      onTheWay += handle.bytesWritten - handle.bytesRead
  }
  return onTheWay !== 0
}

/** How often in a row nothing must be going on; sockets that are being opened or closed do not count. */
const QUIET_TURNS = 1
const MOST_TURNS = 200

/**
 * Time that goes as fast as there is nothing to do. The clocks and timers of this process are
 * simulated; its disks and sockets are real, and time stands still while they work.
 */
export const simulateTime = () => {
  const clock = FakeTimers.install({
    now: Date.now(),
    // Sockets of before go by real timers, and may still clear them.
    shouldClearNativeTimers: true,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'Date',
      'hrtime',
      'performance',
    ],
  })
  const settle = async () => {
    let quiet = 0
    for (let turn = 0; quiet < QUIET_TURNS && turn < MOST_TURNS; turn++) {
      await new Promise((resolve) => realImmediate(resolve))
      quiet = isBusy() ? 0 : quiet + 1
    }
  }
  return {
    now: () => clock.now,
    /** Lets so much time pass, in steps. */
    async pass(ms: number, stepMs: number): Promise<void> {
      for (const end = clock.now + ms; clock.now < end; ) {
        clock.tick(Math.min(stepMs, end - clock.now))
        await settle()
      }
    },
    end: () => clock.uninstall(),
  }
}
