import { spawn } from 'node:child_process'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createWatchdog } from '../../player/supervise/watchdog.ts'
import { openSpeaker } from '../support/loudspeaker.ts'
import { needs } from '../support/needs.ts'
import { startPlayerProcess } from '../support/player-process.ts'
import { startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Listens as systemd does: to datagrams, which Node cannot. */
const LISTENER = `
  use Socket;
  socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die;
  bind($s, sockaddr_un($ARGV[0])) or die;
  $| = 1;
  print "listening\\n";
  while (defined recv($s, my $word, 4096, 0)) { print "$word\\n" }
`

const listen = async () => {
  const socket = join(tempFolder(), 'notify')
  const child = spawn('perl', ['-e', LISTENER, socket])
  onTestFinished(() => void child.kill('SIGKILL'))
  let heard = ''
  child.stdout.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  await until(() => heard.includes('listening'))
  const count = (word: string) => heard.split('\n').filter((line) => line === word).length
  return { socket, count }
}

describe('the watchdog', needs('systemd', 'perl'), () => {
  test('is told that the real player is ready, that it lives, nothing while it stands still, and that it stops', async () => {
    const { socket, count } = await listen()
    const { url } = await startServer()
    const { admin, areas } = await withAreas(url)
    const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
    const { id } = (await admin.post('/api/devices', device)).json
    const { code } = (await admin.post(`/api/devices/${id}/enrolment-codes`)).json
    const data = join(tempFolder(), 'player')
    const player = startPlayerProcess(data, {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: '1500000',
      SERVER_URL: url,
      ENROLMENT_CODE: String(code),
    })
    await until(() => count('READY=1') === 1 && count('WATCHDOG=1') >= 3)
    process.kill(player.pid, 'SIGSTOP')
    await sleep(1_000)
    const before = count('WATCHDOG=1')
    await sleep(2_000)
    expect(count('WATCHDOG=1')).toBe(before)
    process.kill(player.pid, 'SIGCONT')
    await until(() => count('WATCHDOG=1') > before)
    await player.stop()
    await until(() => count('STOPPING=1') === 1)
  })

  test('is told nothing as long as something does not move', async () => {
    const { socket, count } = await listen()
    let isMoving = false
    const log = pino({ level: 'silent' })
    const watchdog = createWatchdog({ socket, timeoutMs: 300 }, () => isMoving, log)
    onTestFinished(watchdog.close)
    await until(() => count('READY=1') === 1)
    await sleep(1_000)
    expect(count('WATCHDOG=1')).toBe(0)
    isMoving = true
    await until(() => count('WATCHDOG=1') > 0)
  })
})

test('a loudspeaker says when its mixer last moved', async () => {
  const { speaker } = openSpeaker('null')
  await until(() => speaker.output() !== null)
  const before = speaker.movedAt?.() ?? 0
  await until(() => (speaker.movedAt?.() ?? 0) > before)
})
