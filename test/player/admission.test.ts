import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { Server } from 'socket.io'
import { expect, onTestFinished, test } from 'vitest'
import { NO_RECORD, PLAYER_NAMESPACE, type Welcome } from '#protocol'
import { createServerLink } from '../../player/link/server-link.ts'
import { openSeals } from '../../player/trust/seals.ts'
import { DEVICE } from '../support/builders.ts'
import { syncedClock } from '../support/clock.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

test('a device that is told when to try again does so then, and not sooner', async () => {
  const http = createServer()
  const io = new Server(http, { transports: ['websocket'] })
  const hellos: number[] = []
  const waits = [1_200, 700, undefined]
  io.of(PLAYER_NAMESPACE).on('connection', (socket) => {
    socket.on('hello', (_hello, answer) => {
      const waitMs = waits[hellos.length]
      hellos.push(performance.now())
      if (waitMs !== undefined) {
        answer({ ok: false, code: 'busy', retryAfterMs: waitMs })
        return
      }
      const journal = { epoch: 0, next: 0, head: NO_RECORD, note: null }
      answer({ ok: true, serverTime: Date.now(), journal } satisfies Welcome)
    })
    socket.emit('challenge', { nonce: Buffer.alloc(32).toString('base64'), v: 1 })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  let isWelcome = false
  const key = { publicKey: '', sign: () => '', checkpoint: () => '' }
  const link = createServerLink({
    identity: { server, enrolment: { deviceId: DEVICE } as never, device: key, journal: key },
    software: 'test',
    clock: syncedClock(tempFolder()),
    seals: openSeals(tempFolder(), { ledgerKey: '', ledgerSeals: false }),
    log: pino({ level: 'silent' }),
    hello: () => ({ appliedRevision: null, epoch: 0, keysVersion: 0 }),
    onWelcome: () => {
      isWelcome = true
    },
    onDesired() {},
    onCommand: async () => ({ ok: true }),
  })
  onTestFinished(async () => {
    link.close()
    await io.close()
  })
  link.connect()
  await until(() => isWelcome)
  expect(hellos).toHaveLength(3)
  const [first = 0, second = 0, third = 0] = hellos
  expect(second - first).toBeGreaterThanOrEqual(1_195)
  expect(third - second).toBeGreaterThanOrEqual(695)
})
