import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createApi } from '../../demo/api.ts'
import { bundlePlayer } from '../../setup/box/bundle.mjs'
import { MALLOC, NODE_FLAGS } from '../../setup/box/settings.mjs'
import { make } from '../support/ffmpeg.ts'
import { PULSEAUDIO, startPulse } from '../support/pulse.ts'
import { descendantsOf, type ProcessStats, statsOf } from './process-stats.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { PASSWORD, startServer } from './rig.ts'
import { FFMPEG, IS_FULL, sleep } from './sound.ts'

const ROOT = join(import.meta.dirname, '../..')
const CLIP = join(ROOT, 'demo/seed/media/tiem-chung.ogg')
/** Started, connected, decoded, and its first clip begun. */
const SETTLING_MS = 20_000
const MEASURED_S = IS_FULL ? 600 : 45
const PEER_S = IS_FULL ? 60 : 15
const HOURS = IS_FULL ? 24 : 2

/** A loudspeaker whose area plays one clip over and over, all day. */
const prepare = async (url: string): Promise<string> => {
  const api = createApi(url)
  await api.signIn('admin', PASSWORD)
  const tree = { code: '1', name: 'Xã', kind: 'commune' as const }
  const { id: areaId } = await api.importAreas(tree, 'Asia/Ho_Chi_Minh', '2024-01-01')
  let asset = await api.upload(CLIP, { name: 'a.ogg', title: 'Bản tin', areaId, themeIds: [] })
  while (asset.ingest.step !== 'done') {
    await sleep(200)
    asset = await api.asset(asset.id)
  }
  await api.approve(asset)
  const items = [{ kind: 'asset' as const, assetId: asset.id, durationMs: null }]
  const list = { name: 'Danh sách', areaId, channel: 'audio' as const, items }
  const { id: playlistId } = await api.addPlaylist(list)
  const time = {
    startDate: '2024-01-01',
    startTime: '00:00',
    endTime: '24:00',
    rrule: 'FREQ=DAILY',
  }
  await api.addSchedule({
    name: 'Cả ngày',
    areaId,
    playlistId,
    audience: { areaIds: [areaId], deviceIds: [] },
    time: { ...time, extraDates: [], exceptDates: [] },
    priority: 'normal' as const,
    fill: 'repeat' as const,
    volume: 80,
  })
  await api.publish()
  const device = await api.addDevice({ name: 'Loa', areaId, channels: ['audio'], canvas: null })
  return (await api.enrolmentCode(device.id)).code
}

type Seen = {
  stats: ProcessStats
  rss: number
  /** Of one core, without the children; and what these take together. */
  cpuPercent: number
  childrenPercent: number
  children: ProcessStats[]
}

const FFPLAY = 'ffplay, once per clip'

/** What a process and its children take on an average of some seconds. */
const watch = async (child: ChildProcess, seconds: number): Promise<Seen> => {
  const pid = child.pid as number
  const before = statsOf(pid).cpuMs
  const childrenBefore = new Map(descendantsOf(pid).map((one) => [one, statsOf(one).cpuMs]))
  const startedAt = performance.now()
  const rss: number[] = []
  for (let second = 0; second < seconds; second++) {
    await sleep(1_000)
    rss.push(statsOf(pid).rss)
  }
  const stats = statsOf(pid)
  const percent = (ms: number) => (100 * ms) / (performance.now() - startedAt)
  const cpuPercent = percent(stats.cpuMs - before)
  const childrenMs = descendantsOf(pid).map(
    (one) => statsOf(one).cpuMs - (childrenBefore.get(one) ?? 0),
  )
  const childrenPercent = percent(childrenMs.reduce((sum, ms) => sum + ms, 0))
  const children = descendantsOf(pid).map(statsOf)
  return { stats, rss: percentile(rss, 0.5), cpuPercent, childrenPercent, children }
}

const ended = async (child: ChildProcess) => {
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await gone
}

/** The peers play the same clip to the same server of sound. */
const peers = (folder: string, env: NodeJS.ProcessEnv) => {
  const wav = make(join(folder, 'clip.wav'), '-i', CLIP)
  const start = (program: string, ...args: string[]) =>
    spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' })
  return {
    [FFPLAY]: () => start('ffplay', '-nodisp', '-loop', '0', CLIP),
    'mpv, in a loop': () => start('mpv', '--no-video', '--ao=pulse', '--loop=inf', CLIP),
    'paplay, one wave file': () => start('paplay', wav),
    'bare Node that does nothing': () => start(process.execPath, '-e', 'setInterval(()=>{},1e6)'),
  }
}

const measurePeers = async (folder: string, env: NodeJS.ProcessEnv) => {
  const limit: Record<string, number | string> = {}
  for (const [name, start] of Object.entries(peers(folder, env))) {
    const child = start()
    const isThere = await new Promise((resolve) => {
      child.once('spawn', () => resolve(true))
      child.once('error', () => resolve(false))
    })
    if (!isThere) {
      limit[name] = 'not installed'
      continue
    }
    await sleep(3_000)
    const seen = await watch(child, PEER_S).catch(() => undefined)
    limit[`${name}: resident MB`] = seen ? rounded(seen.rss) : 'ended early'
    limit[`${name}: CPU %`] = seen ? rounded(seen.cpuPercent, 2) : 'ended early'
    if (child.exitCode === null) await ended(child)
  }
  return limit
}

/** Heap in use from the first simulated hour to the last, MB. */
const simulateHours = async (folder: string) => {
  const script = join(import.meta.dirname, 'footprint-hours.ts')
  const args = [...NODE_FLAGS, '--expose-gc', script, folder, String(HOURS)]
  const env = { ...process.env, ...MALLOC }
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const said: { used: number; rss: number }[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(JSON.parse(line))
    process.stderr.write(`\rfootprint: hour ${said.length - 1} of ${HOURS}`)
  }
  process.stderr.write('\n')
  const [first, last] = [said[0], said.at(-1)]
  if (!first || !last || said.length <= HOURS) throw new Error('the simulated player ended early')
  const megabytes = (bytes: number) => rounded(bytes / 2 ** 20, 2)
  return { grown: megabytes(last.used - first.used), grownRss: megabytes(last.rss - first.rss) }
}

/** What a player that is a loudspeaker and nothing else takes while it plays, as it is started on a box. */
export const footprint = async (): Promise<Report> => {
  if (!PULSEAUDIO) throw new Error('PulseAudio is needed: PULSEAUDIO_PATH')
  const folder = mkdtempSync(join(tmpdir(), 'loabang-footprint-'))
  const data = join(folder, 'player')
  const server = await startServer(join(folder, 'office'))
  const code = await prepare(server.url)
  const pulse = await startPulse()
  const bundle = await bundlePlayer(ROOT)
  bundle.write()
  const start = (flags: readonly string[], main: string, more: NodeJS.ProcessEnv) =>
    spawn(process.execPath, [...flags, main, ...['--data', data, '--output', 'pulse:horn']], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        ...pulse.env,
        ...more,
        SERVER_URL: server.url,
        ENROLMENT_CODE: code,
        FFMPEG_PATH: FFMPEG,
        DOWNLOAD_SPREAD_MINUTES: '0',
        LOG_LEVEL: 'error',
      },
    })
  const live = async (...[seconds, ...how]: [number, ...Parameters<typeof start>]) => {
    const player = start(...how)
    await sleep(SETTLING_MS)
    const seen = await watch(player, seconds)
    await ended(player)
    return seen
  }
  const box = { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...MALLOC }
  const plain = await live(5, [], join(ROOT, 'player/main.ts'), {})
  const first = await live(5, NODE_FLAGS, bundle.path, box)
  const seen = await live(MEASURED_S, NODE_FLAGS, bundle.path, box)
  const limit = await measurePeers(folder, pulse.env)
  await pulse.close()
  server.child.kill('SIGKILL')
  const { grown, grownRss } = await simulateHours(data)
  rmSync(folder, { recursive: true, force: true })

  const { stats, children } = seen
  const peer = limit[`${FFPLAY}: CPU %`]
  if (typeof peer !== 'number')
    throw new Error('ffplay is needed to compare with: apt-get install ffmpeg')
  const ratio = rounded(seen.cpuPercent / peer, 2)
  const browsers = children.filter(({ name }) => /chrom/i.test(name)).length
  const besides = children.map(({ name, rss }) => `${name} ${Math.round(rss)}`).join(', ')
  return reportOf('footprint', {
    figures: {
      'seconds measured': MEASURED_S,
      'resident MB, median': rounded(seen.rss),
      'of it its own': rounded(stats.own),
      'of it files, shared and given back under need': rounded(stats.files),
      'resident MB, most ever': rounded(stats.peak),
      'CPU % of one core': rounded(seen.cpuPercent, 2),
      'CPU % of its children': rounded(seen.childrenPercent, 2),
      'ours / ffplay': ratio,
      'children, resident MB': besides || 'none',
      'resident MB at the first start after an update': rounded(first.rss),
      'resident MB as started by hand, from its sources': rounded(plain.rss),
      'simulated hours of playing': HOURS,
      'heap grown in them, MB': grown,
      'resident grown in them, MB': grownRss,
    },
    limit,
    goals: [
      atMost('resident MB', rounded(seen.rss), 90),
      atMost('CPU, ours / ffplay', ratio, 2),
      atMost('browsers started', browsers, 0),
      atMost('heap grown, MB', grown, 1),
    ],
  })
}
