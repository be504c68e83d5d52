import { describe, expect, test } from 'vitest'
import { dateAt, startOfDay } from '#playlists'
import {
  AirEffect,
  type Asset,
  type AssetId,
  DayPlan,
  type DeviceId,
  Manifest,
  NO_POLICY,
} from '#protocol'
import {
  type EngineName,
  type Office,
  openOffice,
  playlistBody,
  publishDraft,
  scheduleBody,
} from '../support/office.ts'
import { startServer, withAreas } from '../support/server.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const DAY_MS = 86_400_000
const ENGINES: EngineName[] = ['sqlite', 'postgres']
/** A window that is open whenever the test runs, and so one of its items is on air. */
const ALL_DAY = { startTime: '00:00', endTime: '24:00' }

const held = async ({ store }: Pick<Office, 'store'>, id: DeviceId) => {
  const stored = await store.manifests.get(id)
  if (!stored) throw new Error('the device has no manifest')
  const text = Buffer.from(stored.envelope.payload, 'base64').toString('utf8')
  return Manifest.parse(JSON.parse(text))
}

/** What a device plays on a day: 0 is today. */
const itemsOf = async (office: Office, id: DeviceId, day = 0) => {
  const { days } = await held(office, id)
  const date = dateAt(Date.now() + day * DAY_MS, ZONE)
  const sha256 = days.find((one) => one.date === date)?.plans.audio
  if (!sha256) return []
  const plan = DayPlan.parse(JSON.parse((await office.store.manifests.plan(sha256)) ?? ''))
  return plan.segments.flatMap(({ items }) => items)
}

const played = async (office: Office, id: DeviceId, day = 0): Promise<AssetId[]> => [
  ...new Set((await itemsOf(office, id, day)).map(({ assetId }) => assetId)),
]

const judge = async (
  office: Office,
  id: AssetId,
  state: 'approved' | 'rejected' | 'withdrawn',
  change: object = {},
) => {
  const asset = (await office.store.assets.get(id)) as Asset
  return office.admin.post(`/api/assets/${id}/verdict`, {
    ...{ state, sha256: asset.rendition?.sha256, version: asset.version, note: null },
    ...change,
  })
}

const effectOf = async (office: Office, id: AssetId, verdict: 'approved' | 'withdrawn') =>
  AirEffect.parse((await office.admin.get(`/api/assets/${id}/air-effect?verdict=${verdict}`)).json)

const put = async (office: Office, ids: AssetId[], time: object = ALL_DAY) => {
  const areaId = office.areas['907'] ?? ''
  const list = await office.admin.post('/api/playlists', playlistBody(areaId, ids))
  expect(list.status).toBe(201)
  const body = scheduleBody(areaId, list.json.id as unknown as string, { fill: 'repeat', time })
  const schedule = await office.admin.post('/api/schedules?accept=conflicts', body)
  expect(schedule.status).toBe(201)
  expect((await publishDraft(office.admin)).status).toBe(201)
  return { playlistId: String(list.json.id), scheduleId: String(schedule.json.id) }
}

describe.each(ENGINES)('a verdict on %s', (engine) => {
  test('[EL1] takes effect on devices at once: approved, withdrawn, and approved again', async () => {
    const office = await openOffice(engine)
    const [one, two] = [await office.clip('Một'), await office.clip('Hai', { isApproved: false })]
    const device = await office.device('30964')
    await put(office, [one, two])
    expect(await played(office, device)).toEqual([one])

    expect((await judge(office, two, 'approved')).status).toBe(200)
    expect(await played(office, device)).toEqual([one, two])
    expect((await judge(office, two, 'withdrawn')).status).toBe(200)
    expect(await played(office, device)).toEqual([one])
    const again = await judge(office, two, 'approved')
    expect(again.json).toMatchObject({ approval: { state: 'approved', by: 'Quản trị' } })
    expect(await played(office, device)).toEqual([one, two])
    expect((await judge(office, one, 'rejected')).status).toBe(200)
    expect(await played(office, device)).toEqual([two])
  })

  test('that names another reading than the present one is refused with what is there now', async () => {
    const office = await openOffice(engine)
    const id = await office.clip('Một', { isApproved: false })
    const before = (await office.store.assets.get(id)) as Asset
    const verdict = { sha256: before.rendition?.sha256, version: before.version }
    for (const change of [
      { title: 'Tên khác' },
      { language: 'km' },
      { validTo: '2030-01-01' },
      { sector: 'Y tế' },
    ]) {
      const { version } = (await office.store.assets.get(id)) as Asset
      const patch = await office.admin.send('PATCH', `/api/assets/${id}`, { ...change, version })
      expect(patch.status).toBe(200)
      const refused = await judge(office, id, 'approved', verdict)
      expect(refused).toMatchObject({
        status: 409,
        json: { code: 'asset-changed', current: change },
      })
      verdict.version = version + 1
    }
    expect((await office.store.assets.get(id))?.approval.state).toBe('draft')
  })
})

describe('an approval', () => {
  test('[EL1] is void after an edit, and what was approved is off the air at once', async () => {
    const office = await openOffice('sqlite')
    const [one, two] = [await office.clip('Một'), await office.clip('Hai')]
    const device = await office.device('30964')
    await put(office, [one, two])
    const { version } = (await office.store.assets.get(two)) as Asset
    const edit = (change: object) =>
      office.admin.send('PATCH', `/api/assets/${two}`, { version, ...change })

    // What is as it was is no edit.
    expect((await edit({ title: 'Hai', themeIds: [] })).json).toMatchObject({
      version,
      approval: { state: 'approved' },
    })
    expect((await edit({ validFrom: '2020-01-01' })).json).toMatchObject({
      version: version + 1,
      editedBy: 'admin',
      approval: { state: 'draft', by: null },
    })
    expect(await played(office, device)).toEqual([one])
    expect((await edit({ title: 'Ba' })).json).toMatchObject({
      code: 'changed-meanwhile',
      current: { title: 'Hai', validFrom: '2020-01-01' },
    })
    const late = await edit({ version: version + 1, validTo: '2019-12-31' })
    expect(late.json).toMatchObject({ code: 'bad-input', fields: [{ field: 'validTo' }] })
  })

  test('is told with the devices, the first times and what plays it, before it is given', async () => {
    const office = await openOffice('sqlite')
    const [one, two] = [await office.clip('Một'), await office.clip('Hai', { isApproved: false })]
    await office.device('30964')
    await office.device('30964')
    await office.device('30988')
    expect(await effectOf(office, two, 'approved')).toMatchObject({
      ...{ devices: 0, firstAt: null, areas: [], schedules: [] },
    })
    // Tomorrow alone: a minute of the one, and then the other.
    const tomorrow = dateAt(Date.now() + DAY_MS, ZONE)
    const time = { startDate: tomorrow, rrule: null, startTime: '08:00', endTime: '08:02' }
    const { playlistId, scheduleId } = await put(office, [one, two], time)
    const at = startOfDay(tomorrow, ZONE) + (8 * 60 + 1) * 60_000
    const effect = await effectOf(office, two, 'approved')
    expect(effect).toMatchObject({
      devices: 2,
      areas: [
        { areaId: office.areas['30964'], devices: 2, timeZone: ZONE, path: expect.any(Array) },
      ],
      playlists: [{ id: playlistId, name: 'Danh sách' }],
      schedules: [{ id: scheduleId, name: 'Buổi sáng', nextAt: at }],
      ownWork: false,
    })
    await judge(office, two, 'approved')
    expect(await effectOf(office, two, 'approved')).toMatchObject({ devices: 0, firstAt: null })
    expect(await effectOf(office, two, 'withdrawn')).toMatchObject({
      devices: 2,
      schedules: [{ id: scheduleId, nextAt: at }],
    })
    // For somebody of the neighbouring district the asset is as if it did not exist.
    const outsider = await office.hire('nguoikhac', 'approver', '908')
    expect((await outsider.get(`/api/assets/${two}/air-effect?verdict=withdrawn`)).status).toBe(404)
  })

  test('of a tune, and of what stands in for a relay, takes effect like that of an item', async () => {
    const office = await openOffice('sqlite', { FOUR_EYES: 'no' })
    const { admin, areas } = office
    const [one, tune] = [await office.clip('Một'), await office.clip('Nhạc hiệu')]
    const standIn = await office.clip('Thay sóng')
    const device = await office.device('30964')
    const station = { signature: tune, call: null, chime: null, closing: null }
    const policy = await admin.send('PUT', `/api/areas/${areas['907']}/policy?version=0`, {
      ...NO_POLICY,
      station,
    })
    expect(policy.status).toBe(200)
    const url = 'https://vov.vn/live.m3u8'
    const about = { title: 'Thời sự', areaId: areas['91'], fallbackAssetId: standIn, url }
    const relay = await admin.post('/api/assets/relays', about)
    const relayId = String(relay.json.id) as AssetId
    const list = await admin.post('/api/playlists', {
      ...playlistBody(areas['907'] ?? '', [one]),
      items: [
        { kind: 'asset', assetId: one, durationMs: null },
        { kind: 'asset', assetId: relayId, durationMs: 60_000 },
      ],
    })
    expect(list.status).toBe(201)
    const change = { session: true, fill: 'repeat', time: ALL_DAY }
    const body = scheduleBody(areas['907'] ?? '', String(list.json.id), change)
    expect((await admin.post('/api/schedules', body)).status).toBe(201)
    expect((await publishDraft(admin)).status).toBe(201)
    await judge(office, relayId, 'approved')
    expect(await played(office, device)).toEqual([tune, one, relayId])

    expect(await effectOf(office, standIn, 'withdrawn')).toMatchObject({
      devices: 1,
      relays: [{ id: relayId, title: 'Thời sự' }],
    })
    const fallback = async () =>
      (await itemsOf(office, device)).find(({ assetId }) => assetId === relayId)?.fallback
    expect(await fallback()).toMatchObject({ mime: 'audio/ogg' })
    await judge(office, standIn, 'withdrawn')
    expect(await fallback()).toBeNull()
    await judge(office, standIn, 'approved')
    expect(await fallback()).toMatchObject({ mime: 'audio/ogg' })
    expect(await effectOf(office, tune, 'withdrawn')).toMatchObject({
      stations: [{ areaId: areas['907'] }],
    })
    await judge(office, tune, 'withdrawn')
    expect(await played(office, device, 1)).toEqual([one, relayId])
    const { version } = (await office.store.assets.get(standIn)) as Asset
    expect(await admin.send('DELETE', `/api/assets/${standIn}?version=${version}`)).toMatchObject({
      status: 409,
      json: { code: 'asset-in-relay', title: expect.stringContaining('“Thời sự”') },
    })
  })

  test('is held by devices after a restart, which changes nothing else either', async () => {
    const office = await openOffice('sqlite')
    const [one, two] = [await office.clip('Một'), await office.clip('Hai', { isApproved: false })]
    const device = await office.device('30964')
    await put(office, [one, two])
    await judge(office, two, 'approved')
    const before = await office.store.manifests.get(device)
    await office.stop()
    await startServer({ DATA_DIR: office.folder })
    expect(await office.store.manifests.get(device)).toEqual(before)
  })
})

describe('four eyes', () => {
  const uploaded = async (more: Record<string, string> = {}) => {
    const { url } = await startServer(more)
    const { admin, areas } = await withAreas(url)
    const about = { title: 'Sóng', areaId: areas['91'], url: 'https://vov.vn/live' }
    const { json } = await admin.post('/api/assets/relays', about)
    return { admin, asset: json as unknown as Asset }
  }

  test('nobody approves what he uploaded, and the refusal says what to do', async () => {
    const { admin, asset } = await uploaded()
    const verdict = { sha256: asset.rendition?.sha256, version: 1, note: null }
    const path = `/api/assets/${asset.id}`
    expect((await admin.get(`${path}/air-effect?verdict=approved`)).json).toMatchObject({
      ownWork: true,
    })
    expect(await admin.post(`${path}/verdict`, { state: 'approved', ...verdict })).toMatchObject({
      status: 403,
      json: { code: 'own-work', title: expect.stringContaining('FOUR_EYES=no') },
    })
    // To keep one's own work off the air takes nobody else.
    expect((await admin.post(`${path}/verdict`, { state: 'rejected', ...verdict })).status).toBe(
      200,
    )
  })

  test('an office with one person sets it aside', async () => {
    const { admin, asset } = await uploaded({ FOUR_EYES: 'no' })
    const verdict = { sha256: asset.rendition?.sha256, version: 1, note: null }
    const path = `/api/assets/${asset.id}`
    expect((await admin.get(`${path}/air-effect?verdict=approved`)).json).toMatchObject({
      ownWork: false,
    })
    const given = await admin.post(`${path}/verdict`, { state: 'approved', ...verdict })
    expect(given.json).toMatchObject({ approval: { state: 'approved' } })
  })

  test('who edited it last does not approve it, who edited it before may', async () => {
    const office = await openOffice('sqlite')
    const id = await office.clip('Một', { isApproved: false })
    const [lan, minh] = [
      await office.hire('lan', 'approver', '91'),
      await office.hire('minh', 'approver', '91'),
    ]
    const asset = (await office.store.assets.get(id)) as Asset
    const edit = async (who: typeof lan, version: number, title: string) =>
      (await who.send('PATCH', `/api/assets/${id}`, { version, title })).status
    expect(await edit(lan, 1, 'Hai')).toBe(200)
    expect(await edit(minh, 2, 'Ba')).toBe(200)
    const body = { state: 'approved', sha256: asset.rendition?.sha256, version: 3, note: null }
    expect((await minh.post(`/api/assets/${id}/verdict`, body)).json).toMatchObject({
      code: 'own-work',
    })
    expect((await lan.post(`/api/assets/${id}/verdict`, body)).json).toMatchObject({
      approval: { by: 'lan' },
      createdBy: 'x',
      editedBy: 'minh',
    })
  })
})
