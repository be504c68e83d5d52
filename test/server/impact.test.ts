import { describe, expect, test } from 'vitest'
import { addDays, dateAt, startOfDay } from '#playlists'
import { HORIZON_DAYS, type Impact, NO_POLICY } from '#protocol'
import { changeAsset } from '../support/change-asset.ts'
import {
  confirmedOf,
  openOffice,
  playlistBody,
  publishDraft,
  scheduleBody,
} from '../support/office.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const MINUTE = 60_000
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const tomorrow = () => addDays(dateAt(Date.now(), ZONE), 1)
const at = (date: string, hour: number, minute = 0) =>
  startOfDay(date, ZONE) + (hour * 60 + minute) * MINUTE
const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

/** A commune with a normal session from 05:00 to 05:20 each day from tomorrow on, published. */
const commune = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip, device } = office
  const areaId = areas['30964'] as string
  await device('30964')
  const long = await clip('Bản tin sáng', { durationMs: 20 * MINUTE })
  const playlist = async (name: string, assetIds: string[]) =>
    idOf(await admin.post('/api/playlists', playlistBody(areaId, assetIds, { name })))
  const playlistId = await playlist('Sáng', [long])
  const body = (name: string, startTime: string, endTime: string, change: object = {}) =>
    scheduleBody(areaId, playlistId, {
      name,
      ...change,
      time: { startDate: tomorrow(), startTime, endTime },
    })
  const add = async (...given: Parameters<typeof body>) =>
    idOf(await admin.post('/api/schedules?accept=conflicts', body(...given)))
  const morning = await add('Sáng', '05:00', '05:20')
  await publishDraft(admin)
  const impact = async (path = '/api/draft/impact') =>
    (await admin.get(path)).json as unknown as Impact
  const setPolicy = async (change: object, code = '30964') => {
    const path = `/api/areas/${areas[code]}/policy`
    const { version } = (await admin.get(path)).json
    const set = await admin.send('PUT', `${path}?version=${version}`, { ...NO_POLICY, ...change })
    expect(set.status).toBe(200)
  }
  return { ...office, areaId, playlistId, playlist, body, add, morning, impact, setPolicy }
}

describe('what is interrupted', () => {
  test('by a higher class is named before it is saved and before it is published, and no conflict is claimed', async () => {
    const { admin, add, body, impact, morning } = await commune()
    const second = await add('Sáng 2', '05:20', '05:40')
    await publishDraft(admin)
    for (const priority of ['priority', 'live', 'emergency']) {
      const exception = { reason: 'lũ về đột ngột' }
      const over = body('Chen', '05:10', '05:30', { priority, exception })
      const from = tomorrow()
      const asked = { schedule: over, from, to: addDays(from, 34) }
      const named = [
        { schedule: { id: morning, name: 'Sáng' }, first: { from: at(from, 5, 10) } },
        { schedule: { id: second, name: 'Sáng 2' }, first: { from: at(from, 5, 20) } },
      ].map((one) => ({
        ...one,
        reason: 'higher-class',
        by: { name: 'Chen', priority },
        devices: 1,
      }))
      const { json: preview } = await admin.post('/api/preview', asked)
      expect(preview, priority).toMatchObject({ conflicts: [], interruptions: named })
      await admin.post('/api/schedules', over)
      expect(await impact(), priority).toMatchObject({
        days: HORIZON_DAYS,
        interruptions: named.map((one) => ({ ...one, areas: 1, areaNames: ['Xã Định An'] })),
      })
      await admin.send('DELETE', '/api/draft')
    }
  })

  test('by one of its class that replaces it, and by one that is there already, is named too', async () => {
    const { add, impact, morning } = await commune()
    await add('Thay', '05:10', '05:30', { onConflict: 'replace' })
    const late = await add('Muộn', '05:15', '05:50', { priority: 'filler' })
    const { interruptions } = await impact()
    expect(interruptions).toMatchObject([
      { schedule: { id: morning }, by: { name: 'Thay' }, reason: 'same-class' },
      { schedule: { id: late }, by: { name: 'Thay' }, reason: 'higher-class' },
    ])
  })

  test('by policy is named with its reason, on as many days as devices hold', async () => {
    const { impact, morning, setPolicy } = await commune()
    const quietHours = [{ startTime: '05:10', endTime: '05:30', weekdays: EVERY_DAY }]
    await setPolicy({ quietHours })
    const { interruptions, withheld } = await impact()
    expect(withheld).toEqual([])
    expect(interruptions).toMatchObject([
      {
        schedule: { id: morning },
        by: null,
        reason: 'quiet-hours',
        days: HORIZON_DAYS - 1,
        areas: 1,
      },
    ])
  })
})

test('the earliest time is that of the first thing heard, and the same everywhere', async () => {
  const { admin, areaId, add, impact, playlist, clip } = await commune()
  const hour = await clip('Nhạc nền', { durationMs: 60 * MINUTE })
  const all = await playlist('Cả ngày', [hour])
  const day = { startDate: tomorrow(), startTime: '00:00', endTime: '24:00' }
  const body = scheduleBody(areaId, all, { name: 'Cả ngày', fill: 'repeat', priority: 'filler' })
  await admin.post('/api/schedules', { ...body, time: { ...body.time, ...day } })
  await publishDraft(admin)
  await add('Chiều', '17:00', '17:20')
  const seen = await impact()
  const first = at(tomorrow(), 17)
  expect(seen.firstChangeAt).toBe(first)
  expect(seen.areas).toMatchObject([
    { firstChangeAt: first, starts: [{ name: 'Chiều', at: first }] },
  ])
  expect(seen.interruptions).toMatchObject([
    { schedule: { name: 'Cả ngày' }, by: { name: 'Chiều' }, first: { from: first } },
  ])
})

describe('what falls silent', () => {
  test('for want of any window must be confirmed, word by word, or nothing is published', async () => {
    const { admin, impact, setPolicy } = await commune()
    await setPolicy({ broadcastWindows: [] }, '907')
    const seen = await impact()
    expect(seen.statements).toMatchObject([
      { kind: 'silence', channel: 'audio', reason: 'no-window', areas: 1, devices: 1 },
    ])
    const { draft, confirmed } = confirmedOf(seen)
    for (const wrong of [[], ['khác'], [...confirmed, 'khác']]) {
      expect(await admin.post('/api/publications', { draft, confirmed: wrong })).toMatchObject({
        status: 409,
        json: { code: 'confirmation-needed' },
      })
    }
    expect(await admin.post('/api/publications', { draft, confirmed })).toMatchObject({
      status: 201,
    })
    // It is said once: what is silent already does not fall silent.
    await setPolicy({ broadcastWindows: [], minutesPerDay: 10 }, '907')
    expect((await impact()).statements).toEqual([])
  })

  test('is said of an area without a device, and of one whose last session is taken away', async () => {
    const { admin, impact, morning, setPolicy } = await commune()
    await setPolicy({ broadcastWindows: [] }, '30988')
    expect((await impact()).statements).toMatchObject([
      { reason: 'no-window', areas: 1, devices: 0 },
    ])
    await admin.send('DELETE', '/api/draft')
    await admin.send('DELETE', `/api/schedules/${morning}?version=1`)
    expect(await impact()).toMatchObject({
      statements: [{ kind: 'silence', reason: 'nothing-planned', areaNames: ['Xã Định An'] }],
      areas: [{ stops: [{ name: 'Sáng', at: at(tomorrow(), 5) }] }],
    })
  })
})

test('[PL13] an area that makes looser what is laid down above is named, and confirmed once', async () => {
  const { admin, impact, setPolicy } = await commune()
  const quiet = (startTime: string) => [{ startTime, endTime: '04:00', weekdays: EVERY_DAY }]
  await setPolicy({ quietHours: quiet('21:00'), minutesPerDay: 60 }, '91')
  await publishDraft(admin)
  await setPolicy({ quietHours: quiet('20:00'), minutesPerDay: 30 })
  expect((await impact()).statements).toEqual([])
  await setPolicy({ quietHours: quiet('22:00'), minutesPerDay: 30 })
  expect((await impact()).statements).toMatchObject([
    { kind: 'looser', area: 'Xã Định An', above: 'Tỉnh Kiên Giang', field: 'quietHours' },
  ])
  await publishDraft(admin)
  await setPolicy({ quietHours: quiet('22:00'), minutesPerDay: 20 })
  expect((await impact()).statements).toEqual([])
})

describe('what was seen is what is published', () => {
  test('where an approval, a policy or a device comes in between it is refused, and nothing is published', async () => {
    const { admin, add, impact, device, store, setPolicy, clip, playlist, areaId } = await commune()
    const other = await clip('Khác')
    const list = await playlist('Khác', [other])
    const evening = scheduleBody(areaId, list, { name: 'Khác' })
    const time = { ...evening.time, startDate: tomorrow(), startTime: '19:00', endTime: '19:05' }
    await admin.post('/api/schedules', { ...evening, time })
    await add('Chiều', '17:00', '17:20')
    const between = [
      () =>
        changeAsset(store, other, {
          approval: { state: 'rejected', by: 'Lan', at: 1, note: null, sha256: null },
        }),
      () => device('30964'),
      () => setPolicy({ minutesPerDay: 45 }),
    ]
    for (const [index, happen] of between.entries()) {
      const seen = confirmedOf(await impact())
      await happen()
      const refused = await admin.post('/api/publications', seen)
      expect(refused, `case ${index}`).toMatchObject({
        status: 409,
        json: { code: 'draft-changed' },
      })
    }
    expect((await admin.get('/api/publications')).json).toMatchObject({ total: 1 })
  })

  test('an earlier publication is brought back only as it was looked at, and says what of the draft it undoes', async () => {
    const { admin, add, body, impact, morning } = await commune()
    const edited = { version: 1, ...body('Sáng', '05:00', '05:40') }
    await admin.send('PUT', `/api/schedules/${morning}`, edited)
    await publishDraft(admin)
    const again = { version: 2, ...body('Sáng muộn', '06:00', '06:40') }
    await admin.send('PUT', `/api/schedules/${morning}`, again)
    await add('Chiều', '17:00', '17:20')
    const path = '/api/publications/1/impact'
    const seen = await impact(path)
    expect(seen).toMatchObject({ undone: [{ id: morning, name: 'Sáng muộn' }], foreign: 0 })
    const wrong = confirmedOf(await impact())
    const restore = (given: object) => admin.post('/api/publications/1/restore', given)
    expect(await restore(wrong)).toMatchObject({ json: { code: 'draft-changed' } })
    expect(await restore({})).toMatchObject({ status: 400 })
    expect(await restore(confirmedOf(seen))).toMatchObject({ json: { number: 3, restored: 1 } })
    // What the draft had besides is still there, and is no part of what was published.
    expect(await impact()).toMatchObject({ changes: [{ kind: 'added', name: 'Chiều' }] })
    expect((await admin.get(`/api/schedules/${morning}`)).json).toMatchObject({ version: 4 })
  })
})
