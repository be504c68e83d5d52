import { v7 as uuid } from 'uuid'
import {
  type AreaId,
  type AreaTree,
  type AssetId,
  type Playlist,
  type PlaylistId,
  PlaylistInput,
  type Schedule,
  type ScheduleId,
  ScheduleInput,
} from '#protocol'
import { createEnrolmentCodes } from '../../server/access/enrolment-codes.ts'
import { loadSessionSecret } from '../../server/publish/signing-key.ts'
import type { Entry } from '../../server/store/content.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { EDITOR, sha } from '../support/builders.ts'
import { approveAsset } from '../support/change-asset.ts'
import { makeKeys } from './rig.ts'

const DISTRICTS = 100
const COMMUNES = 10
const DEVICES = 10
const CLIPS = 20
const LISTS = 40
const COMMUNE_SCHEDULES = 180
const PROVINCE_SCHEDULES = 20
const ROWS = 500

export type World = {
  /** Codes with which players enrol: the devices of the first districts, in order. */
  codes: string[]
  /** Reaches the devices of the first district. */
  hundred: ScheduleId
  /** Reaches the devices of all players. */
  everybody: ScheduleId
  devices: number
  schedules: number
}

/** A province: 100 districts of 10 communes of 10 loudspeakers, and 300 recurring schedules. */
const province = (): AreaTree => ({
  code: 'p',
  name: 'Tỉnh',
  kind: 'province',
  children: Array.from({ length: DISTRICTS }, (_, district) => ({
    code: `d${district}`,
    name: `Huyện ${district}`,
    kind: 'district' as const,
    children: Array.from({ length: COMMUNES }, (_, commune) => ({
      code: `c${district}.${commune}`,
      name: `Xã ${district}.${commune}`,
      kind: 'commune' as const,
    })),
  })),
})

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * Fills an empty folder with a world before a server opens it.
 * @param players how many will enrol
 * @param ofCommunes how many schedules are of one commune
 * @param ofProvince how many are of all
 */
export const makeWorld = async (
  folder: string,
  players: number,
  ofCommunes = COMMUNE_SCHEDULES,
  ofProvince = PROVINCE_SCHEDULES,
): Promise<World> => {
  const enrolmentCodes = createEnrolmentCodes(loadSessionSecret(makeKeys(folder)))
  const { db, close } = await openSqlite(folder)
  const store = createStore(db)
  const at = Date.now()
  await store.areas.importTree(province(), null, {
    timeZone: 'Asia/Ho_Chi_Minh',
    validFrom: '2024-01-01',
  })
  const areas = new Map((await store.areas.list()).map(({ code, id }) => [code, id]))
  const areaOf = (code: string) => areas.get(code) as AreaId

  const codes: string[] = []
  const devices = Array.from({ length: DISTRICTS * COMMUNES * DEVICES }, (_, index) => {
    const commune = Math.floor(index / DEVICES)
    const isPlayer = index < players
    const id = uuid()
    if (isPlayer) codes.push(`PLAYER-${two(index)}`)
    return {
      id,
      name: `Loa ${index}`,
      area_id: areaOf(`c${Math.floor(commune / COMMUNES)}.${commune % COMMUNES}`),
      channels: '["audio"]',
      canvas: null,
      device_key: isPlayer ? null : id,
      journal_key: isPlayer ? null : id,
      enrolled_at: isPlayer ? null : at,
      last_seen_at: null,
      applied_revision: null,
      screenshot: null,
      created_at: at,
      stamp: 0,
    }
  })
  await db.transaction().execute(async (tx) => {
    for (let start = 0; start < devices.length; start += ROWS)
      await tx
        .insertInto('device')
        .values(devices.slice(start, start + ROWS))
        .execute()
    const rows = codes.map((code, index) => ({
      code_hash: enrolmentCodes.hash(code),
      device_id: devices[index]?.id ?? '',
      expires_at: at + 3_600_000,
      used_by_key: null,
    }))
    for (let start = 0; start < rows.length; start += ROWS)
      await tx
        .insertInto('enrolment_code')
        .values(rows.slice(start, start + ROWS))
        .execute()
  })

  const clips: AssetId[] = []
  for (let index = 0; index < CLIPS; index++) {
    const title = `Bài ${index}`
    const original = { name: 'a', sha256: sha(title), bytes: 1 }
    const rest = { language: 'vi' as const, areaId: areaOf('p'), themeIds: [], createdBy: 'x' }
    const id = await store.assets.add({ title, original, ...rest }, at)
    const rendition = {
      sha256: sha(title),
      mime: 'audio/ogg',
      bytes: 1_000_000,
      durationMs: 60_000 + index * 10_000,
      width: null,
      height: null,
      loudnessLufs: -16,
      truePeakDbtp: -2,
    }
    const nothing = { waveform: null, thumbnail: null }
    await store.assets.finishIngest(id, { kind: 'clip', rendition, ...nothing })
    await approveAsset(store, id, at, 'x')
    clips.push(id)
  }

  const entries: Entry[] = []
  const lists = Array.from({ length: LISTS }, (_, index): PlaylistId => {
    const id = uuid() as PlaylistId
    const items = Array.from({ length: 5 }, (_, item) => ({
      kind: 'asset',
      assetId: clips[(index + item) % CLIPS],
      durationMs: null,
    }))
    const body = { name: `Danh sách ${index}`, areaId: areaOf('p'), channel: 'audio', items }
    const value: Playlist = { id, version: 1, ...PlaylistInput.parse(body) }
    entries.push({ what: 'playlist', id, value })
    return id
  })
  /** Of a higher class it is on air wherever it is heard: an edit of it changes every plan. */
  const schedule = (
    name: string,
    areaIds: AreaId[],
    slot: number,
    priority: 'normal' | 'priority' = 'normal',
  ): ScheduleId => {
    const id = uuid() as ScheduleId
    const hour = 5 + (slot % 14)
    const body = {
      name,
      areaId: areaIds.length === 1 ? areaIds[0] : areaOf('p'),
      playlistId: lists[slot % LISTS],
      audience: { areaIds, deviceIds: [] },
      time: {
        startDate: '2024-01-01',
        startTime: `${two(hour)}:${two((slot * 7) % 60)}`,
        endTime: `${two(hour + 1)}:${two((slot * 7) % 60)}`,
        rrule: slot % 3 === 0 ? 'FREQ=DAILY' : 'FREQ=WEEKLY;BYDAY=MO,WE,FR,SU',
        extraDates: [],
        exceptDates: [],
      },
      priority,
      fill: 'end',
      volume: 80,
    }
    const value: Schedule = { id, version: 1, ...ScheduleInput.parse(body) }
    entries.push({ what: 'schedule', id, value })
    return id
  }
  const perDistrict = Array.from({ length: DISTRICTS }, (_, index) =>
    schedule(`Huyện ${index}`, [areaOf(`d${index}`)], index, index === 0 ? 'priority' : 'normal'),
  )
  for (let index = 0; index < ofCommunes; index++) {
    const district = (index + Math.floor(index / DISTRICTS) * 7) % DISTRICTS
    const commune = Math.floor(index / DISTRICTS)
    schedule(`Xã ${index}`, [areaOf(`c${district}.${commune}`)], index * 3)
  }
  const playerDistricts = Math.ceil(players / (COMMUNES * DEVICES))
  const chosen = Array.from({ length: playerDistricts }, (_, index) => areaOf(`d${index}`))
  const everybody = schedule('Nhiều huyện', chosen, 1, 'priority')
  for (let index = 1; index < ofProvince; index++)
    schedule(`Tỉnh ${index}`, [areaOf('p')], index * 5)
  await store.draft.as(EDITOR).change(() => entries)
  await close()
  return {
    codes,
    hundred: perDistrict[0] as ScheduleId,
    everybody,
    devices: devices.length,
    schedules: entries.length - LISTS,
  }
}
