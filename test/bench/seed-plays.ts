import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { addDays, startOfDay } from '#playlists'
import { type Area, AreaTree, type JournalRecord, type LocalDate, type Sha256 } from '#protocol'
import { createCoverageSum, tallyOf } from '../../server/evidence/coverage-sum.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { searchText } from '../../server/store/search-text.ts'
import { createStore } from '../../server/store/store.ts'
import { aPlay, sha } from '../support/builders.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const FIRST_DAY: LocalDate = '2024-01-01'
const DEVICES_PER_COMMUNE = 10
const PLAYS_PER_DAY = 20
const EVERY_MS = 180_000
const START_OF_DAY_MS = 5 * 3_600_000
const THEMES = 6
const TITLES = 60
const COMMUNE_KINDS = ['ward', 'commune', 'township']

export type Seeded = {
  plays: number
  from: LocalDate
  to: LocalDate
  communes: Area[]
  district: Area
  deviceIds: string[]
  themeIds: string[]
}

const id = (kind: number, number: number) =>
  `01890000-0000-7000-8000-${String(kind).padStart(4, '0')}${number.toString(16).padStart(8, '0')}`

/** Indexes are built once the rows are in: that is what makes filling fast. */
const withoutIndexes = (database: BetterSqlite3.Database, fill: () => void) => {
  const indexes = database
    .prepare(
      `SELECT name, sql FROM sqlite_master
       WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('play', 'play_theme')`,
    )
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`)
  fill()
  for (const { sql } of indexes) database.exec(sql)
}

/**
 * Fills an empty folder with a province that has played for weeks or months: 143 communes, ten
 * loudspeakers each, twenty plays a day, in the tables and with the counters that an ingest makes.
 */
export const seedPlays = async (folder: string, plays: number): Promise<Seeded> => {
  const opened = await openSqlite(folder)
  const store = createStore(opened.db, ZONE)
  const seed = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../demo/seed/areas.json'), 'utf8'),
  )
  await store.areas.importTree(AreaTree.parse(seed.province), null, {
    timeZone: ZONE,
    validFrom: '2024-01-01',
  })
  const areas = await store.areas.list()
  await opened.close()
  const communes = areas.filter(({ kind }) => COMMUNE_KINDS.includes(kind))
  const deviceCount = communes.length * DEVICES_PER_COMMUNE
  const days = Math.max(1, Math.round(plays / (deviceCount * PLAYS_PER_DAY)))

  const database = new BetterSqlite3(join(folder, 'loabang.db'))
  database.pragma('synchronous = OFF')
  database.pragma('cache_size = -400000')
  database.pragma('temp_store = MEMORY')
  const insert = (table: string, columns: readonly string[], more = '') => {
    const statement = database.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ${more}`,
    )
    return (...values: unknown[]) => void statement.run(...values)
  }
  const addDevice = insert('device', [
    ...['id', 'name', 'area_id', 'channels', 'created_at', 'stamp'],
  ])
  const addRecord = insert('journal_record', ['device_id', 'epoch', 'seq', 'bytes', 'received_at'])
  const addPlay = insert('play', [
    ...['device_id', 'epoch', 'seq', 'planned_start_at', 'area_id', 'channel', 'schedule_id'],
    ...['asset_sha256', 'revision', 'outcome', 'cause', 'played_ms', 'text_key'],
  ])
  const addTheme = insert('play_theme', [
    ...['device_id', 'epoch', 'seq', 'theme_id', 'planned_start_at'],
  ])
  const addText = insert('play_text', ['key', 'search'], 'ON CONFLICT DO NOTHING')
  const counters = [
    ...['plays', 'played_ms', 'completed', 'partial', 'failed', 'planned', 'delivered'],
    ...['shortened', 'missed', 'unknown', 'withheld'],
  ]
  const addCoverage = insert(
    'coverage',
    ['dimension', 'value', 'period', 'area_id', 'theme_id', 'channel', ...counters],
    `ON CONFLICT DO UPDATE SET ${counters.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
  )
  const themes = Array.from({ length: THEMES }, (_, index) => ({
    ...{ id: id(2, index) as never, code: `${1 + Math.floor(index / 4)}.${1 + (index % 4)}` },
    ...{ name: `Chủ đề số ${index + 1}`, campaign: 'Đợt tuyên truyền' },
  }))
  const addSeen = insert('theme_seen', ['id', 'code', 'name', 'campaign'])
  const shas = Array.from({ length: TITLES }, (_, index) => sha(`clip ${index}`))
  const deviceIds = Array.from({ length: deviceCount }, (_, index) => id(1, index))
  const firstDay = startOfDay(FIRST_DAY, ZONE)

  const fillDay = (day: number) => {
    const date = addDays(FIRST_DAY, day)
    const sum = createCoverageSum()
    for (let device = 0; device < deviceCount; device++) {
      const area = communes[Math.floor(device / DEVICES_PER_COMMUNE)] as Area
      const deviceId = deviceIds[device] as string
      const name = `Cụm loa ${device}`
      for (let slot = 0; slot < PLAYS_PER_DAY; slot++) {
        const seq = day * PLAYS_PER_DAY + slot
        const title = (day * 7 + slot * 3) % TITLES
        const theme = themes[title % THEMES] as (typeof themes)[number]
        // A few of each kind of trouble, always the same ones.
        const luck = (device * 7919 + seq * 104_729) % 1000
        const outcome =
          luck < 960 ? 'completed' : luck < 980 ? 'partial' : luck < 990 ? 'interrupted' : 'failed'
        const cause = {
          completed: null,
          partial: 'joined-late',
          interrupted: 'player-killed',
          failed: 'media-missing',
        }[outcome] as never
        const plannedStartAt = firstDay + day * 86_400_000 + START_OF_DAY_MS + slot * EVERY_MS
        const play = aPlay({
          ...{
            device: name,
            outcome,
            cause,
            plannedStartAt,
            plannedEndAt: plannedStartAt + 170_000,
          },
          ...{ startAt: plannedStartAt, endAt: plannedStartAt + 170_000 },
          playedMs: outcome === 'failed' ? 0 : 170_000,
          area: { id: area.id, code: area.code, path: area.path },
          asset: { ...aPlay().asset, sha256: shas[title] as Sha256, title: `Bản tin số ${title}` },
          themes: [theme],
        })
        const record: JournalRecord = {
          ...{ v: 1, deviceId: deviceId as never, epoch: 0, seq, prev: shas[0] as Sha256 },
          ...{ at: plannedStartAt + 170_000, clock: { grade: 'synced', errorMs: 3 } },
          event: { kind: 'play', play },
        }
        const search = searchText(play.asset.title, name, ...area.path, theme.code, theme.name)
        const key = `${title.toString(16).padStart(4, '0')}${device.toString(16).padStart(8, '0')}${theme.code}`
        if (day < TITLES) addText(key, search)
        addRecord(deviceId, 0, seq, JSON.stringify(record), plannedStartAt + 200_000)
        addPlay(
          ...[deviceId, 0, seq, plannedStartAt, area.id, 'audio', play.scheduleId],
          ...[play.asset.sha256, 1, outcome, cause, play.playedMs, key],
        )
        addTheme(deviceId, 0, seq, theme.id, plannedStartAt)
        const counted = {
          ...{ date, areaId: area.id, deviceId: deviceId as never, channel: 'audio' as const },
          ...{ themeIds: [theme.id], labels: undefined, approvedBy: play.approvedBy },
        }
        const stated =
          outcome === 'completed'
            ? { delivered: 1 }
            : outcome === 'failed'
              ? { missed: 1 }
              : { shortened: 1 }
        sum.add(counted, { ...tallyOf(play), planned: 1, ...stated })
      }
    }
    for (const { tally, ...key } of sum.entries()) {
      const { playedMs, plays: count, completed, partial, failed, planned } = tally
      addCoverage(
        ...[key.dimension, key.value, key.period, key.areaId, key.themeId, key.channel],
        ...[count, playedMs, completed, partial, failed, planned, tally.delivered],
        ...[tally.shortened, tally.missed, tally.unknown, tally.withheld],
      )
    }
  }

  for (const { id: themeId, code, name, campaign } of themes) addSeen(themeId, code, name, campaign)
  for (const [index, deviceId] of deviceIds.entries()) {
    const area = communes[Math.floor(index / DEVICES_PER_COMMUNE)] as Area
    addDevice(deviceId, `Cụm loa ${index}`, area.id, '["audio"]', firstDay, index + 1)
  }
  withoutIndexes(database, () => {
    for (let day = 0; day < days; day++) database.transaction(() => fillDay(day))()
  })
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
  const district = areas.find(({ kind }) => kind === 'district') as Area
  return {
    ...{
      plays: days * deviceCount * PLAYS_PER_DAY,
      from: FIRST_DAY,
      communes,
      district,
      deviceIds,
    },
    to: addDays(FIRST_DAY, days - 1),
    themeIds: themes.map((theme) => theme.id),
  }
}
