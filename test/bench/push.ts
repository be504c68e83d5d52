import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AreaId, PlaylistId, ScheduleId } from '#protocol'
import { createApi } from '../../demo/api.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { now, PASSWORD, residentKb, startPlayers, startRaw, startServer } from './rig.ts'

const PLAYERS = 1_000
const ROUNDS = 6
const ROOT = join(import.meta.dirname, '../..')

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
      ours.push((await players.until(PLAYERS, 'applied')).map((at) => at - publishedAt))

      const [stored] = await manifestSizes(folder)
      bytes = stored ?? 0
      rawPlayers.reset()
      const sentAt = now()
      raw.broadcast('x'.repeat(bytes))
      bare.push((await rawPlayers.until(PLAYERS, 'heard')).map((at) => at - sentAt))
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
    for (const one of [players, rawPlayers]) one.kill()
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
    .prepare(
      'SELECT length(head) + length(body) + length(tail) FROM manifest JOIN holding ON sha256 = holding LIMIT 1',
    )
    .pluck()
    .all() as number[]
  db.close()
  return sizes
}
