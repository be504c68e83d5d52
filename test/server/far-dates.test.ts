import { expect, test } from 'vitest'
import { openOffice, playlistBody, scheduleBody } from '../support/office.ts'

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

const desk = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip } = office
  const areaId = areas['30964'] ?? ''
  const list = await admin.post('/api/playlists', playlistBody(areaId, [await clip('a')]))
  const schedule = (time: object) => scheduleBody(areaId, idOf(list), { time })
  return { ...office, schedule }
}

test('what lies beyond every calendar is answered at once', async () => {
  const { admin, device, schedule } = await desk()
  const made = await admin.post('/api/schedules', schedule({}))
  const of = `/api/devices/${await device('30964')}`
  const copy = { scheduleIds: [idOf(made)], from: '2024-11-11', days: 1, to: ['9999-12-31'] }
  const answers = [
    await admin.post('/api/schedules', schedule({ startDate: '9999-12-31' })),
    await admin.post('/api/schedules/copy-days', copy),
    await admin.get(`${of}/timeline?date=9999-12-30`),
    await admin.get(`${of}/explain?at=9007199254740991`),
    await admin.get(`${of}/explain?at=8640000000000000`),
  ]
  for (const { status, text } of answers) expect(status, text).toBeLessThan(500)
})

test('a week that begins on 31 February is refused, not stumbled over', async () => {
  const { admin } = await desk()
  const { json } = await admin.post('/api/campaigns', {
    name: 'Đợt',
    directive: { issuer: 'Sở', number: null, symbol: null, date: null, subject: 'V/v', basis: [] },
    phases: [{ code: '1', name: 'Một', from: '2024-01-01', to: null }],
    themes: [{ code: 'a', name: 'A', phases: ['1'] }],
    targets: [],
  })
  expect(await admin.get(`/api/campaigns/${json.id}/coverage?week=2025-02-31`)).toMatchObject({
    status: 400,
    json: { fields: [{ field: 'week' }] },
  })
})

test('[RC8] a million times is taken, and looked at and published a quarter of a century later', async () => {
  const { admin, device, schedule } = await desk()
  await device('30964')
  const million = schedule({ startDate: '2000-01-01', rrule: 'FREQ=DAILY;COUNT=1000000' })
  const made = await admin.post('/api/schedules', million)
  expect(made.status).toBe(201)
  const { json } = await admin.post('/api/preview', {
    schedule: million,
    from: '2900-01-01',
    to: '2900-01-03',
  })
  expect(json).toMatchObject({ occurrences: [{}, {}, {}] })
  const copy = { scheduleIds: [idOf(made)], from: '2040-01-02', days: 7, to: ['2050-01-03'] }
  expect((await admin.post('/api/schedules/copy-days', copy)).status).toBeLessThan(500)
})
