import type { Logger } from 'pino'

/**
 * Wraps work that a timer, a thread or a stream starts and that nobody awaits: what it throws or
 * rejects with becomes a log line, and never ends the process.
 * @param what the log line: what failed
 */
export const contained =
  <Args extends unknown[]>(log: Logger, what: string, work: (...args: Args) => unknown) =>
  (...args: Args): void => {
    const failed = (error: unknown) => log.error(error, what)
    try {
      const done = work(...args)
      if (done instanceof Promise) done.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
