import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { Connections } from '../http/connections.ts'
import { isForeign } from '../http/guard.ts'
import { boundedParser } from './bounded-parser.ts'

/** The largest frame is a picture of a board; text has a bound of its own (bounded-parser.ts). */
const LARGEST_FRAME_BYTES = 10_000_000

/** Socket.io on this server, with everything bounded that an unknown peer may do. */
export const createSockets = (
  http: HttpServer,
  connections: Connections,
  own: string | undefined,
): Server => {
  const io = new Server(http, {
    // Polling would need every request of a device to reach the same process.
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: LARGEST_FRAME_BYTES,
    parser: boundedParser,
    allowRequest: ({ headers: { origin, host, 'sec-fetch-site': site } }, answer) =>
      answer(null, !isForeign({ origin, host, site: site as string | undefined }, own)),
  })
  io.engine.on('connection', connections.watch)
  // Devices and panels have namespaces of their own; nobody has business in this one.
  io.use((_socket, next) => next(new Error('namespace-unknown')))
  return io
}
