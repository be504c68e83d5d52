import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import pino from 'pino'
import type { AreaId, EnrolAnswer, JournalRecord, Play } from '#protocol'
import { createApi } from '../../demo/api.ts'
import { readConfig } from '../../player/config.ts'
import { askServer } from '../../player/identity/ask-server.ts'
import { enrol } from '../../player/identity/identity.ts'
import { startPlayer } from '../../player/player.ts'
import { composeServer } from '../../server/compose.ts'
import { readConfig as readServerConfig } from '../../server/config.ts'
import { atMost, type Report, reportOf, rounded } from './report.ts'
import { openSimulated } from './silent-stage.ts'
import { simulateTime } from './simulated-time.ts'

const DAYS = 30
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const PASSWORD = 'bench-password-0000'
const SESSIONS = ['05:00', '11:00', '17:00']
const ROOT = join(import.meta.dirname, '../..')
/** Vietnam is seven hours ahead, all year. */
const ZONE_MS = 7 * 3_600_000

const log = pino({ level: 'silent' })

/** A line that can be cut: nobody answers behind it, and what was connected is torn. */
const createLine = async (port: number) => {
  const sockets = new Set<Socket>()
  let isCut = false
  const server: Server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    close: () => server.close(),
  }
}

const startOffice = async (folder: string) => {
  const environment = {
    ...{ PORT: '0', DATA_DIR: folder, ADMIN_PASSWORD: PASSWORD },
    FOUR_EYES: 'no',
  }
  const config = readServerConfig([], { ...environment, FFMPEG_PATH: process.env.FFMPEG_PATH })
  const server = await composeServer(config, log)
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
  return { ...server, port: (server.http.address() as AddressInfo).port }
}

/** Three sessions a day of real clips, for two loudspeakers of one area. */
const prepare = async (url: string) => {
  const api = createApi(url)
  await api.signIn('admin', PASSWORD)
  const tree = { code: '1', name: 'Xã', kind: 'commune' as const }
  const { id: areaId } = await api.importAreas(tree, 'Asia/Ho_Chi_Minh', '2024-01-01')
  const items = []
  for (const title of ['Bản tin 1', 'Bản tin 2']) {
    const media = join(ROOT, 'demo/seed/media/tiem-chung.ogg')
    let asset = await api.upload(media, { name: 'a.ogg', title, areaId, themeIds: [] })
    while (asset.ingest.step !== 'done') {
      await new Promise((resolve) => setTimeout(resolve, 200))
      asset = await api.asset(asset.id)
    }
    await api.approve(asset)
    items.push({ kind: 'asset' as const, assetId: asset.id, durationMs: null })
  }
  const list = { name: 'Danh sách', areaId: areaId as AreaId, channel: 'audio' as const, items }
  const { id: playlistId } = await api.addPlaylist(list)
  for (const startTime of SESSIONS) {
    await api.addSchedule({
      name: `Buổi ${startTime}`,
      areaId,
      playlistId,
      audience: { areaIds: [areaId], deviceIds: [] },
      time: {
        startDate: '2024-01-01',
        startTime,
        endTime: `${startTime.slice(0, 2)}:05`,
        rrule: 'FREQ=DAILY',
        extraDates: [],
        exceptDates: [],
      },
      priority: 'normal' as const,
      fill: 'repeat' as const,
      volume: 80,
    })
  }
  await api.publish()
  const codes = []
  for (const name of ['A', 'B']) {
    const device = await api.addDevice({ name, areaId, channels: ['audio'], canvas: null })
    codes.push((await api.enrolmentCode(device.id)).code)
  }
  return codes
}

/** From a minute before a session to a minute after it: then time goes in small steps. */
const isNearSession = (at: number): boolean => {
  const minute = Math.floor(((at + ZONE_MS) % DAY_MS) / MINUTE_MS)
  return SESSIONS.some((time) => {
    const start = Number(time.slice(0, 2)) * 60
    return minute >= start - 1 && minute < start + 6
  })
}

const told = ({ asset, plannedStartAt, plannedEndAt, startAt, outcome }: Play): string =>
  [plannedStartAt, plannedEndAt, startAt, asset.sha256, outcome].join(' ')

/** What the office holds of a device, and whether it holds each record exactly once. */
const heldOf = (folder: string, { deviceId }: EnrolAnswer) => {
  const db = new BetterSqlite3(join(folder, 'loabang.db'), { readonly: true })
  const rows = db
    .prepare<[string], string>('SELECT bytes FROM journal_record WHERE device_id = ? ORDER BY seq')
    .pluck()
    .all(deviceId)
  const plays = db
    .prepare<[string], number>('SELECT count(*) FROM play WHERE device_id = ?')
    .pluck()
    .get(deviceId)
  const incidents = db.prepare<[], number>('SELECT count(*) FROM incident').pluck().get()
  db.close()
  return { records: rows.map((bytes) => JSON.parse(bytes) as JournalRecord), plays, incidents }
}

const ownOf = (folder: string): number => {
  const db = new BetterSqlite3(join(folder, 'journal.db'), { readonly: true })
  const next = db.prepare<[], string>("SELECT value FROM state WHERE name = 'next'").pluck().get()
  db.close()
  return Number(next)
}

/**
 * Thirty days of two loudspeakers with the same plan: one connected, one without any network, on the
 * real office, the real players and real sockets, in simulated time.
 */
export const offline30 = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-offline30-'))
  const officeFolder = join(folder, 'office')
  const first = await startOffice(officeFolder)
  const codes = await prepare(`http://127.0.0.1:${first.port}`)
  const enrolAs = (name: string, code = '') => {
    const url = `http://127.0.0.1:${first.port}`
    return enrol(join(folder, name), url, code, (keys) =>
      askServer(url, { code, software: 'bench', ...keys }),
    )
  }
  const identities = { a: await enrolAs('a', codes[0]), b: await enrolAs('b', codes[1]) }
  await first.close()
  first.http.closeAllConnections()

  const began = process.uptime()
  const time = simulateTime()
  try {
    const office = await startOffice(officeFolder)
    const line = await createLine(office.port)
    const start = (name: 'a' | 'b', port: number) => {
      const environment = { DATA_DIR: join(folder, name), DOWNLOAD_SPREAD_MINUTES: '0' }
      const identity = { ...identities[name], server: `http://127.0.0.1:${port}` }
      return startPlayer(
        readConfig([], environment),
        identity,
        'bench',
        log,
        () => {},
        openSimulated,
      )
    }
    const players = { a: start('a', office.port), b: start('b', line.port) }
    await time.pass(10 * MINUTE_MS, 100)
    line.cut()
    const cutAt = time.now()
    let shown = 0
    while (time.now() < cutAt + DAYS * DAY_MS) {
      await time.pass(MINUTE_MS, isNearSession(time.now()) ? 50 : 2_000)
      const day = Math.floor((time.now() - cutAt) / DAY_MS)
      if (day > shown) process.stderr.write(`\roffline30: day ${day} of ${DAYS}`)
      shown = day
    }
    const offlineUntil = time.now()
    line.mend()
    await time.pass(30 * MINUTE_MS, 250)
    await players.a.stop()
    await players.b.stop()
    process.stderr.write('\n')
    const seconds = process.uptime() - began

    const held = {
      a: heldOf(officeFolder, identities.a.enrolment),
      b: heldOf(officeFolder, identities.b.enrolment),
    }
    const playsIn = (records: readonly JournalRecord[]): Play[] =>
      records
        .flatMap(({ event }) => (event.kind === 'play' ? [event.play] : []))
        .filter(({ plannedStartAt: at }) => at > cutAt && at < offlineUntil)
    const [a, b] = [playsIn(held.a.records), playsIn(held.b.records)]
    const differing =
      Math.max(a.length, b.length) -
      a.filter((play, index) => {
        const other = b[index]
        return other && told(play) === told(other)
      }).length
    const farthest = Math.max(
      0,
      ...a.map((play, index) => Math.abs((play.startAt ?? 0) - (b[index]?.startAt ?? 0))),
    )
    // The stop itself is written after the last message: it is sent at the next start.
    const missing = (name: 'a' | 'b') => ownOf(join(folder, name)) - 1 - held[name].records.length
    const twice = (name: 'a' | 'b') =>
      held[name].records.length - new Set(held[name].records.map(({ seq }) => seq)).size
    line.close()
    await Promise.race([office.close(), time.pass(MINUTE_MS, 100)])
    return reportOf('offline30', {
      figures: {
        'simulated days without network': DAYS,
        'plays of the connected one': a.length,
        'plays of the one without network': b.length,
        'completed, without network': b.filter(({ outcome }) => outcome === 'completed').length,
        'records delivered afterwards': held.b.records.length,
        'farthest apart in starting, ms': farthest,
        'days a second': rounded(DAYS / seconds, 2),
      },
      limit: { 'seconds in all': rounded(seconds) },
      goals: [
        atMost('plays that differ', differing, 0),
        atMost('runs without plays', b.length > DAYS * SESSIONS.length ? 0 : 1, 0),
        atMost('records not delivered', missing('a') + missing('b'), 0),
        atMost('records stored twice', twice('a') + twice('b'), 0),
        atMost('contradictions filed', held.a.incidents ?? 0, 0),
      ],
    })
  } finally {
    time.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
