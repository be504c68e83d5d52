import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { AppError, type TimeZone } from '#protocol'
import type { ArgsOf, ResultOf, TaskName } from './tasks.ts'

export type PlanningThreadData = {
  database: { folder: string } | { url: string }
  timeZone: TimeZone
  relayHosts: readonly string[]
  /** Of the tokens that name what somebody was shown. */
  secret: string
}
export type PlanningOrder = { id: number; name: TaskName; args: unknown }
export type PlanningAnswer = { id: number } & (
  | { part: unknown }
  | { result: unknown }
  | { refusal: Pick<AppError, 'code' | 'params' | 'fields' | 'attached'> }
  | { fault: string }
)

type Options = PlanningThreadData & {
  log: Logger
  /** Megabytes of JavaScript heap; a task that needs more ends its thread, and nothing else. */
  heapMb?: number
  /** So long a task may go without an answer or a part of one. */
  patienceMs?: number
}

type Asked = {
  id: number
  name: TaskName
  args: unknown
  isUrgent: boolean
  /** It was in a thread that ended; it is tried once more, by itself. */
  isSuspect: boolean
  onPart: (part: never) => void
  resolve: (result: never) => void
  reject: (error: Error) => void
  timer?: NodeJS.Timeout
}

const HEAP_MB = 640
const YOUNG_MB = 32
const PATIENCE_MS = 120_000
const MOST_AT_ONCE = 4

/** The server stops: what was asked is not worked out any more. */
export class PlanningClosed extends Error {}

export type Planning = ReturnType<typeof createPlanning>

/**
 * Has plans worked out in a thread of their own. A task that exceeds the bound of memory or time ends
 * the thread; what ran beside it is tried again, one after another, and only what ends a thread by
 * itself is refused.
 */
export const createPlanning = (options: Options) => {
  const { log, heapMb = HEAP_MB, patienceMs = PATIENCE_MS, ...workerData } = options
  const waiting: Asked[] = []
  const running = new Map<number, Asked>()
  let worker: Worker | undefined
  let count = 0
  let isClosed = false

  const settle = (asked: Asked): void => {
    clearTimeout(asked.timer)
    running.delete(asked.id)
  }

  const beAtEnd = (ended: Worker, why: unknown): void => {
    if (worker !== ended) return
    worker = undefined
    const were = [...running.values()]
    for (const asked of were) {
      settle(asked)
      if (isClosed) asked.reject(new PlanningClosed('the server is closing'))
      else if (were.length > 1 && !asked.isSuspect)
        waiting.unshift(Object.assign(asked, { isSuspect: true }))
      else {
        log.error({ task: asked.name, err: why }, 'a task has ended the planning thread')
        asked.reject(new AppError('planning-failed', {}, { cause: why }))
      }
    }
    next()
  }

  const hear = (answer: PlanningAnswer): void => {
    const asked = running.get(answer.id)
    if (!asked) return
    if ('part' in answer) {
      asked.timer?.refresh()
      asked.onPart(answer.part as never)
      return
    }
    settle(asked)
    if ('result' in answer) asked.resolve(answer.result as never)
    else if ('fault' in answer) asked.reject(new Error(answer.fault))
    else {
      const { code, params, fields, attached } = answer.refusal
      asked.reject(new AppError(code, params, { fields, attached }))
    }
    next()
  }

  const start = (): Worker => {
    const resourceLimits = { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB }
    const started = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: workerData satisfies PlanningThreadData,
      resourceLimits,
    })
    started.unref()
    started.on('message', hear)
    started.on('error', (error) => beAtEnd(started, error))
    started.on('exit', () => beAtEnd(started, new Error('the planning thread has ended')))
    return started
  }

  /** Suspects run by themselves, and before the others; what is urgent goes before questions. */
  const choose = (): Asked | undefined => {
    const suspect = waiting.findIndex(({ isSuspect }) => isSuspect)
    if (suspect >= 0) return running.size === 0 ? waiting.splice(suspect, 1)[0] : undefined
    if (running.size >= MOST_AT_ONCE || [...running.values()].some((one) => one.isSuspect))
      return undefined
    const urgent = waiting.findIndex(({ isUrgent }) => isUrgent)
    return waiting.splice(Math.max(0, urgent), 1)[0]
  }

  const next = (): void => {
    for (let asked = choose(); asked && !isClosed; asked = choose()) {
      worker ??= start()
      const here = worker
      asked.timer = setTimeout(() => {
        beAtEnd(here, new Error('it took too long'))
        void here.terminate()
      }, patienceMs).unref()
      running.set(asked.id, asked)
      here.postMessage({ id: asked.id, name: asked.name, args: asked.args } satisfies PlanningOrder)
    }
  }

  const enqueue = <N extends TaskName>(
    name: N,
    args: ArgsOf<N>,
    isUrgent: boolean,
    onPart: (part: never) => void,
  ): Promise<ResultOf<N>> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new PlanningClosed('the server is closing'))
      const id = ++count
      waiting.push({ id, name, args, isUrgent, isSuspect: false, onPart, resolve, reject })
      return next()
    })

  return {
    /**
     * Has a task done.
     * @throws AppError what the task refuses, or planning-failed where it exceeds its bounds
     */
    ask: <N extends TaskName>(name: N, args: ArgsOf<N>): Promise<ResultOf<N>> =>
      enqueue(name, args, false, () => {}),

    /** The same for what devices wait for: before all questions of people. */
    askFirst: <N extends TaskName, Part = never>(
      name: N,
      args: ArgsOf<N>,
      onPart: (part: Part) => void = () => {},
    ): Promise<ResultOf<N>> => enqueue(name, args, true, onPart as (part: never) => void),

    /** What is asked or under way is refused with PlanningClosed. */
    async close(): Promise<void> {
      isClosed = true
      for (const asked of waiting.splice(0))
        asked.reject(new PlanningClosed('the server is closing'))
      await worker?.terminate()
    },
  }
}
