import { expect, test } from 'vitest'
import { addDays, dateAt } from '#playlists'
import { NO_POLICY } from '#protocol'
import {
  confirmedOf,
  openOffice,
  playlistBody,
  publishDraft,
  scheduleBody,
} from '../support/office.ts'

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)
const tomorrow = () => addDays(dateAt(Date.now(), 'Asia/Ho_Chi_Minh'), 1)
const REASON = { reason: 'công điện số 5, lũ về' }

const commune = async (settings: Record<string, string> = {}) => {
  const office = await openOffice('sqlite', settings)
  const { admin, areas, clip, device } = office
  const areaId = areas['30964'] as string
  await device('30964')
  const playlistId = idOf(
    await admin.post('/api/playlists', playlistBody(areaId, [await clip('Bản tin')])),
  )
  const body = (change: object, startTime = '05:00', endTime = '05:20') => {
    const time = { startDate: tomorrow(), startTime, endTime }
    return scheduleBody(areaId, playlistId, { ...change, time })
  }
  await admin.post('/api/schedules', body({ name: 'Sáng' }))
  await publishDraft(admin)
  return { ...office, areaId, playlistId, body }
}

test('an emergency is for duty officers and administrators: an operator makes, changes, copies, deletes and publishes none', async () => {
  const { admin, areas, hire, body, playlistId, areaId, clip } = await commune()
  const operator = await hire('lan', 'operator', '907')
  const duty = await hire('truc', 'duty-officer', '907')
  const urgent = body({ name: 'Lũ', priority: 'emergency', exception: REASON }, '05:00', '05:15')
  const no = { status: 403, json: { code: 'emergency-not-allowed' } }
  expect(await operator.post('/api/schedules', urgent)).toMatchObject(no)
  expect(await duty.post('/api/schedules', { ...urgent, exception: null })).toMatchObject({
    status: 400,
    json: { fields: [{ field: 'exception' }] },
  })
  // Beyond the own district it is not theirs either.
  const beyond = { ...urgent, audience: { areaIds: [areas['91']], deviceIds: [] } }
  expect((await duty.post('/api/schedules', beyond)).status).toBe(403)
  const made = await duty.post('/api/schedules', urgent)
  expect(made.status).toBe(201)
  const path = `/api/schedules/${idOf(made)}`
  const softer = { ...urgent, version: 1, priority: 'normal' }
  expect(await operator.send('PUT', path, softer)).toMatchObject(no)
  expect(await operator.send('DELETE', `${path}?version=1`)).toMatchObject(no)
  const copy = { scheduleIds: [idOf(made)] }
  const days = { from: tomorrow(), days: 1, to: [addDays(tomorrow(), 3)] }
  const copied = await operator.post('/api/schedules/copy-days', { ...copy, ...days })
  expect(copied).toMatchObject(no)
  const elsewhere = { ...copy, areaIds: [areas['30964']] }
  expect(await operator.post('/api/schedules/copy-to-areas', elsewhere)).toMatchObject(no)
  // What an emergency plays is a part of it.
  await operator.send('PUT', `/api/playlists/${playlistId}`, {
    ...playlistBody(areaId, [await clip('Khác')]),
    version: 1,
  })
  expect((await operator.get('/api/draft/impact')).json).toMatchObject({ changes: [], foreign: 2 })
  expect((await operator.send('DELETE', '/api/draft')).json).toMatchObject({
    code: 'nothing-changed',
  })
  const { json: seen } = await duty.get('/api/draft/impact')
  expect(seen).toMatchObject({
    statements: [
      {
        kind: 'emergency',
        schedule: { name: 'Lũ' },
        because: REASON.reason,
        devices: 1,
        interrupts: ['Sáng'],
        inQuietHours: false,
      },
    ],
  })
  const { draft, confirmed } = confirmedOf(seen)
  expect(await duty.post('/api/publications', { draft })).toMatchObject({
    json: { code: 'confirmation-needed' },
  })
  expect((await duty.post('/api/publications', { draft, confirmed })).status).toBe(201)
  // It breaks quiet hours, and says so when it is changed.
  const quietHours = [{ startTime: '04:00', endTime: '06:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }]
  await admin.send('PUT', `/api/areas/${areaId}/policy`, { ...NO_POLICY, quietHours })
  await publishDraft(admin)
  await duty.send('PUT', path, { ...urgent, version: 1, volume: 90 })
  expect((await duty.get('/api/draft/impact')).json).toMatchObject({
    statements: [{ kind: 'emergency', inQuietHours: true, interrupts: [] }],
  })
})

test('what is live is published by somebody else than who wrote it, and so is what it plays', async () => {
  const { hire, body, playlistId, areaId, clip } = await commune()
  const [lan, minh] = [await hire('lan', 'operator', '907'), await hire('minh', 'operator', '907')]
  const needed = { status: 403, json: { code: 'second-person-needed' } }
  const made = await lan.post(
    '/api/schedules',
    body({ name: 'Mít tinh', priority: 'live' }, '08:00', '09:00'),
  )
  expect((await lan.get('/api/draft/impact')).json).toMatchObject({
    needsSecondPerson: ['Mít tinh'],
  })
  const refused = await publishDraft(lan)
  expect(refused).toMatchObject(needed)
  expect(refused.json.title).toContain('“Mít tinh”')
  expect((await minh.get('/api/draft/impact')).json).toMatchObject({ needsSecondPerson: [] })
  expect((await publishDraft(minh)).status).toBe(201)

  // Who published it may not change it alone, nor what it plays; going off air needs one person.
  const path = `/api/schedules/${idOf(made)}`
  const later = body({ name: 'Mít tinh', priority: 'live' }, '08:30', '09:00')
  await minh.send('PUT', path, { ...later, version: 1 })
  expect(await publishDraft(minh)).toMatchObject(needed)
  expect((await publishDraft(lan)).status).toBe(201)
  await lan.send('PUT', `/api/playlists/${playlistId}`, {
    ...playlistBody(areaId, [await clip('Khác')]),
    version: 1,
  })
  expect(await publishDraft(lan)).toMatchObject(needed)
  expect((await publishDraft(minh)).status).toBe(201)
  // Both had a hand in it: neither is the second person, until one takes back what was written.
  await lan.send('PUT', path, { ...later, version: 2, volume: 70 })
  await minh.send('PUT', path, { ...later, version: 3, volume: 71 })
  expect(await publishDraft(lan)).toMatchObject(needed)
  expect(await publishDraft(minh)).toMatchObject(needed)
  expect((await minh.send('DELETE', '/api/draft')).status).toBe(200)
  await lan.send('PUT', path, { ...later, version: 5, volume: 70 })
  expect((await publishDraft(minh)).status).toBe(201)
  const { version } = (await lan.get(path)).json
  expect((await lan.send('DELETE', `${path}?version=${version}`)).status).toBe(204)
  expect((await publishDraft(lan)).status).toBe(201)

  // Brought back by one person it would be on air by one person.
  const { json: seen } = await lan.get('/api/publications/2/impact')
  expect(seen).toMatchObject({ needsSecondPerson: expect.arrayContaining(['Mít tinh']) })
  expect(await lan.post('/api/publications/2/restore', confirmedOf(seen))).toMatchObject({
    status: 403,
    json: { code: 'second-person-restores' },
  })
  expect((await lan.post('/api/publications/2/draft', {})).status).toBe(200)
  expect(await publishDraft(lan)).toMatchObject(needed)
  expect((await publishDraft(minh)).status).toBe(201)
})

test('an office of one person says so in its settings', async () => {
  const { admin, body } = await commune({ TWO_PEOPLE_FOR_LIVE: 'no' })
  await admin.post('/api/schedules', body({ name: 'Mít tinh', priority: 'live' }, '08:00', '09:00'))
  expect((await publishDraft(admin)).status).toBe(201)
  const { json: seen } = await admin.get('/api/publications/1/impact')
  expect((await admin.post('/api/publications/1/restore', confirmedOf(seen))).status).toBe(201)
  const again = await admin.get('/api/publications/2/impact')
  expect(await admin.post('/api/publications/2/restore', confirmedOf(again.json))).toMatchObject({
    status: 201,
  })
})

test('[PL13] who makes a rule looser leaves it to those who may publish where it is laid down', async () => {
  const { admin, areas, hire } = await commune()
  const lan = await hire('lan', 'operator', '30964')
  const policy = (code: string) => `/api/areas/${areas[code]}/policy`
  const quiet = (startTime: string) => [
    { startTime, endTime: '05:00', weekdays: [1, 2, 3, 4, 5, 6, 7] },
  ]
  await admin.send('PUT', policy('91'), { ...NO_POLICY, quietHours: quiet('21:00') })
  await publishDraft(admin)
  const tighter = { ...NO_POLICY, quietHours: quiet('20:30') }
  expect((await lan.send('PUT', policy('30964'), tighter)).json).toMatchObject({
    looser: [],
    laidDownBy: { quietHours: { name: 'Tỉnh Kiên Giang' } },
    above: { quietHours: quiet('21:00') },
    sound: 'any-time',
  })
  expect((await publishDraft(lan)).status).toBe(201)
  const { version } = (await lan.get(policy('30964'))).json
  const none = { ...NO_POLICY, quietHours: [], broadcastWindows: [] }
  expect((await lan.send('PUT', `${policy('30964')}?version=${version}`, none)).json).toMatchObject(
    {
      looser: ['quietHours'],
      sound: 'never',
    },
  )
  expect((await lan.get('/api/draft/impact')).json).toMatchObject({ changes: [], foreign: 1 })
  expect((await publishDraft(admin)).status).toBe(201)
})

test('a live schedule that is softened in the draft alone keeps its second person for what it plays on air', async () => {
  const { areas, hire, body, clip } = await commune()
  const [lan, minh] = [await hire('lan', 'operator', '91'), await hire('minh', 'operator', '91')]
  const [province, areaId] = [areas['91'] as string, areas['30964'] as string]
  const list = playlistBody(areaId, [await clip('Tiếng của mít tinh')])
  const playlistId = idOf(await lan.post('/api/playlists', list))
  const rally = {
    ...body({ name: 'Mít tinh', priority: 'live' }, '08:00', '09:00'),
    ...{ areaId: province, audience: { areaIds: [province], deviceIds: [] }, playlistId },
  }
  const path = `/api/schedules/${idOf(await lan.post('/api/schedules', rally))}`
  expect((await publishDraft(minh)).status).toBe(201)

  await lan.send('PUT', path, { ...rally, version: 1, priority: 'normal' })
  const other = playlistBody(areaId, [await clip('Khác')])
  await lan.send('PUT', `/api/playlists/${playlistId}`, { ...other, version: 1 })
  // Within the commune only the playlist is published; the rally on air is live still.
  const here = `?areaId=${areaId}`
  expect((await lan.get(`/api/draft/impact${here}`)).json).toMatchObject({
    changes: [{ what: 'playlist' }],
    needsSecondPerson: ['Danh sách'],
  })
  expect(await publishDraft(lan, here)).toMatchObject({
    status: 403,
    json: { code: 'second-person-needed' },
  })
  expect((await publishDraft(minh, here)).status).toBe(201)
})

test('a window by which an emergency goes is changed by those who may raise one, one of a live schedule by two people', async () => {
  const { admin, hire, areaId, playlistId } = await commune()
  const [lan, minh] = [await hire('lan', 'operator', '907'), await hire('minh', 'operator', '907')]
  const daypart = (startTime: string, weekend: object[] = []) => ({
    ...NO_POLICY,
    dayparts: [
      { code: 'trua', name: 'Trưa', startTime, endTime: '12:00', exceptions: weekend },
      { code: 'khac', name: 'Khác', startTime: '15:00', endTime: '16:00', exceptions: [] },
    ],
  })
  const policy = `/api/areas/${areaId}/policy`
  expect((await admin.send('PUT', policy, daypart('11:00'))).status).toBe(200)
  const byWindow = (change: object) =>
    scheduleBody(areaId, playlistId, {
      ...change,
      time: { daypart: 'trua', startDate: tomorrow() },
    })
  const rally = await lan.post('/api/schedules', byWindow({ name: 'Mít tinh', priority: 'live' }))
  expect(rally.status).toBe(201)
  expect((await publishDraft(admin)).status).toBe(201)

  expect((await lan.send('PUT', `${policy}?version=1`, daypart('11:15'))).status).toBe(200)
  expect(await publishDraft(lan)).toMatchObject({
    status: 403,
    json: { code: 'second-person-needed' },
  })
  expect((await publishDraft(minh)).status).toBe(201)

  const urgent = byWindow({ name: 'Lũ', priority: 'emergency', exception: REASON })
  expect((await admin.post('/api/schedules?accept=conflicts', urgent)).status).toBe(201)
  expect((await publishDraft(admin)).status).toBe(201)
  const no = { status: 403, json: { code: 'emergency-not-allowed' } }
  const onSundays = [{ weekday: 7, times: { startTime: '10:00', endTime: '10:30' } }]
  for (const change of [daypart('11:30'), daypart('11:15', onSundays), NO_POLICY])
    expect(await lan.send('PUT', `${policy}?version=2&accept=dayparts`, change)).toMatchObject(no)
  // What the emergency does not go by is theirs as before.
  const [trua] = daypart('11:15').dayparts
  const rest = { ...NO_POLICY, dayparts: [trua], minutesPerDay: 600 }
  expect((await lan.send('PUT', `${policy}?version=2`, rest)).status).toBe(200)
  expect((await publishDraft(lan)).status).toBe(201)

  // Written by who may, it is not published by who may not.
  await admin.send('PUT', `${policy}?version=3`, daypart('11:30'))
  expect((await lan.get('/api/draft/impact')).json).toMatchObject({ changes: [], foreign: 1 })
})
