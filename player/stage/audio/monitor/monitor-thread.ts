import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../../../time/monotonic.ts'
import { createCapture } from './capture.ts'
import { createListener, type ListenFor } from './listener.ts'
import type { Match } from './matcher.ts'

/** Listening and comparing in a thread of its own: it is work, and nobody waits for it. */

export type MonitorOrder =
  | { type: 'listen'; key: string; what: ListenFor }
  | { type: 'end'; key: string; playedMs: number; patienceMs: number }
  | { type: 'close' }
export type MonitorWord =
  | { type: 'heard'; key: string; match: Match }
  | { type: 'missing'; key: string; missedMs: number; isSilent: boolean }

const LISTEN_EVERY_MS = 250

const say = (word: MonitorWord) => parentPort?.postMessage(word)

const capture = createCapture((workerData as { monitor: string }).monitor)
const listeners = new Map<string, ReturnType<typeof createListener>>()
const deadlines = new Map<string, number>()

const finish = (key: string) => {
  const listener = listeners.get(key)
  listeners.delete(key)
  deadlines.delete(key)
  if (!listener) return
  say({ type: 'heard', key, match: listener.result() })
  listener.close()
}

const listen = () => {
  for (const [key, listener] of listeners) {
    listener.listen()
    const deadline = deadlines.get(key)
    if (deadline === undefined) say({ type: 'missing', key, ...listener.missing() })
    else if (listener.isDone() || monotonicMs() > deadline) finish(key)
  }
}
const listening = setInterval(listen, LISTEN_EVERY_MS)

parentPort?.on('message', (order: MonitorOrder) => {
  switch (order.type) {
    case 'listen':
      try {
        listeners.set(order.key, createListener(order.what, capture))
      } catch {
        // Its samples were thrown away meanwhile: nothing can be said of this sound, all others go on.
      }
      return
    case 'end':
      listeners.get(order.key)?.endAt(order.playedMs)
      deadlines.set(order.key, monotonicMs() + order.patienceMs)
      return
    case 'close':
      clearInterval(listening)
      capture.close()
      parentPort?.close()
  }
})
