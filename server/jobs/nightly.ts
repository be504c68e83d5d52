import cron from 'node-cron'
import type { Logger } from 'pino'
import type { TimeZone } from '#protocol'
import type { Publisher } from '../publish/publisher.ts'

/** A little after midnight, when the day that devices hold farthest ahead has moved on by one. */
const EXTEND_PLANS = '7 0 * * *'

/** Starts what happens once a night. @returns how to stop it */
export const startNightly = (
  publisher: Publisher,
  timeZone: TimeZone,
  log: Logger,
): (() => void) => {
  const extend = cron.schedule(
    EXTEND_PLANS,
    async () => {
      try {
        log.info({ manifests: await publisher.refresh() }, 'plans extended')
      } catch (error) {
        log.error(error, 'plans could not be extended; tried again tomorrow night')
      }
    },
    { timezone: timeZone, noOverlap: true },
  )
  return () => void extend.stop()
}
