import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import WebSocket from 'ws'
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { PASSWORD, startServer } from './rig.ts'

/** Each attack lasts this long, and is answered or refused again and again. */
const ATTACK_MS = 3_000
const SOCKETS = 20
const IDLE_CONNECTIONS = 2_000

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * How long the answers to `/healthz` took while some work went on, in ms. They are asked for by a
 * thread of its own: what the attack costs the attacker is not counted.
 */
const latencies = async (url: string, work: () => Promise<unknown>): Promise<number[]> => {
  const asking = new Worker(join(import.meta.dirname, 'asking-thread.ts'), { workerData: url })
  const answered = new Promise<number[]>((resolve, reject) => {
    asking.once('message', resolve)
    asking.once('error', reject)
  })
  try {
    await work()
  } finally {
    asking.postMessage('stop')
  }
  return answered
}

const again = async (work: () => Promise<unknown>): Promise<void> => {
  for (const until = performance.now() + ATTACK_MS; performance.now() < until; ) await work()
}

/** Frames without acknowledgement, as fast as they go out. */
const frames = async (url: string): Promise<void> => {
  const sockets = Array.from({ length: SOCKETS }, () => {
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    )
    socket.on('error', () => {})
    socket.on('message', (data) => {
      if (String(data).startsWith('0')) socket.send('40/player,')
    })
    return socket
  })
  await again(async () => {
    for (const socket of sockets)
      if (socket.readyState === WebSocket.OPEN) socket.send('42/player,["clock"]')
    await sleep(1)
  })
  for (const socket of sockets) socket.terminate()
}

const largeBody = `[${'[],'.repeat(3_400_000)}[]]`

/** A body without an end and without a length. */
const endlessBody = (url: string): Promise<void> =>
  new Promise((resolve) => {
    const sending = request(`${url}/api/player/enrolment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    })
    const piece = Buffer.from('[],'.repeat(20_000))
    const pump = (error?: Error | null) => {
      if (!error) sending.write(piece, pump)
    }
    sending.on('error', () => resolve())
    sending.on('response', (response) => {
      response.resume()
      response.on('close', () => {
        sending.destroy()
        resolve()
      })
    })
    pump()
  })

const idleConnections = async (url: string): Promise<void> => {
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  for (let count = 0; count < IDLE_CONNECTIONS; count++) {
    const socket = connect({ host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: +port })
    socket.on('error', () => {})
    sockets.push(socket)
    if (count % 50 === 49) await sleep(1)
  }
  await sleep(ATTACK_MS)
  for (const socket of sockets) socket.destroy()
}

const signIn = async (url: string) => {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ username: 'admin', password: PASSWORD })
  const answer = await fetch(`${url}/api/session`, { method: 'POST', headers, body })
  const cookie = answer.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ')
  return (path: string, sent?: string, type = 'application/json') =>
    fetch(url + path, {
      headers: { cookie, ...(sent !== undefined && { 'content-type': type }) },
      ...(sent !== undefined && { method: 'POST', body: sent }),
    })
}

/** What a bare server of Node answers in, asked in the same way. */
const bareLatencies = async (): Promise<number[]> => {
  const bare = createServer((_request, response) => response.end('{"status":"ok"}'))
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve))
  const took = await latencies(`http://127.0.0.1:${(bare.address() as AddressInfo).port}`, () =>
    sleep(ATTACK_MS),
  )
  bare.closeAllConnections()
  bare.close()
  return took
}

/** How long others wait while a stranger, or a hostile user, does what once stopped the server. */
export const strangers = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const { child, url } = await startServer(folder)
  try {
    const send = await signIn(url)
    const tree = { code: '1', name: 'Tỉnh', kind: 'province' }
    const zone = { parentId: null, timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-01-01' }
    await send('/api/areas', JSON.stringify({ tree, ...zone }))
    const [area] = (await (await send('/api/areas')).json()) as { id: string }[]
    const upload = (name: string, text: string) =>
      send(`/api/assets?name=${name}.txt&areaId=${area?.id}`, text, 'application/octet-stream')
    const far = 'from=2000-01-01&to=9999-12-31'
    const copy = { scheduleIds: [area?.id], from: '9999-12-31', days: 1, to: ['2026-12-05'] }
    const attacks: Record<string, () => Promise<unknown>> = {
      'nobody does anything': () => sleep(ATTACK_MS),
      'frames without acknowledgement': () => frames(url),
      'bodies of 10 MB before sign-in': () =>
        again(() =>
          fetch(`${url}/api/session`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: largeBody,
          }).catch(() => {}),
        ),
      'bodies without an end': () => again(() => endlessBody(url)),
      '2,000 idle connections': () => idleConnections(url),
      'hostile texts, all at once': async () => {
        for (const [index, text] of Object.values(HOSTILE_TEXTS).entries())
          await upload(String(index), text)
        await sleep(ATTACK_MS)
      },
      'dates beyond every calendar': () =>
        again(async () => {
          await send('/api/schedules/copy-days', JSON.stringify(copy))
          for (const path of ['/api/coverage', '/api/plays', '/api/missing', '/api/timeline'])
            await send(`${path}?${far}`)
        }),
    }
    const figures: Report['figures'] = {}
    const worst: [string, number][] = []
    for (const [name, attack] of Object.entries(attacks)) {
      const took = await latencies(url, attack)
      figures[`${name}: p99 ms`] = rounded(percentile(took, 0.99))
      figures[`${name}: worst ms`] = rounded(Math.max(...took))
      worst.push([name, rounded(Math.max(...took))])
      await sleep(1_000)
    }
    const bare = await bareLatencies()
    return reportOf('strangers', {
      figures,
      limit: {
        'a bare server of Node: p99 ms': rounded(percentile(bare, 0.99)),
        'a bare server of Node: worst ms': rounded(Math.max(...bare)),
      },
      goals: worst.map(([name, ms]) => atMost(`${name}: /healthz answers, worst ms`, ms, 200)),
    })
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
