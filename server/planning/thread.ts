import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '#protocol'
import { createForesight } from '../programme/foresight.ts'
import { createMemory } from '../programme/memory.ts'
import { createSeen } from '../programme/seen.ts'
import { openForReading } from '../store/open-for-reading.ts'
import { createStore } from '../store/store.ts'
import type { PlanningAnswer, PlanningOrder, PlanningThreadData } from './planning.ts'
import { TASKS } from './tasks.ts'

/**
 * Works out plans beside the event loop, with a bounded heap: what people have typed decides how long
 * it takes. It reads the same rows as the server and asks their stamps before each task.
 */
const { database, timeZone, relayHosts, secret } = workerData as PlanningThreadData
const store = createStore(openForReading(database).db, timeZone)
const memory = createMemory(store, relayHosts)
const foresight = createForesight(store)
const seen = createSeen(secret, foresight)

const say = (answer: PlanningAnswer): void => parentPort?.postMessage(answer)

type Task = (args: unknown, ground: unknown, handOver: (part: unknown) => void) => Promise<unknown>

const work = async ({ id, name, args }: PlanningOrder): Promise<void> => {
  try {
    const known = await memory.look()
    const ground = { known, foresight, store, seen, timeZone }
    const result = await (TASKS[name] as Task)(args, ground, (part) => say({ id, part }))
    say({ id, result })
  } catch (error) {
    if (error instanceof AppError) {
      const { code, params, fields, attached } = error
      say({ id, refusal: { code, params, fields, attached } })
    } else say({ id, fault: error instanceof Error ? (error.stack ?? error.message) : `${error}` })
  }
}

parentPort?.on('message', (order: PlanningOrder) => void work(order))
