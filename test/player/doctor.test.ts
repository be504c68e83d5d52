import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Channel, JournalEvent } from '#protocol'
import { bundlePlayer } from '../../setup/box/bundle.mjs'
import { CHROMIUM } from '../support/board.ts'
import { needs } from '../support/needs.ts'
import { eventsOf, startPlayerProcess } from '../support/player-process.ts'
import { startPulse } from '../support/pulse.ts'
import { startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

// What a box runs is the bundle, so that is what proves itself here.
const bundle = await bundlePlayer(join(import.meta.dirname, '../..'))
bundle.write()

/** Runs the doctor as somebody before the box does. */
const doctor = (folder: string, args: string[], environment: Record<string, string> = {}) =>
  new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = spawn(process.execPath, [bundle.path, 'doctor', '--data', folder, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LANG: 'en_US.UTF-8', TRUST_SYSTEM_CLOCK: 'yes', ...environment },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.on('close', (code) => resolve({ code, said }))
    onTestFinished(() => void child.kill('SIGKILL'))
  })

const office = async (channels: Channel[]) => {
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const canvas = channels.includes('screen') ? { width: 320, height: 180 } : null
  const device = { name: 'Loa thôn 3', areaId: areas['30964'], channels, canvas }
  const id = (await admin.post('/api/devices', device)).json.id as string
  const code = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json.code as string
  return { url, admin, id, arguments: ['--server', url, '--code', code] }
}

const folderOf = (): string => {
  const folder = join(tempFolder(), 'player')
  mkdirSync(folder)
  return folder
}

const tests = (folder: string) =>
  eventsOf(folder, 'test') as Extract<JournalEvent, { kind: 'test' }>[]

describe('a box proves itself', () => {
  test(
    'enrols, is heard at its monitor and seen on its board, and leaves a record that counts as a test, not as a play',
    needs('pulseaudio'),
    async () => {
      const place = await office(['audio', 'screen'])
      const pulse = await startPulse()
      onTestFinished(pulse.close)
      const folder = folderOf()
      const environment = {
        ...pulse.env,
        AUDIO_OUTPUT: 'pulse:horn',
        AUDIO_MONITOR: 'pulse:horn.monitor',
        CHROMIUM_PATH: CHROMIUM,
      }
      const { code, said } = await doctor(folder, place.arguments, environment)
      for (const line of [
        /^[✓?] Disk /m,
        /^✓ Network .* lets this device in/m,
        /^✓ Clock .*agrees with the server/m,
        /^✓ Sound .*recognised \d+ %/m,
        /^✓ Screen .*320×180: the test slide is on it/m,
        /^✓ Record .*audio completed, screen completed.*counts as no play/m,
      ])
        expect(said).toMatch(line)
      expect(code, said).toBe(0)
      expect(tests(folder)).toMatchObject([
        {
          failed: [],
          plays: [
            {
              channel: 'audio',
              outcome: 'completed',
              measured: { heard: { share: expect.any(Number) } },
            },
            { channel: 'screen', outcome: 'completed', measured: { kind: 'screen' } },
          ],
        },
      ])

      // The player goes on with that journal; the office gets the test, and no play.
      const player = startPlayerProcess(folder, environment)
      await until(async () => {
        const { json } = await place.admin.get('/api/devices')
        const [live] = json as unknown as {
          online: boolean
          status: { unsentRecords: number } | null
        }[]
        return live?.online && live.status?.unsentRecords === 0
      })
      const { json } = await place.admin.get(`/api/plays?deviceId=${place.id}`)
      expect(json).toMatchObject({ items: [] })
      expect(eventsOf(folder, 'boot')).toMatchObject([{ clean: true }])
      const busy = await doctor(folder, [], environment)
      expect(busy.said).toMatch(/✗ Network .*the player is running[\s\S]*systemctl stop/)
      expect(busy.code).toBe(1)
      await player.stop()
    },
  )
})

describe('a box that is not well', () => {
  test('without a server, a sound output or a time is told all of it, in Vietnamese where that is wanted', async () => {
    const folder = folderOf()
    const nowhere = ['--lang', 'vi', '--server', 'http://127.0.0.1:1', '--code', 'ABCDE-FGHJK']
    const environment = { AUDIO_OUTPUT: 'alsa:nothing-of-that-name', PULSE_SERVER: 'unix:/nowhere' }
    const { code, said } = await doctor(folder, nowhere, environment)
    expect(said).toMatch(/✗ Mạng .*không liên lạc được máy chủ[\s\S]*→ Hãy kiểm tra dây mạng/)
    expect(said).toMatch(/✗ Đồng hồ .*không biết giờ[\s\S]*→ Hãy nối mạng/)
    expect(said).toMatch(/✗ Âm thanh .*[\s\S]*→ Hãy cắm card âm thanh/)
    expect(said).toMatch(/✗ Bản ghi /)
    expect(code).toBe(1)
    expect(said).not.toMatch(/^\s+at .*\(|Error:/m)
  })

  test('a language that it does not speak is refused by name, and nothing is tried', async () => {
    const folder = folderOf()
    for (const words of [['--lang', 'fr'], ['--lang']])
      expect(await doctor(folder, words)).toEqual({
        code: 1,
        said: expect.stringContaining('--lang: it must be vi or en'),
      })
  })

  test('whose enrolment was ended is not let in, and is told to enrol anew', async () => {
    const place = await office(['audio'])
    const folder = folderOf()
    const first = await doctor(folder, place.arguments, { AUDIO_OUTPUT: 'null' })
    expect(first.said).toMatch(/\? Sound .*played into nothing/)
    expect(first.said).toMatch(/✓ Record/)
    expect(first.code).toBe(0)
    await place.admin.send('DELETE', `/api/devices/${place.id}/enrolment`)
    const second = await doctor(folder, ['--quiet'], { AUDIO_OUTPUT: 'null' })
    expect(second.said).toMatch(/✗ Network .*does not know this device[\s\S]*new code/)
    for (const check of ['Sound', 'Screen', 'Record'])
      expect(second.said).toMatch(new RegExp(`\\? ${check} .*not tried`))
    expect(second.code).toBe(1)
    expect(tests(folder).map(({ failed }) => failed)).toEqual([[], ['network']])
  })

  test('whose data lie in memory only would lose them with the power', async () => {
    const folder = `/dev/shm/loabang-doctor-${process.pid}`
    mkdirSync(folder)
    const { said } = await doctor(folder, ['--quiet'], { AUDIO_OUTPUT: 'null' })
    expect(said).toMatch(/✗ Disk .*in memory \(tmpfs\)[\s\S]*→ Point DATA_DIR/)
    expect(said).toMatch(/✗ Network .*address of the server is not known/)
  })
  test('behind a network that lets pages through and no WebSocket, or with a proxy that it does not use, is told which', async () => {
    const place = await office(['audio'])
    // A proxy that forwards requests and ends what wants to become a WebSocket.
    const proxy = createServer((request, response) => {
      const { method, headers } = request
      const onwards = forward(
        new URL(request.url ?? '/', place.url),
        { method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      request.pipe(onwards)
    })
    proxy.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const through = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const [, , ...code] = place.arguments
    const blocked = await doctor(folderOf(), ['--server', through, ...code], {
      AUDIO_OUTPUT: 'null',
    })
    expect(blocked.said).toMatch(/✗ Network .*no WebSocket[\s\S]*path \/socket\.io\//)
    expect(blocked.code).toBe(1)

    const nowhere = ['--server', 'http://127.0.0.1:1', '--code', 'ABCDE-FGHJK']
    const environment = { AUDIO_OUTPUT: 'null', HTTPS_PROXY: 'http://proxy.tinh.gov.vn:3128' }
    const proxied = await doctor(folderOf(), nowhere, environment)
    expect(proxied.said).toMatch(/✗ Network [\s\S]*HTTPS_PROXY is set here/)
  })
})
