import pino from 'pino'
import { v7 as uuid } from 'uuid'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AssetId, type Schedule, type ScheduleId, ScheduleInput } from '#protocol'
import { composeServer } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { createPlanning } from '../../server/planning/planning.ts'
import { createMemory } from '../../server/programme/memory.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { addPublication } from '../../server/store/publications.ts'
import { sha } from '../support/builders.ts'
import { approveAsset } from '../support/change-asset.ts'
import {
  type Office,
  openOffice,
  playlistBody,
  publishDraft,
  scheduleBody,
} from '../support/office.ts'
import { tempFolder } from '../support/temp-folder.ts'

const NOW = 1_731_276_000_000

/** Stills that are ready and approved. */
const stills = async ({ store, areas }: Office, count: number): Promise<AssetId[]> => {
  const ids: AssetId[] = []
  for (let index = 0; index < count; index++) {
    const title = `Ảnh ${index}`
    const original = { name: 'a.png', sha256: sha(title), bytes: 1 }
    const areaId = areas['91'] as never
    const id = await store.assets.add(
      { title, language: 'vi', areaId, themeIds: [], original, createdBy: 'x' },
      NOW,
    )
    const rendition = {
      ...{ sha256: sha(id), mime: 'image/webp', bytes: 9, durationMs: null },
      ...{ width: 640, height: 360, loudnessLufs: null, truePeakDbtp: null },
    }
    const rest = { waveform: null, thumbnail: null }
    await store.assets.finishIngest(id, { kind: 'image', rendition, ...rest })
    await approveAsset(store, id, NOW)
    ids.push(id)
  }
  return ids
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

describe('the planning thread', () => {
  const planningOf = async (bounds: { heapMb?: number; patienceMs?: number }) => {
    const folder = tempFolder()
    const opened = await openSqlite(folder)
    onTestFinished(() => opened.close())
    const options = {
      secret: 'x',
      timeZone: 'Asia/Ho_Chi_Minh',
      relayHosts: [],
      log: pino({ level: 'silent' }),
    }
    const planning = createPlanning({ database: { folder }, ...options, ...bounds })
    onTestFinished(() => planning.close())
    return planning
  }
  const asked = { grants: [], at: NOW, userId: 'x', twoPeopleForLive: true }

  test('answers, and says what a task refuses', async () => {
    const planning = await planningOf({})
    expect(await planning.ask('impact', asked)).toMatchObject({ devices: 0, changes: [] })
    const unknown = planning.ask('why', { id: 'x' as never, instant: NOW, ...asked })
    await expect(unknown).rejects.toMatchObject({ code: 'not-found', params: { what: 'device' } })
  })

  test('ends without the server when a task needs more memory than it may', async () => {
    const planning = await planningOf({ heapMb: 6 })
    const all = [1, 2, 3].map(() => planning.ask('impact', asked))
    for (const one of await Promise.allSettled(all))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'planning-failed' } })
  })

  test('is ended when a task takes longer than it may', async () => {
    const planning = await planningOf({ patienceMs: 1 })
    await expect(planning.ask('impact', asked)).rejects.toMatchObject({ code: 'planning-failed' })
  })
})

test('a server that stops waits for no plan: what is asked is refused, and no device is blamed', async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, folder } = office
  const images = await stills(office, 1)
  const body = playlistBody(areas['91'] ?? '', images, { channel: 'screen' })
  const list = String((await admin.post('/api/playlists', body)).json.id)
  await admin.post('/api/schedules', scheduleBody(areas['30964'] ?? '', list, { fill: 'repeat' }))
  await office.device('30964', ['screen'])
  await publishDraft(admin)
  await office.stop()
  const logged: Record<string, unknown>[] = []
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(JSON.parse(line)) })
  const config = readConfig([], { PORT: '0', DATA_DIR: folder, PATH: process.env.PATH })
  const again = await composeServer(config, log)
  await again.close()
  expect(logged.filter(({ level }) => level === 50)).toEqual([])
})

describe('legal input that is very large', () => {
  test('80 schedules share one board: they are saved, looked at and published', async () => {
    const office = await openOffice('sqlite')
    const { admin, areas, store } = office
    const [province, commune] = [areas['91'] ?? '', areas['30964'] ?? '']
    const images = await stills(office, 60)
    const deviceId = await office.device('30964', ['screen'])
    const listOf = async (count: number) => {
      const body = playlistBody(province, images.slice(0, count), { channel: 'screen' })
      return String((await admin.post('/api/playlists', body)).json.id)
    }
    const [few, many] = [await listOf(20), await listOf(60)]
    const bodyOf = (index: number) =>
      scheduleBody(commune, index < 20 ? few : many, {
        name: `Lịch ${index}`,
        fill: 'repeat',
        weight: 1 + (index % 60),
        time: { startTime: clock(300 + index * 7), endTime: clock(800 + index * 7) },
      })
    await store.draft.as(null).change(() =>
      Array.from({ length: 79 }, (_, index) => {
        const id = uuid() as ScheduleId
        const value: Schedule = { id, version: 1, ...ScheduleInput.parse(bodyOf(index)) }
        return { what: 'schedule', id, value }
      }),
    )
    expect((await admin.post('/api/schedules', bodyOf(79))).status).toBe(201)
    expect((await admin.get('/api/draft/impact')).json).toMatchObject({ devices: 1 })
    expect((await publishDraft(admin)).json).toMatchObject({ devices: 1 })
    const manifest = await store.manifests.get(deviceId)
    const { days } = JSON.parse(
      Buffer.from(manifest?.envelope.payload ?? '', 'base64').toString(),
    ) as { days: { plans: { screen: string } }[] }
    const plan = await store.manifests.plan(days.at(-1)?.plans.screen as never)
    expect(plan?.length).toBeLessThan(8_000_000)
  })

  test('a plan that no device takes is refused before it is saved, and what is stored harms nobody', async () => {
    const office = await openOffice('sqlite')
    const { admin, areas, store } = office
    const [province, commune] = [areas['91'] ?? '', areas['30964'] ?? '']
    const board = await office.device('30964', ['screen'])
    const images = await stills(office, 20)
    const every = (durationMs: number) => ({
      channel: 'screen',
      items: Array.from({ length: 2_000 }, (_, index) => ({
        ...{ kind: 'asset', assetId: images[index % 20], durationMs },
      })),
    })
    const inner = await admin.post('/api/playlists', playlistBody(province, [], every(1_000)))
    const nested = (times: number) => ({
      channel: 'screen',
      items: Array.from({ length: times }, () => ({
        ...{ kind: 'playlist', playlistId: inner.json.id, take: null },
      })),
    })
    const outer = await admin.post('/api/playlists', playlistBody(province, [], nested(8)))
    const bodyOf = (name: string) =>
      scheduleBody(commune, String(outer.json.id), {
        ...{ name, fill: 'repeat', time: { startTime: '00:00', endTime: '24:00' } },
      })
    const first = await admin.post('/api/schedules', bodyOf('Bảng tin cả ngày'))
    expect(first.status).toBe(201)
    const second = await admin.post('/api/schedules', bodyOf('Bảng tin thứ hai'))
    expect(second).toMatchObject({ status: 422, json: { code: 'plan-too-large' } })
    expect(second.json.title).toMatch(/“Bảng tin (cả ngày|thứ hai)”/)
    expect((await admin.get('/api/schedules')).json).toHaveLength(1)

    // A list of others that grows is refused in the same way.
    const small = await admin.post('/api/playlists', playlistBody(province, [], nested(1)))
    const other = { ...bodyOf('Bảng tin thứ ba'), playlistId: small.json.id }
    expect((await admin.post('/api/schedules', other)).status).toBe(201)
    const grown = await admin.send('PUT', `/api/playlists/${small.json.id}`, {
      ...{ version: 1, ...playlistBody(province, [], nested(9)) },
    })
    expect(grown).toMatchObject({ status: 422, json: { code: 'plan-too-large' } })

    // Nobody can save it any more; a row of an older version may hold it.
    const id = uuid() as ScheduleId
    const value: Schedule = {
      ...{ id, version: 1, ...ScheduleInput.parse(bodyOf('Bảng tin thứ hai')) },
    }
    await store.draft.as(null).change(() => [{ what: 'schedule', id, value }])
    const refused = await publishDraft(admin)
    expect(refused).toMatchObject({ status: 422, json: { code: 'plan-too-large' } })
    expect((await admin.get('/api/draft')).status).toBe(200)

    // What is published already and cannot be compiled is set aside: others get what is theirs.
    const { draft: content, number: base } = await createMemory(store).look()
    await store.manifests.save(new Map(), [], [], (tx) =>
      addPublication(tx, { base, at: NOW, by: 'Lan', changes: [], restored: null, content }, []),
    )
    const loudspeaker = await office.device('30988')
    const list = playlistBody(province, [await office.clip('Bản tin')])
    const sound = await admin.post('/api/playlists', list)
    const heard = scheduleBody(areas['30988'] ?? '', String(sound.json.id))
    expect((await admin.post('/api/schedules', heard)).status).toBe(201)
    expect((await publishDraft(admin)).json).toMatchObject({ devices: 1 })
    expect(await store.manifests.get(loudspeaker)).toBeDefined()
    expect(await store.manifests.get(board)).toBeUndefined()
    const alerts = (await admin.get('/api/alerts')).json as unknown as object[]
    expect(alerts).toContainEqual(expect.objectContaining({ kind: 'uncompiled', deviceId: board }))
  })
})
