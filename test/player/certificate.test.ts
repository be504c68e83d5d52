import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as forward } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LiveDevice } from '#protocol'
import { needs } from '../support/needs.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** A certificate that nobody but its owner vouches for, valid for a month from a date. */
const certificate = (folder: string, name: string, from: string) => {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const about = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...about]
  const args = ['openssl', ...made, '-keyout', key, '-out', file]
  execFileSync('faketime', [from, ...args], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(file), file }
}

/** A server behind TLS, as behind a reverse proxy. */
const overTls = async (target: string, { key, cert }: { key: Buffer; cert: Buffer }) => {
  const { hostname, port } = new URL(target)
  const tls = createServer({ key, cert }, (asked, answer) => {
    const { url: path, method, headers } = asked
    const onwards = forward({ hostname, port, path, method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    onwards.on('error', () => answer.destroy())
    asked.pipe(onwards)
  })
  tls.on('upgrade', ({ url, headers }, near, head) => {
    const far = connect(Number(port), hostname, () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      far.write(`GET ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      far.write(head)
      near.pipe(far).pipe(near)
    })
    for (const socket of [near, far])
      socket.on('error', () => [near, far].map((one) => one.destroy()))
  })
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    tls.closeAllConnections()
    tls.close()
  })
  return `https://127.0.0.1:${(tls.address() as AddressInfo).port}`
}

/** A place for a device on a real server, and a certificate for the way there. */
const place = async (from: string) => {
  const server = await startServer()
  const { admin, areas } = await withAreas(server.url)
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  const id = (await admin.post('/api/devices', device)).json.id as string
  const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
  const good = certificate(tempFolder(), 'good', new Date().toISOString().slice(0, 10))
  const shown = from === 'today' ? good : certificate(tempFolder(), 'old', from)
  const isSynced = async () =>
    ((await admin.get('/api/devices')).json as unknown as LiveDevice[]).some(
      ({ status }) => status?.clock.grade === 'synced',
    )
  const folder = join(tempFolder(), 'player')
  return { url: server.url, code: String(code), folder, good, shown, isSynced }
}

describe('a server with a certificate of its own authority', needs('faketime'), () => {
  test('is trusted with the file of that authority, from the enrolment on, and not without', async () => {
    const { url, code, folder, good, isSynced } = await place('today')
    const SERVER_URL = await overTls(url, good)
    const stranger = startPlayerProcess(folder, { SERVER_URL, ENROLMENT_CODE: code })
    await stranger.ended
    expect(stranger.log()).toMatch(/self.signed certificate/)
    const player = startPlayerProcess(folder, {
      ...{ SERVER_URL, ENROLMENT_CODE: code, CA_FILE: good.file },
    })
    await until(isSynced)
    await player.stop()
    const later = startPlayerProcess(folder)
    await until(() => later.log().includes('"trouble":"authority"'))
    await later.stop()
  })

  test('that is out of date by this clock tells the time all the same, under its seal', async () => {
    const { url, code, folder, good, shown } = await place('2020-01-01')
    // It enrolled while all was well.
    const first = startPlayerProcess(folder, {
      ...{ SERVER_URL: await overTls(url, good), ENROLMENT_CODE: code, CA_FILE: good.file },
    })
    await until(() => eventsOf(folder, 'clock').some(({ what }) => what === 'synced'))
    await first.stop()
    const path = join(folder, 'identity.json')
    const identity = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...identity, server: await overTls(url, shown) }))
    rmSync(join(folder, 'clock.json'))
    const before = eventsOf(folder, 'clock').length
    const player = startPlayerProcess(folder, { CA_FILE: shown.file })
    await until(() => player.log().includes('"trouble":"clock"'))
    await until(() =>
      eventsOf(folder, 'clock')
        .slice(before)
        .some(({ what }) => what === 'synced'),
    )
    expect(player.log()).not.toContain('"msg":"connected"')
    await player.stop()
  })
})
