import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { AudioMeasure } from '#protocol'
import { contained } from '../../../supervise/contained.ts'
import type { ListenFor } from './listener.ts'
import type { MonitorOrder, MonitorWord } from './monitor-thread.ts'

export type MonitorDeps = {
  /** `pulse`, `pulse:SOURCE` or `alsa:DEVICE`. */
  monitor: string
  log: Logger
  /** A sound has not been recognised for so long, and whether nothing at all is heard. */
  onMissing: (key: string, missedMs: number, isSilent: boolean) => void
}

type Heard = NonNullable<AudioMeasure['heard']>

/** What lies between the end of a sound and the last word about it. */
const PATIENCE_MS = 2_500
const RESTART_MS = 2_000

/** An ear: what it recognises of a sound is evidence that it was heard. */
export const createMonitor = ({ monitor, log, onMissing }: MonitorDeps) => {
  const waiting = new Map<string, (heard: Heard | null) => void>()
  let worker: Worker | undefined
  let isClosed = false
  let restart: NodeJS.Timeout | undefined

  const hear = (word: MonitorWord) => {
    if (word.type === 'missing') return onMissing(word.key, word.missedMs, word.isSilent)
    const { comparedMs, share, offsetMs, snrDb } = word.match
    const tenth = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10)
    waiting.get(word.key)?.({
      monitor,
      comparedMs,
      share: Math.round(share * 1000) / 1000,
      offsetMs: tenth(offsetMs),
      snrDb: tenth(snrDb),
    })
    waiting.delete(word.key)
  }

  const release = () => {
    for (const resolve of waiting.values()) resolve(null)
    waiting.clear()
  }

  const start = () => {
    const begun = new Worker(new URL('./monitor-thread.ts', import.meta.url), {
      workerData: { monitor },
    })
    worker = begun
    begun.on('message', contained(log, 'what the monitor said was not understood', hear))
    begun.on('error', (error) => log.error(error, 'the monitor failed'))
    begun.on('exit', () => {
      release()
      if (!isClosed)
        restart = setTimeout(contained(log, 'no monitor could be started', start), RESTART_MS)
    })
  }
  start()

  const order = (what: MonitorOrder) => worker?.postMessage(what)

  return {
    listen: (key: string, what: ListenFor) => order({ type: 'listen', key, what }),

    /** What was heard of a sound that has ended; null where the ear failed. */
    heard(key: string, playedMs: number): Promise<Heard | null> {
      order({ type: 'end', key, playedMs, patienceMs: PATIENCE_MS })
      return new Promise((resolve) => {
        waiting.set(key, resolve)
        const tooLate = () => {
          if (waiting.delete(key)) resolve(null)
        }
        setTimeout(tooLate, 2 * PATIENCE_MS).unref()
      })
    },

    async close() {
      isClosed = true
      clearTimeout(restart)
      release()
      order({ type: 'close' })
      await worker?.terminate()
    },
  }
}
