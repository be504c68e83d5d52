import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import { PLAYER_NAMESPACE } from '#protocol'

/** What somebody on the way makes of a message or an answer; undefined: it never arrives. */
type Change = (event: string, said: unknown) => unknown

/**
 * Somebody between a player and its server, without any key: passes on everything, and may change or
 * keep back what either says.
 */
export const startBetween = async (target: string) => {
  /** fromServer, fromPlayer: messages. answers: what the server answers to a message of that name. */
  const change: Partial<Record<'fromServer' | 'fromPlayer' | 'answers', Change | undefined>> = {}
  const { hostname, port } = new URL(target)
  const http = createServer((asked, answer) => {
    const { url: path, method, headers } = asked
    const onwards = forward({ hostname, port, path, method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    onwards.on('error', () => answer.destroy())
    asked.pipe(onwards)
  })
  const sockets = new Server(http, { transports: ['websocket'], maxHttpBufferSize: 100_000_000 })
  let connections = 0
  sockets.of(PLAYER_NAMESPACE).on('connection', (near) => {
    connections += 1
    const far = io(new URL(PLAYER_NAMESPACE, target).href, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    })
    const changed = (by: Change | undefined, event: string, said: unknown) =>
      by ? by(event, said) : said
    far.onAny((event: string, said: unknown, answer?: (said: unknown) => void) => {
      const told = changed(change.fromServer, event, said)
      if (told !== undefined) near.emit(event, told, ...(answer ? [answer] : []))
    })
    near.onAny((event: string, ...args: unknown[]) => {
      const last = args.at(-1)
      const answer = typeof last === 'function' ? last : undefined
      const said = args[0] === answer ? undefined : args[0]
      const told = changed(change.fromPlayer, event, said)
      if (told === undefined && said !== undefined) return
      far.emit(
        event,
        ...(told === undefined ? [] : [told]),
        ...(answer
          ? [
              (got: unknown) => {
                const back = changed(change.answers, event, got)
                if (back !== undefined) answer(back)
              },
            ]
          : []),
      )
    })
    near.on('disconnect', () => far.disconnect())
    far.on('disconnect', () => near.disconnect(true))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    http.closeAllConnections()
    await sockets.close()
  })
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    change,
    connections: () => connections,
  }
}
