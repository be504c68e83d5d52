import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol } from '../../player/identity/identity.ts'
import { createServerLink } from '../../player/link/server-link.ts'
import { createClock } from '../../player/time/clock.ts'
import { openSeals } from '../../player/trust/seals.ts'
import { startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/**
 * A line as a commune has it: every packet is late by a delay and a jitter, more in one direction
 * than in the other, and now and then one is lost and comes again after a retransmission.
 */
const badLine = async (
  port: number,
  line: { upMs: number; downMs: number; jitterMs: number; loss: number },
  random: () => number,
) => {
  const slowly = (from: Socket, to: Socket, delayMs: number) => {
    let freeAt = 0
    from.on('data', (bytes) => {
      const lostMs = random() < line.loss ? 200 + 400 * random() : 0
      const at = performance.now() + delayMs + line.jitterMs * random() + lostMs
      // TCP keeps the order: what follows a lost packet waits for it.
      freeAt = Math.max(freeAt, at)
      setTimeout(() => to.writable && to.write(bytes), freeAt - performance.now())
    })
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    slowly(near, far, line.upMs)
    slowly(far, near, line.downMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each([
  ['a good line', { upMs: 5, downMs: 5, jitterMs: 2, loss: 0 }],
  ['4G', { upMs: 60, downMs: 30, jitterMs: 60, loss: 0.02 }],
  ['a bad evening', { upMs: 250, downMs: 80, jitterMs: 300, loss: 0.15 }],
])('over %s the clock is never farther off than it says', async (_name, line) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = fc.sample(fc.double({ min: 0, max: 0.999, noNaN: true }), {
    seed,
    numRuns: 5_000,
  })
  let drawn = 0
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  const { id } = (await admin.post('/api/devices', device)).json
  const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
  const folder = tempFolder()
  const identity = await enrol(folder, url, code as string, (keys) =>
    askServer(url, { code: code as string, software: 'test', ...keys }),
  )
  const far = await badLine(
    Number(new URL(url).port),
    line,
    () => random[drawn++ % random.length] ?? 0,
  )
  const clock = createClock(join(folder, 'clock.json'))
  const link = createServerLink({
    identity: { ...identity, server: far },
    software: 'test',
    clock,
    seals: openSeals(folder, identity.enrolment),
    log: pino({ level: 'silent' }),
    hello: () => ({ appliedRevision: null, epoch: 0, keysVersion: 0 }),
    onWelcome() {},
    onDesired() {},
    onCommand: async () => ({ ok: true }),
  })
  onTestFinished(() => link.close())
  link.connect()
  await until(() => clock.now() !== undefined)
  for (let look = 0; look < 40; look++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    clock.look(false)
    // The server runs on this very machine: its time is ours.
    const offMs = Math.abs((clock.now() ?? Number.NaN) - Date.now())
    const { grade, errorMs } = clock.state()
    expect(grade).toBe('synced')
    expect(offMs, `seed ${seed}`).toBeLessThanOrEqual((errorMs ?? 0) + 2)
    expect(errorMs ?? Number.NaN).toBeLessThan(line.upMs + line.downMs + line.jitterMs + 700)
  }
})
