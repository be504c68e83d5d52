import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AreaId, PlaylistId, ScheduleId } from '#protocol'
import { createApi } from '../../demo/api.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import type { Order, Word } from './simulated-players.ts'

const PLAYERS = 1_000
const ROUNDS = 6
const PASSWORD = 'bench-password-0000'
const ROOT = join(import.meta.dirname, '../..')
const TIMEOUT_MS = 60_000

const startServer = async (folder: string) => {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'server/main.ts'), '--port', '0', '--data', folder],
    {
      env: { ...process.env, ADMIN_PASSWORD: PASSWORD, LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url) return { child, url }
  }
  throw new Error('the server did not start')
}

const residentKb = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

const startPlayers = () => {
  const child = fork(join(import.meta.dirname, 'simulated-players.ts'))
  let applied: number[] = []
  let onWord: (word: Word) => void = () => {}
  child.on('message', (word: Word) => {
    if (word.type === 'applied') applied.push(...word.at)
    onWord(word)
  })
  return {
    child,
    order: (order: Order) =>
      new Promise<void>((resolve, reject) => {
        onWord = (word) => {
          if (word.type === 'ready') resolve()
          if (word.type === 'failed') reject(new Error(word.reason))
        }
        child.send(order)
      }),
    reset: () => (applied = []),
    /** Waits until so many have applied. @returns when each did */
    async until(count: number): Promise<number[]> {
      for (const deadline = Date.now() + TIMEOUT_MS; applied.length < count; ) {
        if (Date.now() > deadline) throw new Error(`only ${applied.length} of ${count} applied`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return applied
    },
  }
}

const now = () => performance.timeOrigin + performance.now()

/** The same bytes to as many sockets, by the bare library: what a push cannot be faster than. */
const startRaw = async () => {
  const http = createServer()
  const sockets = new Set<WebSocket>()
  const server = new WebSocketServer({ server: http, perMessageDeflate: false })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    broadcast: (bytes: string) => {
      for (const socket of sockets) socket.send(bytes)
    },
    close: () => {
      for (const socket of sockets) socket.terminate()
      server.close()
      http.close()
    },
  }
}

/** publish → compiled, signed, stored, pushed, checked and applied by every player. */
export const push = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const { child: server, url } = await startServer(folder)
  const players = startPlayers()
  const raw = await startRaw()
  const rawPlayers = startPlayers()
  try {
    const api = createApi(url)
    await api.signIn('admin', PASSWORD)
    const tree = { code: '1', name: 'Tỉnh', kind: 'province' as const }
    const area = await api.importAreas(tree, 'Asia/Ho_Chi_Minh', '2024-01-01')
    const playlistId = (await prepareProgramme(api, area.id)).playlistId
    const codes: string[] = []
    for (let count = 0; count < PLAYERS; count++) {
      const device = await api.addDevice({
        name: `Loa ${count}`,
        areaId: area.id,
        channels: ['audio'],
        canvas: null,
      })
      codes.push((await api.enrolmentCode(device.id)).code)
    }
    const before = residentKb(server)
    await players.order({ type: 'enrol', server: url, codes })
    await rawPlayers.order({ type: 'connect raw', url: raw.url, count: PLAYERS })
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const perDeviceKb = (residentKb(server) - before) / PLAYERS

    const ours: number[][] = []
    const bare: number[][] = []
    let bytes = 0
    for (let round = 0; round < ROUNDS; round++) {
      await api.addSchedule(scheduleFor(area.id, playlistId, round))
      players.reset()
      const publishedAt = now()
      await api.publish()
      ours.push((await players.until(PLAYERS)).map((at) => at - publishedAt))

      const [stored] = await manifestSizes(folder)
      bytes = stored ?? 0
      rawPlayers.reset()
      const sentAt = now()
      raw.broadcast('x'.repeat(bytes))
      bare.push((await rawPlayers.until(PLAYERS)).map((at) => at - sentAt))
    }
    // The first round warms both sides up.
    const [all, allBare] = [ours.slice(1).flat(), bare.slice(1).flat()]
    const p99 = rounded(percentile(all, 0.99))
    const last = (rounds: number[][]) =>
      percentile(
        rounds.slice(1).map((round) => Math.max(...round)),
        0.5,
      )
    return reportOf('push', {
      figures: {
        players: PLAYERS,
        'message bytes': bytes,
        'publish → applied, median ms': rounded(percentile(all, 0.5)),
        'publish → applied, p99 ms': p99,
        'last player, median of rounds ms': rounded(last(ours)),
        'server memory per connected device kB': rounded(perDeviceKb),
      },
      limit: {
        'ws broadcast → answered, median ms': rounded(percentile(allBare, 0.5)),
        'ws broadcast → answered, p99 ms': rounded(percentile(allBare, 0.99)),
        'last socket, median of rounds ms': rounded(last(bare)),
        'ours / raw, last player': rounded(last(ours) / last(bare), 2),
      },
      goals: [
        atMost('publish → applied, p99 ms', p99, 2_000),
        atMost('server memory per connected device kB', rounded(perDeviceKb), 80),
      ],
    })
  } finally {
    raw.close()
    for (const { child } of [players, rawPlayers]) child.kill('SIGKILL')
    const ended = new Promise((resolve) => server.once('close', resolve))
    server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

type Api = ReturnType<typeof createApi>

const scheduleFor = (areaId: AreaId, playlistId: PlaylistId, round: number) => ({
  name: `Buổi ${round}`,
  areaId,
  playlistId,
  audience: { areaIds: [areaId], deviceIds: [] },
  time: {
    startDate: '2024-01-01',
    startTime: `0${round}:00`,
    endTime: `0${round}:30`,
    rrule: 'FREQ=DAILY',
    extraDates: [],
    exceptDates: [],
  },
  priority: 'normal' as const,
  fill: 'end' as const,
  volume: 80,
})

/** A playlist with one approved bulletin of text, as a clip would take an ffmpeg run. */
const prepareProgramme = async (
  api: Api,
  areaId: AreaId,
): Promise<{ playlistId: PlaylistId; scheduleId?: ScheduleId }> => {
  const media = join(ROOT, 'demo/seed/media/tiem-chung.ogg')
  let asset = await api.upload(media, { name: 'a.ogg', title: 'Bản tin', areaId, themeIds: [] })
  while (asset.ingest.step !== 'done') {
    await new Promise((resolve) => setTimeout(resolve, 200))
    asset = await api.asset(asset.id)
  }
  await api.approve(asset)
  const items = [{ kind: 'asset' as const, assetId: asset.id, durationMs: null }]
  const { id } = await api.addPlaylist({ name: 'Sáng', areaId, channel: 'audio', items })
  return { playlistId: id }
}

/** How large the messages are that were pushed, read from the server's own database. */
const manifestSizes = async (folder: string): Promise<number[]> => {
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(join(folder, 'loabang.db'), { readonly: true })
  const sizes = db
    .prepare('SELECT length(envelope) FROM manifest LIMIT 1')
    .pluck()
    .all() as number[]
  db.close()
  return sizes
}
