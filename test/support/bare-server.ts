import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { onTestFinished } from 'vitest'
import { NO_RECORD } from '#protocol'

export type BareServer = Awaited<ReturnType<typeof startBareServer>>

/**
 * What a player connects to, with nothing of the office behind it: it lets everybody in, tells the
 * time, and says otherwise only what a test lets it say.
 * @param answer to requests over HTTP
 * @param onConnection before the challenge; false: there is none
 */
export const startBareServer = async (
  answer: RequestListener,
  onConnection: (socket: Socket, count: number) => boolean = () => true,
) => {
  let welcomed: Socket | undefined
  let count = 0
  const asked: string[] = []
  const http = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  const io = new Server(http, { transports: ['websocket'], maxHttpBufferSize: 100_000_000 })
  io.of('/player').on('connection', (socket) => {
    count += 1
    socket.on('hello', ({ epoch }, reply) => {
      const journal = { epoch, next: 0, head: NO_RECORD, note: null }
      reply({ ok: true, serverTime: Date.now(), journal })
      welcomed = socket
    })
    socket.on('clock', (reply) => reply({ receivedAt: Date.now(), sentAt: Date.now() }))
    socket.on('disconnect', () => {
      if (welcomed === socket) welcomed = undefined
    })
    const isChallenged = onConnection(socket, count)
    if (isChallenged) socket.emit('challenge', { nonce: 'AAAA', v: 1 })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    http.closeAllConnections()
    await io.close()
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    /** The connection of a player that was let in, while there is one. */
    player: () => welcomed,
    connections: () => count,
    /** Paths that were asked for. */
    asked,
  }
}
