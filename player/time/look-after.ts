import type { Logger } from 'pino'
import type { JournalEvent } from '#protocol'
import { contained } from '../supervise/contained.ts'
import type { DeviceClock } from './clock.ts'

type LookAfterDeps = {
  clock: DeviceClock
  log: Logger
  record: (event: JournalEvent) => void
  isOnAir: () => boolean
  /** What is on is at the wrong place now. */
  onTorn: () => void
}

/** Looks after the clock, whenever it is called, and writes down what happened to it. */
export const createLookAfter = ({ clock, log, record, isOnAir, onTorn }: LookAfterDeps) =>
  contained(log, 'the clock could not be looked after', () => {
    const { happenings, isTorn, refusedMs } = clock.look(isOnAir())
    for (const happening of happenings) {
      log.warn(happening, 'the clock')
      record({ kind: 'clock', ...happening })
    }
    if (refusedMs !== undefined) {
      log.error({ byMs: refusedMs }, 'the server would set the clock, and no second source agrees')
      record({ kind: 'distrust', what: 'step', byMs: refusedMs })
    }
    if (happenings.length > 0) clock.save()
    if (isTorn) onTorn()
  })
