import { type ChildProcess, fork, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type WebSocket, WebSocketServer } from 'ws'
import { loadLedgerKey } from '../../server/evidence/ledger-key.ts'
import { loadSigningKey } from '../../server/publish/signing-key.ts'
import type { Order, Word } from './simulated-players.ts'

export const PASSWORD = 'bench-password-0000'
const ROOT = join(import.meta.dirname, '../..')
const TIMEOUT_MS = 60_000

export const startServer = async (folder: string) => {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'server/main.ts'), '--port', '0', '--data', folder],
    {
      env: { ...process.env, ADMIN_PASSWORD: PASSWORD, FOUR_EYES: 'no', LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url) return { child, url }
  }
  throw new Error('the server did not start')
}

/**
 * The keys of a server whose database a run fills before its first start: it makes none itself for a
 * database that holds something already.
 */
export const makeKeys = (folder: string): string => {
  const keys = join(folder, 'keys')
  loadSigningKey(keys)
  loadLedgerKey(keys)
  return keys
}

export const residentKb = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

/** The share of an order that one of several processes takes. */
const shareOf = (order: Order, index: number, of: number): Order => {
  if (order.type === 'enrol')
    return { ...order, codes: order.codes.filter((_, place) => place % of === index) }
  if (order.type === 'connect raw')
    return { ...order, count: Math.floor((order.count + of - 1 - index) / of) }
  return order
}

type Arrival = 'heard' | 'applied'

/** Devices in as many processes as there are cores: each real one has a processor of its own. */
export const startPlayers = () => {
  const children = Array.from({ length: availableParallelism() }, () =>
    fork(join(import.meta.dirname, 'simulated-players.ts')),
  )
  let arrived: Record<Arrival, number[]> = { heard: [], applied: [] }
  for (const child of children) {
    child.on('message', (word: Word) => {
      if (word.type !== 'arrived') return
      arrived.heard.push(...word.heard)
      arrived.applied.push(...word.applied)
    })
  }
  const send = (child: ChildProcess, order: Order) =>
    new Promise<void>((resolve, reject) => {
      const hear = (word: Word) => {
        if (word.type === 'arrived') return
        child.off('message', hear)
        if (word.type === 'ready') resolve()
        else reject(new Error(word.reason))
      }
      child.on('message', hear)
      child.send(order)
    })
  return {
    order: (order: Order) =>
      Promise.all(
        children.map((child, index) => send(child, shareOf(order, index, children.length))),
      ),
    kill: () => {
      for (const child of children) child.kill('SIGKILL')
    },
    reset: () => (arrived = { heard: [], applied: [] }),
    /** Waits until so many have heard or applied what came. @returns when each did */
    async until(count: number, what: Arrival): Promise<number[]> {
      for (const deadline = Date.now() + TIMEOUT_MS; arrived[what].length < count; ) {
        const some = arrived[what].length
        if (Date.now() > deadline) throw new Error(`only ${some} of ${count} ${what}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return arrived[what]
    },
  }
}

export const now = () => performance.timeOrigin + performance.now()

/** The same bytes to as many sockets, by the bare library: what a push cannot be faster than. */
export const startRaw = async () => {
  const http = createServer()
  const sockets = new Set<WebSocket>()
  const server = new WebSocketServer({ server: http, perMessageDeflate: false })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    broadcast: (bytes: string) => {
      for (const socket of sockets) socket.send(bytes)
    },
    close: () => {
      for (const socket of sockets) socket.terminate()
      server.close()
      http.close()
    },
  }
}
