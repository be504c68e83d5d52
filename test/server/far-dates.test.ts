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

/** Dates that no calendar of a province has, in every parameter and field that takes one. */
const BEYOND = ['9999-12-31', '2200-01-01', '1999-12-31', '0001-01-01', '0000-01-01'] as const

type Schema = {
  format?: string
  $ref?: string
  type?: string
  anyOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  enum?: unknown[]
  required?: string[]
}
type Operation = { parameters?: { name: string; in: string; schema: Schema }[] }

test('what lies before 2000 or after 2199 is refused by name, in every query of the interface', async () => {
  const { admin, areas, device } = await desk()
  const ids: Record<string, string> = {
    areas: areas['30964'] ?? '',
    devices: await device('30964'),
  }
  const { json } = await admin.get('/api/openapi.json')
  const { paths } = json as unknown as { paths: Record<string, { get?: Operation }> }
  const asked: string[] = []
  for (const [path, { get }] of Object.entries(paths)) {
    const parameters = get?.parameters ?? []
    const dated = parameters.filter(({ schema }) => schema.format === 'date')
    for (const { name, in: place } of dated) {
      for (const beyond of BEYOND) {
        // The others are right: what is refused is this one.
        const others = dated.filter((one) => one.name !== name && one.in === 'query')
        const query = new URLSearchParams()
        for (const one of others) query.set(one.name, '2026-11-02')
        if (place === 'query') query.set(name, beyond)
        const at = path
          .replace('{dimension}', 'device')
          .replace('{date}', beyond)
          .replace(/\/(areas|devices)\/\{id\}/, (_, noun: string) => `/${noun}/${ids[noun]}`)
          .replace(/\{\w+\}/g, areas['30964'] ?? '')
        asked.push(`${path} ${name}`)
        const answer = await admin.get(`${at}?${query}`)
        expect(answer, `${at}?${query}`).toMatchObject({
          status: 400,
          json: { code: 'bad-input', fields: [{ field: name }] },
        })
      }
    }
  }
  // Every list and every report that takes days is among them.
  for (const one of [
    '/api/plays from',
    '/api/plays to',
    '/api/plays.csv to',
    '/api/missing to',
    '/api/coverage to',
    '/api/coverage/values/{dimension} from',
    '/api/coverage/targets to',
    '/api/timeline to',
    '/api/devices/{id}/timeline date',
    '/api/evidence/days to',
    '/api/evidence/days/{date} date',
    '/api/campaigns/{id}/make-goods week',
  ])
    expect(asked).toContain(one)
})

test('the last day that there is, is answered', async () => {
  const { admin, device } = await desk()
  const of = `/api/devices/${await device('30964')}`
  for (const path of [
    '/api/plays?to=2199-12-31',
    '/api/plays?from=2199-12-31',
    '/api/plays.csv?to=2199-12-31',
    '/api/missing?to=2199-12-31',
    '/api/coverage?from=2199-12-01&to=2199-12-31',
    '/api/coverage/values/device?from=2199-12-01&to=2199-12-31',
    '/api/coverage/targets?from=2199-12-01&to=2199-12-31',
    '/api/timeline?from=2199-12-30&to=2199-12-31',
    '/api/evidence/days?from=2199-12-01&to=2199-12-31',
    `${of}/timeline?date=2199-12-31`,
    `${of}/timeline?date=2000-01-01`,
  ]) {
    const { status, text } = await admin.get(path)
    expect({ path, status, text }).toMatchObject({ path, status: 200 })
  }
})

test('a period of centuries is refused, and so is an instant beyond every calendar', async () => {
  const { admin, device } = await desk()
  const of = `/api/devices/${await device('30964')}`
  const centuries = 'from=2000-01-01&to=2199-12-31'
  for (const [path, field] of [
    [`/api/plays?${centuries}`, 'to'],
    [`/api/plays.csv?${centuries}`, 'to'],
    [`/api/missing?${centuries}`, 'to'],
    [`/api/coverage?${centuries}`, 'to'],
    [`/api/coverage/values/device?${centuries}`, 'to'],
    [`/api/coverage/targets?${centuries}`, 'to'],
    [`/api/timeline?${centuries}`, 'to'],
    [`/api/evidence/days?${centuries}`, 'to'],
    [`${of}/explain?at=9007199254740991`, 'at'],
    [`${of}/explain?at=8640000000000000`, 'at'],
    [`${of}/explain?at=-1`, 'at'],
    [`${of}/explain?at=0`, 'at'],
  ] as const) {
    const answer = await admin.get(path)
    expect(answer, path).toMatchObject({ status: 400, json: { fields: [{ field }] } })
  }
  const report = { form: 'log', format: 'csv', period: { kind: 'free' } }
  const period = { kind: 'free', from: '2000-01-01', to: '2199-12-31' }
  for (const path of ['/api/reports', '/api/reports/preview'])
    expect(await admin.post(path, { ...report, period })).toMatchObject({
      status: 400,
      json: { fields: [{ field: 'period.to' }] },
    })
})

test('days are copied from and to days that there are; copying from the last one does not hang', async () => {
  const { admin, schedule } = await desk()
  const made = await admin.post('/api/schedules', schedule({}))
  const copy = (change: object) =>
    admin.post('/api/schedules/copy-days', {
      ...{ scheduleIds: [idOf(made)], from: '2024-11-11', days: 1, to: ['2026-12-05'] },
      ...change,
    })
  for (const [change, field] of [
    [{ from: '9999-12-31' }, 'from'],
    [{ to: ['9999-12-31'] }, 'to.0'],
    [{ from: '2199-12-31', days: 2 }, 'from'],
    [{ days: 7, to: ['2199-12-26'] }, 'to'],
  ] as const)
    expect(await copy(change), JSON.stringify(change)).toMatchObject({
      status: 400,
      json: { code: 'bad-input', fields: [{ field, message: expect.stringContaining('2199') }] },
    })
  expect((await copy({ from: '2199-12-31', to: ['2024-01-01'] })).status).toBeLessThan(500)
  const far = await admin.post('/api/schedules', schedule({ startDate: '9999-12-31' }))
  expect(far).toMatchObject({ status: 400, json: { fields: [{ field: 'time.startDate' }] } })
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
    from: '2190-01-01',
    to: '2190-01-03',
  })
  expect(json).toMatchObject({ occurrences: [{}, {}, {}] })
  const copy = { scheduleIds: [idOf(made)], from: '2040-01-02', days: 7, to: ['2050-01-03'] }
  expect((await admin.post('/api/schedules/copy-days', copy)).status).toBeLessThan(500)
})
