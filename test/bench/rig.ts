import { type ChildProcess, fork, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Order, Word } from './simulated-players.ts'

export const PASSWORD = 'bench-password-0000'
const ROOT = join(import.meta.dirname, '../..')
const TIMEOUT_MS = 60_000

export const startServer = async (folder: string) => {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'server/main.ts'), '--port', '0', '--data', folder],
    {
      env: { ...process.env, ADMIN_PASSWORD: PASSWORD, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url) return { child, url }
  }
  throw new Error('the server did not start')
}

export const residentKb = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

export const startPlayers = () => {
  const child = fork(join(import.meta.dirname, 'simulated-players.ts'))
  let applied: number[] = []
  let onWord: (word: Word) => void = () => {}
  child.on('message', (word: Word) => {
    if (word.type === 'applied') applied.push(...word.at)
    onWord(word)
  })
  return {
    child,
    order: (order: Order) =>
      new Promise<void>((resolve, reject) => {
        onWord = (word) => {
          if (word.type === 'ready') resolve()
          if (word.type === 'failed') reject(new Error(word.reason))
        }
        child.send(order)
      }),
    reset: () => (applied = []),
    /** Waits until so many have applied. @returns when each did */
    async until(count: number): Promise<number[]> {
      for (const deadline = Date.now() + TIMEOUT_MS; applied.length < count; ) {
        if (Date.now() > deadline) throw new Error(`only ${applied.length} of ${count} applied`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return applied
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
