import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { PLAYER_NAMESPACE } from '#protocol'
import { PASSWORD, startServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { connectDevice, knock, oneDevice } from '../support/stranger.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const isServing = async (url: string) => (await fetch(`${url}/healthz`)).status === 200

const UUID = '01890000-0000-7000-8000-0000000000aa'
const hello = {
  v: 1,
  deviceId: UUID,
  signature: 'AAAA',
  software: 'x',
  appliedRevision: 1,
  epoch: 0,
}

/** Frames that anybody can send who reaches the port. */
const FRAMES = [
  '["clock"]',
  '["clock",{}]',
  '["clock",1,2,3]',
  `["hello",${JSON.stringify(hello)}]`,
  '["hello"]',
  '["hello",null,null]',
  '["records",{}]',
  '["records"]',
  '["applied",{"revision":-1}]',
  '["status",[]]',
  '["whole"]',
  '["refused",7]',
  '["error","x"]',
  '["error"]',
  '["__proto__",{}]',
  '["constructor"]',
  '["command",{}]',
  '[]',
  '["clock"',
  '7',
]

test('a frame from anybody, with an acknowledgement or without, leaves the server serving', async () => {
  const { url } = await startServerProcess(tempFolder())
  for (const namespace of [PLAYER_NAMESPACE, '/']) {
    for (const frame of FRAMES) {
      for (const ack of ['', '7']) {
        const peer = await knock(url, namespace)
        peer.send(`42${namespace === '/' ? '' : `${namespace},`}${ack}${frame}`)
        // What was sent is dealt with before the server answers what comes after it.
        peer.send(`42${PLAYER_NAMESPACE},99["clock"]`)
        const answer = () => peer.received.some((text) => text.startsWith('43/player,99'))
        await Promise.race([until(async () => answer()), peer.closed])
        peer.end()
        expect(await isServing(url), `${namespace} ${ack}${frame}`).toBe(true)
      }
    }
  }
})

test('the clock answers who asks for an answer, and only once for each question', async () => {
  const { url } = await startServerProcess(tempFolder())
  const peer = await knock(url, PLAYER_NAMESPACE)
  onTestFinished(() => peer.end())
  peer.send('42/player,["clock"]')
  peer.send('42/player,1["clock"]')
  await until(async () => peer.received.some((text) => text.startsWith('43')))
  expect(peer.received.filter((text) => text.startsWith('43'))).toEqual([
    expect.stringMatching(/^43\/player,1\[\{"receivedAt":[\d.]+,"sentAt":[\d.]+\}\]$/),
  ])
})

test('a device that proved itself can send anything and ends nothing', async () => {
  const { url } = await startServerProcess(tempFolder())
  const { device } = await oneDevice(url)
  const socket = await connectDevice(url, device)
  onTestFinished(() => void socket.disconnect())
  for (const event of ['records', 'hello', 'clock', 'status', 'applied', 'refused', 'whole', 'x'])
    for (const message of [undefined, null, {}, [], 'x', { records: [1] }])
      socket.emit(event, message)
  expect(await socket.emitWithAck('records', {})).toEqual({ code: 'bad-input' })
  expect(await isServing(url)).toBe(true)
})

test('nobody stays in the namespace that belongs to nobody', async () => {
  const { url } = await startServerProcess(tempFolder())
  const peer = await knock(url, '/')
  expect(peer.received.at(-1)).toContain('namespace-unknown')
  // It has proved nothing: it is closed, though it answers pings.
  await peer.closed
})

test('what has proved nothing may send 64 kB, and a device a message of a million characters', async () => {
  const { url } = await startServerProcess(tempFolder())
  const stranger = await knock(url, PLAYER_NAMESPACE)
  stranger.send(`42/player,1["clock","${'x'.repeat(70_000)}"]`)
  await stranger.closed
  expect(stranger.received.some((text) => text.startsWith('43'))).toBe(false)

  const trickle = await knock(url, PLAYER_NAMESPACE)
  for (let sent = 0; sent < 80; sent++) trickle.send(`42/player,["x","${'x'.repeat(1_000)}"]`)
  await trickle.closed

  const { device } = await oneDevice(url)
  const socket = await connectDevice(url, device)
  onTestFinished(() => void socket.disconnect())
  const refused = await socket.emitWithAck('records', { records: ['x'.repeat(900_000)] })
  expect(refused).toEqual({ code: 'bad-input' })
  const gone = new Promise((resolve) => socket.once('disconnect', resolve))
  socket.emit('records', { records: Array.from({ length: 600_000 }, () => []) })
  // Not the client's own doubt, which comes later.
  expect(await gone).not.toBe('ping timeout')
  expect(await isServing(url)).toBe(true)
}, 120_000)

const UNFINISHED = `POST /api/session HTTP/1.1
Host: x
Content-Type: application/json
Content-Length: 1000

{`.replaceAll('\n', '\r\n')

test.each([
  ['that say nothing', ''],
  ['whose body is never whole', UNFINISHED],
])(
  'one address holds so many connections %s, and no more; those who work are not among them',
  async (_, says) => {
    const { url } = await startServerProcess(tempFolder())
    const { hostname, port } = new URL(url)
    const { device } = await oneDevice(url)
    const socket = await connectDevice(url, device)
    onTestFinished(() => void socket.disconnect())
    const open = new Set<ReturnType<typeof createConnection>>()
    onTestFinished(() => {
      for (const one of open) one.destroy()
    })
    const connect = () =>
      new Promise<void>((resolve) => {
        const one = createConnection({
          host: hostname === 'localhost' ? '127.0.0.1' : hostname,
          port: Number(port),
        })
        open.add(one)
        one.on('error', () => {})
        one.once('connect', () => one.write(says, () => resolve()))
        one.once('close', () => {
          open.delete(one)
          resolve()
        })
      })
    for (let count = 0; count < 1_200; count += 50)
      await Promise.all(Array.from({ length: 50 }, connect))
    await until(async () => open.size <= 1_024)
    // The device that proved itself is still there, and is answered.
    expect(await socket.emitWithAck('clock')).toHaveProperty('sentAt')
    for (const one of open) one.destroy()
    await until(async () => isServing(url).catch(() => false))
  },
)

test('a connection is kept longer than proxies keep theirs; those that only wait give way', async () => {
  const { url } = await startServerProcess(tempFolder())
  const { port } = new URL(url)
  const open = new Set<ReturnType<typeof createConnection>>()
  onTestFinished(() => {
    for (const one of open) one.destroy()
  })
  let answered = 0
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const one = createConnection({ host: '127.0.0.1', port: Number(port) })
      open.add(one)
      one.on('error', () => {})
      one.once('close', () => {
        open.delete(one)
        reject(new Error('closed without an answer'))
      })
      one.once('data', (chunk) => {
        answered += 1
        resolve(chunk.toString())
      })
      one.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    })
  const kept = /^Keep-Alive: timeout=(\d+)/im.exec(await ask())?.[1]
  expect(Number(kept)).toBeGreaterThan(120)
  for (let count = 0; count < 1_200; count += 50) await Promise.all(Array.from({ length: 50 }, ask))
  expect(answered).toBe(1_201)
  await until(async () => open.size <= 1_024)
  // What stays is as good as new.
  const [one] = [...open].slice(-1)
  const again = new Promise((resolve) => one?.once('data', resolve))
  one?.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(String(await again)).toContain('200 OK')
})

test.each(['/api/openapi.json', '/api/docs/swagger-ui-bundle.js', '/healthz'])(
  'hundreds of requests for %s at once on one connection end it, and nothing else',
  async (path) => {
    const { url } = await startServerProcess(tempFolder())
    const { port } = new URL(url)
    const socket = createConnection({ host: '127.0.0.1', port: Number(port) })
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(300))
    await closed
    expect(await isServing(url)).toBe(true)
    // One after the other is what a browser does.
    for (let count = 0; count < 20; count++) expect((await fetch(url + path)).status).toBe(200)
  },
  60_000,
)

test('a device that asks for its manifest whole gets a revision once', async () => {
  const { url } = await startServerProcess(tempFolder())
  const { device } = await oneDevice(url)
  const first = await connectDevice(url, device)
  const revisions: number[] = []
  first.on('desired', ({ revision }: { revision: number }) => revisions.push(revision))
  onTestFinished(() => void first.disconnect())
  for (let count = 0; count < 100; count++) first.emit('whole')
  await first.emitWithAck('clock')
  await until(async () => revisions.length > 0)
  for (let count = 0; count < 100; count++) first.emit('whole')
  await first.emitWithAck('records', {})
  // Once because it holds none, and once because it asked.
  expect(revisions.length).toBeLessThanOrEqual(2)
})

test('a connection that takes nothing off is closed when too much waits for it', async () => {
  const { url } = await startServerProcess(tempFolder())
  const { device } = await oneDevice(url)
  const socket = await connectDevice(url, device)
  onTestFinished(() => void socket.disconnect())
  // Nothing is read from here on, but asked for without end.
  const transport = (socket.io.engine as unknown as { transport: { ws: { _socket: Socket } } })
    .transport.ws._socket
  transport.pause()
  const gone = new Promise((resolve) => socket.once('disconnect', resolve))
  const ask = setInterval(() => {
    // The server holds a connection that answers pings, which this one does unasked.
    ;(socket.io.engine as unknown as { _sendPacket: (type: string) => void })._sendPacket('pong')
    for (let count = 0; count < 500; count++) socket.emit('clock', () => {})
  }, 5)
  onTestFinished(() => clearInterval(ask))
  // Not the client's own doubt, which comes later.
  expect(await gone).not.toBe('ping timeout')
  expect(await isServing(url)).toBe(true)
}, 120_000)

test('a server stops though a browser keeps a connection on which it never asked for anything', async () => {
  const { server, url } = await startServer()
  const { port } = new URL(url)
  const silent = createConnection({ host: '127.0.0.1', port: Number(port) })
  await once(silent, 'connect')
  const ended = once(silent, 'close')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  await server.close()
  await ended
}, 60_000)

test('a server that stops reads what is being sent to the end, and waits for nobody who sends no more', async () => {
  const { server, url } = await startServer()
  const { port } = new URL(url)
  const body = JSON.stringify({ username: 'admin', password: PASSWORD })
  const begin = async () => {
    const socket = createConnection({ host: '127.0.0.1', port: Number(port) })
    const asked = once(server.http, 'request')
    const ended = once(socket, 'close')
    socket.write(
      `POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    socket.write(body.slice(0, 10))
    await asked
    return { socket, ended }
  }
  const [sends, stalls] = [await begin(), await begin()]
  const stopped = server.close()
  await until(async () => !server.http.listening)
  const answer = once(sends.socket, 'data')
  sends.socket.write(body.slice(10))
  expect(String(await answer)).toContain('200 OK')
  await Promise.all([stopped, sends.ended, stalls.ended])
}, 60_000)
