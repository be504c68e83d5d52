import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6, type Socket } from 'node:net'
import type { Logger } from 'pino'

/**
 * What one address may hold open that waits: for a request, for the rest of its body, or for a hello. A
 * proxy counts as one address, with all that wait behind it.
 */
const MOST_WAITING = 1_024
/**
 * A connection is kept so long after an answer: longer than proxies keep theirs (nginx 60 s, Caddy 120 s), or
 * one would send a request on a connection that is being closed.
 */
const KEPT_MS = 125_000
/** And in all, but for WebSockets that proved who they are: answers that nobody reads among them. */
const MOST_UNPROVED = 4_096
/** A connection on which nothing moves for so long is closed, also in the middle of an answer. */
const STILL_MS = 300_000
/** Requests of one connection before the first is answered; browsers, players and proxies send one. */
const MOST_AT_ONCE = 16
/** Messages for a WebSocket that takes none of them off: it is closed, and hears the state when it is back. */
const MOST_UNSENT = 1_000
/** A hello or a session takes a second; a WebSocket without either is closed after this time. */
const PROVE_WITHIN_MS = 15_000
/** What a WebSocket may send in a minute before it has proved to be a device. */
const BYTES_PER_MINUTE = 64_000
const MINUTE_MS = 60_000
/** After the answer, what is left of a refused body is thrown away for this time; then the rest is cut. */
const LINGER_MS = 1_000
/** A server that stops gives answers under way so much time. */
const ANSWER_WITHIN_MS = 5_000
/** Time for the headers of a request, and for a connection that never sends one. */
const HEADERS_WITHIN_MS = 20_000

/** A WebSocket connection, as engine.io hands it out. */
type WebSocketConnection = {
  request: IncomingMessage
  close: () => unknown
  on: (event: 'packetCreate' | 'flush', listener: () => void) => unknown
}

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

/** Connections by the address that they come from. */
const createCrowd = () => {
  const groups = new Map<string, Set<Socket>>()
  return {
    size: (group: string): number => groups.get(group)?.size ?? 0,
    add: (group: string, socket: Socket) =>
      groups.set(group, (groups.get(group) ?? new Set()).add(socket)),
    all: (): Socket[] => [...groups.values()].flatMap((sockets) => [...sockets]),
    first: (group: string): Socket | undefined => groups.get(group)?.values().next().value,
    delete(group: string, socket: Socket) {
      const others = groups.get(group)
      others?.delete(socket)
      if (others?.size === 0) groups.delete(group)
    },
  }
}

/**
 * Bounds what a stranger can hold open: connections per address that are idle or unproved, the time
 * until a WebSocket proves who it is, and what it may send until then.
 */
export const guardConnections = (http: HttpServer, log: Logger) => {
  http.headersTimeout = HEADERS_WITHIN_MS
  http.timeout = STILL_MS
  http.keepAliveTimeout = KEPT_MS
  const waiting = createCrowd()
  /** Of those that wait: answered, and kept for a next request. The longest idle first. */
  const kept = createCrowd()
  const unproved = createCrowd()
  const underWay = new WeakMap<Socket, number>()
  /** What ends the watch over a WebSocket. */
  const watched = new Map<Socket, { onSession: () => void; onDevice: () => void }>()

  const forget = (group: string, socket: Socket) => {
    for (const crowd of [waiting, kept, unproved]) crowd.delete(group, socket)
  }

  /** Those that had their answer give way, the longest idle first. */
  const makeRoom = (group: string, most: number) => {
    while (waiting.size(group) > most) {
      const idle = kept.first(group)
      if (!idle) return
      forget(group, idle)
      idle.destroy()
    }
  }

  http.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const group = groupOf(address)
    makeRoom(group, MOST_WAITING - 1)
    if (waiting.size(group) >= MOST_WAITING || unproved.size(group) >= MOST_UNPROVED) {
      log.warn({ address }, 'too many connections from one address that prove nothing')
      socket.destroy()
      return
    }
    waiting.add(group, socket)
    unproved.add(group, socket)
    socket.once('close', () => forget(group, socket))
  })

  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const group = groupOf(socket.remoteAddress ?? '')
    const requests = (underWay.get(socket) ?? 0) + 1
    underWay.set(socket, requests)
    if (requests > MOST_AT_ONCE) {
      socket.destroy()
      return
    }
    kept.delete(group, socket)
    if (!hasBody(request)) waiting.delete(group, socket)
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1
      underWay.set(socket, left)
      if (socket.destroyed) return
      waiting.add(group, socket)
      if (request.complete) {
        if (left > 0) return
        kept.add(group, socket)
        makeRoom(group, MOST_WAITING)
        return
      }
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
    let unsent = 0
    connection.on('flush', () => {
      unsent = 0
    })
    connection.on('packetCreate', () => {
      unsent += 1
      if (unsent > MOST_UNSENT) socket.destroy()
    })
    const onSession = () => {
      clearTimeout(timer)
      const group = groupOf(socket.remoteAddress ?? '')
      waiting.delete(group, socket)
      unproved.delete(group, socket)
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

    /**
     * To be called when the server takes no more connections: those that wait are closed at once, those
     * whose request is being answered after a few seconds. Node itself waits for connections that never
     * sent a request, which browsers open in advance.
     */
    close() {
      for (const socket of waiting.all()) if (!underWay.get(socket)) socket.destroy()
      setTimeout(() => http.closeAllConnections(), ANSWER_WITHIN_MS).unref()
    },

    /** Somebody signed in opened it: it may stay, and has nothing much to send. */
    hasSession: ({ socket }: IncomingMessage) => watched.get(socket)?.onSession(),
    /** A device proved itself: it may stay, and send its records. */
    isDevice: ({ socket }: IncomingMessage) => watched.get(socket)?.onDevice(),
  }
}
