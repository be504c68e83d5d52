import { describe, expect, test } from 'vitest'
import { type ErrorCode, NO_POLICY } from '#protocol'
import { openOffice, playlistBody, scheduleBody } from '../support/office.ts'
import { AREAS, type Person, person } from '../support/server.ts'

type Wrong = {
  name: string
  method?: string
  path: string
  body?: unknown
  code?: ErrorCode
  status?: number
  fields: string[]
}

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)
/** What a schema library or a program says to programmers. */
const JARGON = /invalid|expected|pattern|regex|undefined|string|mong đợi|phải khớp|ISO/i

const campaignBody = (change: object = {}) => ({
  name: 'Đợt',
  directive: { issuer: 'Sở', number: null, symbol: null, date: null, subject: 'V/v', basis: [] },
  phases: [{ code: '1', name: 'Một', from: '2026-01-01', to: null }],
  themes: [{ code: 'a', name: 'A', phases: ['1'] }],
  ...change,
})
const phase = (code: string, from: string, to: string | null) => ({ code, name: code, from, to })

const ofTime = (name: string, field: string, time: object): Wrong => ({
  name,
  path: '/api/schedules',
  body: { time },
  fields: [`time.${field}`],
})
const neverHappens = (name: string, time: object): Wrong => ({
  ...ofTime(name, 'rrule', time),
  code: 'recurrence-empty',
})
const unreadable = (rrule: string): Wrong => ({
  ...ofTime(`the rule ${rrule}`, 'rrule', { rrule }),
  code: 'recurrence-invalid',
})
const ofSchedule = (field: string, change: object): Wrong => ({
  name: `schedule: ${field}`,
  path: '/api/schedules',
  body: change,
  fields: [field],
})
const ofCampaign = (name: string, change: object, ...fields: string[]): Wrong => ({
  name,
  path: '/api/campaigns',
  body: campaignBody(change),
  fields,
})

const SCHEDULES: Wrong[] = [
  neverHappens('a range reversed', { rrule: 'FREQ=DAILY;UNTIL=20241101' }),
  neverHappens('31 February every year', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31' }),
  neverHappens('its only day is excepted', { rrule: null, exceptDates: ['2024-11-11'] }),
  ofTime('a beginning at 24:00', 'startTime', { startTime: '24:00' }),
  ofTime('an end at 24:30', 'endTime', { endTime: '24:30' }),
  ofTime('31 February', 'startDate', { startDate: '2026-02-31' }),
  ofTime('no 29 February in 2025', 'exceptDates.1', { exceptDates: ['2024-02-29', '2025-02-29'] }),
  ofTime('the year 24', 'startDate', { startDate: '0024-11-11' }),
  ofTime('the year 9999', 'extraDates.0', { extraDates: ['9999-12-31'] }),
  unreadable('FREQ=SECONDLY'),
  unreadable('FREQ=DAILY;INTERVAL=0'),
  unreadable('FREQ=DAILY;UNTIL=20260231'),
  unreadable('mỗi ngày'),
  ofSchedule('volume', { volume: 101 }),
  ofSchedule('name', { name: '   ' }),
  ofSchedule('name', { name: 5 }),
  ofSchedule('priority', { priority: 'urgent' }),
  ofSchedule('audience', { audience: { areaIds: [], deviceIds: [] } }),
  ofSchedule('repeats.count', { repeats: { count: 0, gapMs: 0 } }),
  ofSchedule('fillPlaylistId', { fill: 'playlist' }),
  ofSchedule('colour', { colour: 'red' }),
]

const OTHERS: Wrong[] = [
  ofCampaign(
    'phases that overlap by a day',
    { phases: [phase('1', '2026-01-01', '2026-02-01'), phase('2', '2026-02-01', null)] },
    'phases.1.from',
  ),
  ofCampaign(
    'a phase reversed',
    { phases: [phase('1', '2026-02-02', '2026-02-01')] },
    'phases.0.to',
  ),
  ofCampaign('no phase', { phases: [], themes: [{ code: 'a', name: 'A', phases: [] }] }, 'phases'),
  ofCampaign(
    'a theme in a phase that is not there',
    { themes: [{ code: 'a', name: 'A', phases: ['9'] }] },
    'themes.0.phases',
  ),
  ofCampaign(
    'a target of a theme that is not there',
    { targets: [{ theme: 'z', per: 'plays', count: 1 }] },
    'targets.0.theme',
  ),
  {
    name: 'a zone that does not exist',
    path: '/api/areas',
    body: { ...AREAS, timeZone: 'Asia/Atlantis' },
    fields: ['timeZone'],
  },
  { name: 'days reversed', path: '/api/timeline?from=2026-11-10&to=2026-11-01', fields: ['to'] },
  { name: 'a year at once', path: '/api/timeline?from=2026-01-01&to=2026-12-31', fields: ['to'] },
  { name: '31 February', path: '/api/timeline?from=2026-02-31&to=2026-03-01', fields: ['from'] },
  {
    name: 'what is not there',
    path: '/api/schedules/01890000-0000-7000-8000-00000000dead',
    code: 'not-found',
    status: 404,
    fields: [],
  },
]

/** Says it in both languages, and names the same fields in both. */
const expectClear = async (admin: Person, english: Person, wrong: Wrong) => {
  const { method = wrong.body ? 'POST' : 'GET', path, body, status = 400 } = wrong
  const answers = [await admin.send(method, path, body), await english.send(method, path, body)]
  const texts = answers.map(({ status: given, json }) => {
    const { code, title, fields } = json as unknown as {
      code: string
      title: string
      fields: { field: string; message: string }[]
    }
    expect({ name: wrong.name, status: given, code }).toEqual({
      name: wrong.name,
      status,
      code: wrong.code ?? 'bad-input',
    })
    expect(
      fields.map(({ field }) => field),
      wrong.name,
    ).toEqual(wrong.fields)
    const words = [title, ...fields.map(({ message }) => message)]
    for (const text of words) {
      expect(text, wrong.name).not.toMatch(JARGON)
      expect(text, wrong.name).toMatch(/[.…]$/)
    }
    return words
  })
  for (const [index, text] of (texts[0] ?? []).entries())
    expect(text, wrong.name).not.toBe(texts[1]?.[index])
}

/** The same person at the same desk, reading English. */
const inEnglish = (admin: Person, url: string): Person => {
  const { send: plain } = person(url, 'en')
  const send: Person['send'] = (method, path, body) =>
    plain(method, path, body, { cookie: admin.cookie() })
  return { ...admin, send }
}

describe('bad input is answered clearly in both languages, and nothing is half-written', () => {
  test('schedules', async () => {
    const { admin, areas, url } = await openOffice('sqlite')
    const areaId = areas['91'] ?? ''
    const playlistId = idOf(await admin.post('/api/playlists', playlistBody(areaId, [])))
    const before = (await admin.get('/api/draft')).text
    for (const wrong of SCHEDULES) {
      const body = scheduleBody(areaId, playlistId, wrong.body as { time?: object })
      await expectClear(admin, inEnglish(admin, url), { ...wrong, body })
      // Somebody who only tries it out is told the same.
      const schedule = { schedule: body, from: '2026-11-23', to: '2026-11-29' }
      const tried = await admin.post('/api/preview', schedule)
      expect(tried.status, wrong.name).toBe(400)
    }
    expect((await admin.get('/api/schedules')).json).toEqual([])
    expect((await admin.get('/api/draft')).text).toBe(before)
  }, 60_000)

  test('campaigns, policies, zones, ranges', async () => {
    const { admin, areas, url } = await openOffice('sqlite')
    const before = (await admin.get('/api/draft')).text
    const english = inEnglish(admin, url)
    for (const wrong of OTHERS) await expectClear(admin, english, wrong)
    const window = { startTime: '05:00', endTime: '06:00', weekdays: [1] }
    for (const [field, change] of [
      ['startTime', { startTime: '24:00' }],
      ['endTime', { endTime: '25:00' }],
      ['weekdays', { weekdays: [] }],
      ['weekdays.0', { weekdays: [8] }],
    ] as const)
      await expectClear(admin, english, {
        name: `policy: ${field}`,
        method: 'PUT',
        path: `/api/areas/${areas['91']}/policy`,
        body: { ...NO_POLICY, quietHours: [{ ...window, ...change }] },
        fields: [`quietHours.0.${field}`],
      })
    expect((await admin.get('/api/draft')).text).toBe(before)
  }, 60_000)
})

test('[RC8] what happens a million times is taken, and shown where one looks', async () => {
  const { admin, areas, clip, device } = await openOffice('sqlite')
  const areaId = areas['30964'] ?? ''
  await device('30964')
  const playlistId = idOf(
    await admin.post('/api/playlists', playlistBody(areaId, [await clip('a')])),
  )
  const time = { startDate: '2000-01-01', rrule: 'FREQ=DAILY;COUNT=1000000' }
  const body = scheduleBody(areaId, playlistId, { time })
  expect((await admin.post('/api/schedules', body)).status).toBe(201)
  const { json } = await admin.get('/api/timeline?from=2126-11-23&to=2126-11-25')
  const [row] = (json as unknown as { items: { blocks: unknown[] }[] }).items
  expect(row?.blocks).toHaveLength(3)
})

describe('two operators at once lose nothing', () => {
  test('of a playlist or a campaign: whoever is second is handed what the first one made', async () => {
    const { admin, areas } = await openOffice('sqlite')
    const areaId = areas['91'] ?? ''
    const body = {
      '/api/playlists': (name: string) => playlistBody(areaId, [], { name }),
      '/api/campaigns': (name: string) => campaignBody({ name }),
    }
    for (const [path, named] of Object.entries(body)) {
      const id = idOf(await admin.post(path, named('trước')))
      const answers = await Promise.all(
        ['Lan', 'Minh'].map((name) =>
          admin.send('PUT', `${path}/${id}`, { version: 1, ...named(name) }),
        ),
      )
      const won = answers.find(({ status }) => status === 200)
      const lost = answers.find(({ status }) => status === 409)
      expect(won?.json, path).toMatchObject({ version: 2 })
      expect(lost?.json, path).toMatchObject({ code: 'changed-meanwhile', current: won?.json })
    }
  })
})
