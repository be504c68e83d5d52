import { execFile } from 'node:child_process'
import type { Logger } from 'pino'
import { contained } from './contained.ts'

export type WatchdogOptions = {
  /** Where the service manager listens; undefined where nobody does. */
  socket: string | undefined
  /** It ends us when it has not heard from us for so long; undefined: it does not. */
  timeoutMs: number | undefined
}

/** Several words fit into the time after which silence is taken for death. */
const WORDS_PER_TIMEOUT = 3

/**
 * Tells systemd that we are ready, and from then on that we live, as long as that is true: whoever
 * hangs says nothing, and is started anew. Its own small program carries the word (sd_notify goes
 * over a kind of socket that Node has not).
 * @param isAlive whether everything that must go on goes on
 */
export const createWatchdog = (
  { socket, timeoutMs }: WatchdogOptions,
  isAlive: () => boolean,
  log: Logger,
) => {
  const say = (word: string) => {
    if (!socket) return
    const env = { NOTIFY_SOCKET: socket, PATH: '/usr/bin:/bin' }
    execFile('systemd-notify', [word], { env, timeout: timeoutMs ?? 0 }, (error) => {
      if (error) log.error({ err: error, word }, 'systemd was not told')
    })
  }
  const tell = contained(log, 'the watchdog could not be told', () => {
    if (isAlive()) say('WATCHDOG=1')
    else log.error('something stands still; the watchdog is not told that all is well')
  })
  say('READY=1')
  const telling = timeoutMs ? setInterval(tell, timeoutMs / WORDS_PER_TIMEOUT) : undefined

  return {
    /** Says that the end is meant. */
    close() {
      clearInterval(telling)
      say('STOPPING=1')
    },
  }
}
