import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { expect, onTestFinished, test } from 'vitest'
import { type DeviceId, PLAYER_NAMESPACE, Revision } from '#protocol'
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol } from '../../player/identity/identity.ts'
import { createHelloLimit } from '../../server/sockets/hello-limit.ts'
import { createTwins } from '../../server/sockets/twins.ts'
import { startPlayerProcess } from '../support/player-process.ts'
import { startServer, withAreas } from '../support/server.ts'
import { connectDevice, oneDevice } from '../support/stranger.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

type Kind = { kind: string; deviceId: string }

test('two machines with one identity, the real player on both: named in an alert until it enrols again', async () => {
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  const id = (await admin.post('/api/devices', device)).json.id as string
  const codeFor = async () =>
    (await admin.post(`/api/devices/${id}/enrolment-codes`)).json.code as string
  const folder = join(tempFolder(), 'player')
  const code = await codeFor()
  await enrol(folder, url, code, (keys) => askServer(url, { code, software: 'test', ...keys }))
  const copy = join(tempFolder(), 'player')
  cpSync(folder, copy, { recursive: true })
  const kinds = async () => {
    const alerts = (await admin.get('/api/alerts')).json as unknown as Kind[]
    return alerts.filter(({ deviceId }) => deviceId === id).map(({ kind }) => kind)
  }
  const online = async () =>
    (await admin.get('/api/devices')).json.some((one) => one.online === true)
  const first = startPlayerProcess(folder)
  await until(online)
  expect(await kinds()).not.toContain('exists-twice')
  const second = startPlayerProcess(copy)
  await until(async () => (await kinds()).includes('exists-twice'))
  await second.stop()
  const again = await codeFor()
  await enrol(copy, url, again, (keys) =>
    askServer(url, { code: again, software: 'test', ...keys }),
  )
  expect(await kinds()).not.toContain('exists-twice')
  await first.stop()
})

test('a player that is started again is one machine; one that comes back after another is not', () => {
  const { cameIn } = createTwins()
  const id = 'x' as DeviceId
  for (const run of ['a', 'a', 'b', 'c', 'c', 'd']) expect(cameIn(id, run)).toBe(false)
  expect(cameIn('y' as DeviceId, 'a')).toBe(false)
  expect(cameIn(id, undefined)).toBe(false)
  expect(cameIn(id, 'b')).toBe(true)
  expect(cameIn(id, 'd')).toBe(true)
})

test('a flood of hellos from one address takes no place of those who prove themselves, nor makes them wait longer', () => {
  let now = 1_000_000
  const { look } = createHelloLimit(400, () => now, Math.random)
  const flood = Array.from({ length: 9_000 }, () => look('198.51.100.7'))
  expect(flood.filter((wait) => wait === 0)).toHaveLength(400)
  expect(Math.max(...flood)).toBeLessThanOrEqual(5_000)
  expect(Math.min(...flood.filter((wait) => wait > 0))).toBeGreaterThanOrEqual(1_000)
  expect(look('203.0.113.9')).toBe(0)
  now += 1_000
  expect(look('198.51.100.7')).toBe(0)
  for (let count = 0; count < 50_000; count++) look(`10.0.${count >> 8}.${count & 255}`)
})

test('while a stranger says hello 300 times in the name of a device, that device comes in at once', async () => {
  const { url } = await startServer()
  const { device } = await oneDevice(url)
  const flood = Array.from({ length: 300 }, () => {
    const socket = io(new URL(PLAYER_NAMESPACE, url).href, {
      ...{ transports: ['websocket'], reconnection: false, forceNew: true },
    })
    onTestFinished(() => void socket.disconnect())
    return new Promise<string>((resolve) => {
      socket.on('connect_error', () => resolve('no connection'))
      socket.on('challenge', async () => {
        const answer = await socket.emitWithAck('hello', {
          ...{ v: 2, deviceId: device.deviceId, signature: 'AAAA', software: 'x' },
          ...{ appliedRevision: null, epoch: 0 },
        })
        resolve(answer.code)
      })
    })
  })
  const codes = await Promise.all(flood)
  // None of them took a token of those two hundred a second that are for devices.
  expect(new Set(codes)).toEqual(new Set(['signature-wrong']))
  const socket = await connectDevice(url, device)
  socket.disconnect()
})

test('a device that says it holds the last of all revisions bricks nothing, and its next enrolment starts from one', async () => {
  const { url } = await startServer()
  const { admin, device } = await oneDevice(url)
  const desired = async () => {
    const [one] = (await admin.get('/api/devices')).json as unknown as {
      device: { desiredRevision: number }
    }[]
    return one?.device.desiredRevision
  }
  const before = await desired()
  for (const appliedRevision of [Number.MAX_SAFE_INTEGER - 1, (before ?? 0) + 100_001]) {
    const socket = await connectDevice(url, device, { appliedRevision })
    await until(async () =>
      ((await admin.get('/api/alerts')).json as unknown as Kind[]).some(
        ({ kind }) => kind === 'ahead',
      ),
    )
    expect(await desired()).toBe(before)
    socket.disconnect()
  }
  // 2^53 - 1 is no revision: nobody could number what follows it.
  expect(Revision.safeParse(Number.MAX_SAFE_INTEGER).success).toBe(false)
  const { json: code } = await admin.post(`/api/devices/${device.deviceId}/enrolment-codes`)
  const folder = join(tempFolder(), 'player')
  await enrol(folder, url, String(code.code), (keys) =>
    askServer(url, { code: String(code.code), software: 'test', ...keys }),
  )
  expect(await desired()).toBe(1)
  const player = startPlayerProcess(folder)
  await until(async () => {
    const [one] = (await admin.get('/api/devices')).json as unknown as {
      device: { appliedRevision: number }
    }[]
    return one?.device.appliedRevision === 1
  })
  await player.stop()
})
