import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6, type Socket } from 'node:net'
import type { Logger } from 'pino'

/**
 * What one address may hold open that has not proved who it is and waits: for a request, for the rest
 * of its body, or for a hello. A proxy counts as one address, with all that wait behind it.
 */
const MOST_PER_ADDRESS = 1_024
/** A hello or a session takes a second; a WebSocket without either is closed after this time. */
const PROVE_WITHIN_MS = 15_000
/** What a WebSocket may send in a minute before it has proved to be a device. */
const BYTES_PER_MINUTE = 64_000
const MINUTE_MS = 60_000
/** After the answer, what is left of a refused body is thrown away for this time; then the rest is cut. */
const LINGER_MS = 1_000
/** Time for the headers of a request, and for a connection that never sends one. */
const HEADERS_WITHIN_MS = 20_000

/** A WebSocket connection, as engine.io hands it out. */
type WebSocketConnection = { request: IncomingMessage; close: () => unknown }

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

export type Connections = ReturnType<typeof guardConnections>

/** IPv4 addresses as they are; of an IPv6 address its /64, which is what one client is given. */
const groupOf = (address: string): string => {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::')
  const [left, right] = [head, tail].map((part) => part.split(':').filter((text) => text !== ''))
  const zeros = Array<string>(8 - (left?.length ?? 0) - (right?.length ?? 0)).fill('0')
  return [...(left ?? []), ...zeros, ...(right ?? [])].slice(0, 4).join(':')
}

/**
 * Bounds what a stranger can hold open: connections per address that are idle or unproved, the time
 * until a WebSocket proves who it is, and what it may send until then.
 */
export const guardConnections = (http: HttpServer, log: Logger) => {
  http.headersTimeout = HEADERS_WITHIN_MS
  const idle = new Map<string, Set<Socket>>()
  /** What ends the watch over a WebSocket. */
  const watched = new Map<Socket, { onSession: () => void; onDevice: () => void }>()

  const release = (socket: Socket, group: string) => {
    const others = idle.get(group)
    others?.delete(socket)
    if (others?.size === 0) idle.delete(group)
  }
  const hold = (socket: Socket, group: string) => {
    const others = idle.get(group) ?? new Set()
    idle.set(group, others.add(socket))
  }

  http.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const group = groupOf(address)
    if ((idle.get(group)?.size ?? 0) >= MOST_PER_ADDRESS) {
      log.warn({ address, most: MOST_PER_ADDRESS }, 'too many idle connections from one address')
      socket.destroy()
      return
    }
    hold(socket, group)
    socket.once('close', () => release(socket, group))
  })

  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const group = groupOf(socket.remoteAddress ?? '')
    if (!hasBody(request)) release(socket, group)
    response.once('close', () => {
      if (socket.destroyed) return
      hold(socket, group)
      if (request.complete) return
      // Closed at once, the sender of a body that is refused would not get to read the refusal.
      request.resume()
      setTimeout(() => {
        if (!request.complete) socket.destroy()
      }, LINGER_MS).unref()
    })
  })

  /** Closes a WebSocket that proves nothing in time, or sends too much before it has. */
  const watch = (connection: WebSocketConnection) => {
    const { socket } = connection.request
    const timer = setTimeout(() => connection.close(), PROVE_WITHIN_MS)
    let minute = performance.now()
    let bytes = 0
    const count = (chunk: Buffer) => {
      const at = performance.now()
      if (at - minute > MINUTE_MS) [minute, bytes] = [at, 0]
      bytes += chunk.length
      if (bytes > BYTES_PER_MINUTE) socket.destroy()
    }
    socket.on('data', count)
    const onSession = () => {
      clearTimeout(timer)
      release(socket, groupOf(socket.remoteAddress ?? ''))
    }
    const onDevice = () => {
      onSession()
      socket.off('data', count)
    }
    watched.set(socket, { onSession, onDevice })
    socket.once('close', () => {
      clearTimeout(timer)
      watched.delete(socket)
    })
  }

  return {
    watch,
    /** Somebody signed in opened it: it may stay, and has nothing much to send. */
    hasSession: ({ socket }: IncomingMessage) => watched.get(socket)?.onSession(),
    /** A device proved itself: it may stay, and send its records. */
    isDevice: ({ socket }: IncomingMessage) => watched.get(socket)?.onDevice(),
  }
}
