import ICAL from 'ical.js'
import { describe, expect, test } from 'vitest'
import { addDays, dateAt, startOfDay, weekdayOf } from '#playlists'
import {
  type AreaId,
  type Campaign,
  NO_POLICY,
  NO_TALLY,
  type Proposal,
  RELAY_MIME,
  type ThemeId,
} from '#protocol'
import { addPublication } from '../../server/store/publications.ts'
import { aJournal, aPlay, sha } from '../support/builders.ts'
import { aBatch, anArrival } from '../support/evidence.ts'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'
import { planPlays } from '../support/planned.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const HOUR = 3_600_000
const today = () => dateAt(Date.now(), ZONE)
const at = (date: string, hour: number) => startOfDay(date, ZONE) + hour * HOUR
const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

/** One office for all of it: a district with a morning, and a flood bulletin above it. */
const town = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip, device } = office
  const commune = areas['30964'] as string
  const deviceId = await device('30964')
  await device('30988')
  const long = await clip('Bản tin sáng', { durationMs: 20 * 60_000 })
  const playlistId = idOf(await admin.post('/api/playlists', playlistBody(commune, [long])))
  const morning = scheduleBody(commune, playlistId, {
    name: 'Sáng',
    time: { startTime: '05:00', endTime: '05:30' },
  })
  const scheduleId = idOf(await admin.post('/api/schedules', morning))
  await publishDraft(admin)
  return { ...office, commune, deviceId, playlistId, scheduleId, morning }
}

describe('what will be on air', () => {
  test('is told row by row, with what is draft and what is overridden', async () => {
    const here = await town()
    const { admin, areas, clip, commune, scheduleId } = here
    const alarm = idOf(
      await admin.post('/api/playlists', playlistBody(areas['91'] ?? '', [await clip('Lũ')])),
    )
    const date = addDays(today(), 3)
    const urgent = scheduleBody(areas['91'] ?? '', alarm, {
      name: 'Tin lũ',
      priority: 'emergency',
      exception: { reason: 'lũ về đột ngột' },
      time: { startDate: date, startTime: '05:10', endTime: '05:15', rrule: null },
    })
    const urgentId = idOf(await admin.post('/api/schedules', urgent))
    const { json } = await admin.get(`/api/timeline?from=${date}&to=${date}`)
    expect(json).toMatchObject({ total: 2, next: null })
    const rows = json as unknown as { items: { id: string; blocks: unknown[] }[] }
    const row = rows.items.find(({ id }) => id === commune)
    expect(row).toMatchObject({
      kind: 'area',
      name: 'Xã Định An',
      devices: 1,
      windows: [{ from: at(date, 0), to: at(date, 24) }],
      quiet: [],
      blocks: [
        {
          schedule: { id: scheduleId, name: 'Sáng' },
          from: at(date, 5),
          to: at(date, 5) + 20 * 60_000,
          devices: 1,
          isDraft: false,
          isConflict: false,
          overridden: [{ from: at(date, 5) + 600_000, to: at(date, 5) + 660_000 }],
        },
        { schedule: { id: urgentId }, priority: 'emergency', isDraft: true, overridden: [] },
      ],
    })
    const published = await admin.get(`/api/timeline?from=${date}&to=${date}&view=published`)
    expect(JSON.stringify(published.json)).not.toContain('Tin lũ')
    for (const kind of ['children', 'devices']) {
      const path = `/api/timeline?from=${date}&to=${date}&rows=${kind}&search=go+quao`
      expect((await admin.get(path)).json, kind).toMatchObject({
        total: kind === 'children' ? 0 : 1,
      })
    }
    expect(
      (await admin.get(`/api/timeline?from=${date}&to=${addDays(date, 42)}`)).json,
    ).toMatchObject({
      code: 'bad-input',
      fields: [{ field: 'to' }],
    })
    const explained = await admin.get(`/api/devices/${here.deviceId}/explain?at=${at(date, 5) + 1}`)
    expect(explained.json).toMatchObject({
      publication: 1,
      channels: [
        {
          channel: 'audio',
          entry: { from: at(date, 5), item: { title: 'Bản tin sáng' } },
          others: [],
          next: { from: at(addDays(date, 1), 5) },
        },
      ],
    })
    await admin.send('DELETE', '/api/draft')
  })

  test('of one device is a day item by item, and after the last item it says that it has ended', async () => {
    const here = await town()
    const { admin, deviceId, scheduleId } = here
    const date = addDays(today(), 2)
    const day = await admin.get(`/api/devices/${deviceId}/timeline?date=${date}`)
    expect(day.json).toMatchObject({
      deviceId,
      startsAt: at(date, 0),
      channels: [
        { entries: [{ from: at(date, 5), because: { schedules: [{ id: scheduleId }] } }] },
      ],
    })
    const silent = await admin.get(
      `/api/devices/${deviceId}/explain?at=${at(date, 5) + 25 * 60_000}`,
    )
    expect(silent.json).toMatchObject({
      channels: [{ entry: null, others: [{ schedule: { id: scheduleId }, reason: 'ended' }] }],
    })
    // Before anything was published nothing was planned, and no publication held.
    const before = await admin.get(`/api/devices/${deviceId}/explain?at=1700000000000`)
    expect(before.json).toMatchObject({
      publication: null,
      channels: [{ entry: null, others: [] }],
    })
  })

  test('a draft that is not saved is previewed: times, conflicts, what does not fit', async () => {
    const here = await town()
    const { admin, morning, scheduleId } = here
    const from = addDays(today(), 1)
    const schedule = {
      ...morning,
      name: 'Trùng giờ',
      time: { ...morning.time, startTime: '05:10', endTime: '05:40' },
    }
    const ask = (change: object) =>
      admin.post('/api/preview', { schedule, from, to: addDays(from, 1), ...change })
    expect(await ask({})).toMatchObject({
      status: 200,
      json: {
        devices: 1,
        occurrences: [
          { date: from, from: at(from, 5) + 10 * 60_000, to: at(from, 5) + 40 * 60_000 },
          { date: addDays(from, 1) },
        ],
        conflicts: [
          { other: { id: scheduleId }, devices: 1, deviceNames: ['Thiết bị 30964 · Xã Định An'] },
        ],
      },
    })
    expect((await ask({ replaces: scheduleId })).json).toMatchObject({ conflicts: [] })
    expect((await admin.get('/api/schedules')).json).toHaveLength(1)
    const refused = await admin.post('/api/schedules', schedule)
    expect(refused).toMatchObject({
      status: 409,
      json: { code: 'schedule-conflict', conflicts: [{ other: { name: 'Sáng' } }] },
    })
    expect((await admin.post('/api/schedules?accept=conflicts', schedule)).status).toBe(201)
    const impact = await admin.get('/api/draft/impact')
    expect(impact.json).toMatchObject({
      changes: [{ kind: 'added', name: 'Trùng giờ' }],
      conflicts: [{ other: { name: 'Sáng' } }],
    })
    await admin.send('DELETE', '/api/draft')
  })

  test('the impact names devices, the first minute, and what begins', async () => {
    const here = await town()
    const { admin, areas, commune, playlistId, morning, scheduleId } = here
    const moved = { ...morning, time: { ...morning.time, startTime: '06:00', endTime: '06:20' } }
    await admin.send('PUT', `/api/schedules/${scheduleId}`, { version: 1, ...moved })
    const evening = { startTime: '18:00', endTime: '18:30', startDate: addDays(today(), 1) }
    await admin.post(
      '/api/schedules',
      scheduleBody(commune, playlistId, { name: 'Chiều', time: evening }),
    )
    const { json } = await admin.get('/api/draft/impact')
    const firstOld = at(today(), 5) > Date.now() ? today() : addDays(today(), 1)
    expect(json).toMatchObject({
      devices: 1,
      foreign: 0,
      areas: [
        {
          areaId: commune,
          devices: 1,
          starts: [{ name: 'Chiều', at: at(addDays(today(), 1), 18) }],
          stops: [],
          moves: [{ name: 'Sáng', to: { to: expect.any(Number) } }],
        },
      ],
      misfits: [{ kind: 'short', schedule: { name: 'Chiều' }, playlistMs: 20 * 60_000 }],
      conflicts: [],
    })
    const { firstChangeAt } = json as unknown as { firstChangeAt: number }
    expect(firstChangeAt).toBeLessThanOrEqual(at(firstOld, 6))
    const elsewhere = await admin.get(`/api/draft/impact?areaId=${areas['30988']}`)
    expect(elsewhere.json).toMatchObject({ changes: [], devices: 0, areas: [] })
    await admin.send('DELETE', '/api/draft')
  })

  test('a day is copied to other dates, and schedules to other areas with what they play', async () => {
    const here = await town()
    const { admin, areas, clip, commune } = here
    const date = addDays(today(), 5)
    const playlistId = idOf(
      await admin.post(
        '/api/playlists',
        playlistBody(commune, [await clip('x')], { name: 'Của xã' }),
      ),
    )
    const time = { startDate: date, startTime: '09:00', endTime: '09:10', rrule: null }
    const made = await admin.post('/api/schedules', scheduleBody(commune, playlistId, { time }))
    const scheduleIds = [idOf(made)]
    const body = { scheduleIds, from: date, days: 1, to: [addDays(date, 7), addDays(date, 14)] }
    expect(await admin.post('/api/schedules/copy-days', body)).toMatchObject({
      status: 201,
      json: { scheduleIds, playlistIds: [] },
    })
    expect((await admin.get(`/api/schedules/${scheduleIds[0]}`)).json).toMatchObject({
      version: 2,
      time: { extraDates: [addDays(date, 7), addDays(date, 14)] },
    })
    expect((await admin.post('/api/schedules/copy-days', body)).json).toMatchObject({
      code: 'bad-input',
      fields: [{ field: 'to' }],
    })
    const areaIds = [areas['30988']]
    const copied = await admin.post('/api/schedules/copy-to-areas', { scheduleIds, areaIds })
    const { json } = copied as unknown as { json: { scheduleIds: string[]; playlistIds: string[] } }
    expect((await admin.get(`/api/schedules/${json.scheduleIds[0]}`)).json).toMatchObject({
      areaId: areas['30988'],
      audience: { areaIds, deviceIds: [] },
      playlistId: json.playlistIds[0],
    })
    expect((await admin.get(`/api/playlists/${json.playlistIds[0]}`)).json).toMatchObject({
      name: 'Của xã',
      areaId: areas['30988'],
    })
    await admin.send('DELETE', '/api/draft')
  })

  test('a calendar program reads it under an address that nobody can guess', async () => {
    const here = await town()
    const { url, admin, commune, deviceId } = here
    for (const what of [`areas/${commune}`, `devices/${deviceId}`]) {
      const { json } = await admin.get(`/api/${what}/calendar`)
      const path = String((json as unknown as { path: string }).path)
      const answer = await fetch(url + path)
      expect(answer.headers.get('content-type')).toContain('text/calendar')
      const calendar = new ICAL.Component(ICAL.parse(await answer.text()))
      const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event))
      expect(events.length).toBeGreaterThan(80)
      const next = events.find(({ startDate }) => startDate.toJSDate().getTime() > Date.now())
      expect(next?.summary).toBe('Sáng')
      expect(next?.startDate.toJSDate().getUTCHours()).toBe(22)
      expect(next?.duration.toSeconds()).toBe(1_800)
      expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length)
      expect((await fetch(url + path.replace(/.{4}$/, 'AAAA'))).status).toBe(404)
      expect((await fetch(`${url}/api/${what}/calendar.ics?token=x`)).status).toBe(404)
    }
    const { json } = await admin.get(`/api/devices/${deviceId}/calendar`)
    const token = String((json as unknown as { path: string }).path).split('=')[1]
    expect((await fetch(`${url}/api/areas/${commune}/calendar.ics?token=${token}`)).status).toBe(
      404,
    )
  })
})

describe('bad input names its field', () => {
  const nested = (playlistId: string, take: number | null = null) => ({
    kind: 'playlist',
    playlistId,
    take,
  })

  test('a playlist that contains itself, that is not there, or that is for the other channel', async () => {
    const { admin, areas } = await openOffice('sqlite')
    const areaId = areas['91'] ?? ''
    const add = async (change: object) =>
      idOf(await admin.post('/api/playlists', playlistBody(areaId, [], change)))
    const a = await add({ name: 'A' })
    const b = await add({ name: 'B', items: [nested(a)] })
    const screen = await add({ name: 'Bảng', channel: 'screen' })
    const put = (items: unknown[]) =>
      admin.send('PUT', `/api/playlists/${a}`, {
        version: 1,
        ...playlistBody(areaId, [], { items }),
      })
    expect(await put([nested(b)])).toMatchObject({
      status: 400,
      json: { code: 'bad-input', fields: [{ field: 'items.0.playlistId' }] },
    })
    expect((await put([nested(a)])).json.fields).toMatchObject([{ field: 'items.0.playlistId' }])
    const gone = '01890000-0000-7000-8000-00000000dead'
    expect((await put([nested(screen), nested(gone)])).json.fields).toMatchObject([
      { field: 'items.0.playlistId' },
      { field: 'items.1.playlistId' },
    ])
    expect(await admin.send('DELETE', `/api/playlists/${a}?version=1`)).toMatchObject({
      status: 409,
      json: { code: 'playlist-nested' },
    })
    // Lists of lists grow: what would unfold to millions of items is refused before it is compiled.
    let last = await add({ name: '0', items: [nested(b), nested(b), nested(b)] })
    let refused: Awaited<ReturnType<typeof admin.post>> | undefined
    for (let depth = 1; depth < 16 && !refused; depth++) {
      const items = [nested(last, 900), nested(last), nested(last), nested(last)]
      const made = await admin.post('/api/playlists', playlistBody(areaId, [], { items }))
      if (made.status === 201) last = idOf(made)
      else refused = made
    }
    expect(refused?.json).toMatchObject({
      code: 'bad-input',
      fields: [{ field: 'items.0.playlistId' }],
    })
    const { json } = await admin.get(`/api/playlists/${a}`)
    expect(json).toMatchObject({ name: 'A', version: 1 })
  })

  test('a relay needs an address, what stands in must be approved, and a playlist needs its length', async () => {
    const { admin, areas, clip } = await openOffice('sqlite')
    const areaId = areas['91'] ?? ''
    const relay = (change: object) =>
      admin.post('/api/assets/relays', {
        title: 'Đài tỉnh',
        areaId,
        themeIds: [],
        url: 'https://stream.example/live',
        fallbackAssetId: null,
        ...change,
      })
    const none = ['ftp://x/y', 'không phải', 'https://user:secret@x/y', 'file:///etc/passwd']
    const foreign = ['udp://x:5000', 'rtp://x:5000', 'http://stream.example/live']
    const own = ['https://0x7f000001/', 'https://[::1]/', 'https://169.254.169.254/latest']
    for (const url of [...none, ...foreign, ...own, 'https://x/\nhttps://y/']) {
      const { json } = await relay({ url })
      expect(json, url).toMatchObject({ fields: [{ field: 'url' }] })
      expect(JSON.stringify(json), url).toContain('RELAY_HOSTS')
    }
    const gone = '01890000-0000-7000-8000-00000000dead'
    expect((await relay({ fallbackAssetId: gone })).json.fields).toMatchObject([
      { field: 'fallbackAssetId' },
    ])
    expect((await relay({ themeIds: [gone] })).json.fields).toMatchObject([{ field: 'themeIds.0' }])
    const made = await relay({ fallbackAssetId: await clip('thay') })
    expect(made).toMatchObject({
      status: 201,
      json: {
        kind: 'relay',
        approval: { state: 'draft' },
        relay: { url: 'https://stream.example/live' },
      },
    })
    const { rendition } = made.json as unknown as { rendition: { sha256: string; mime: string } }
    expect((await admin.get(`/media/${rendition.sha256}`)).text).toBe(
      'https://stream.example/live\r\n',
    )
    const refused = await admin.post('/api/playlists', playlistBody(areaId, [idOf(made)]))
    expect(refused.json).toMatchObject({ fields: [{ field: 'items.0.durationMs' }] })
  })

  test('a relay from a listed host is taken, and one from any other cannot be approved', async () => {
    const settings = { RELAY_HOSTS: 'Studio.Example:8000, 10.0.0.5' }
    const { admin, areas, store, hire } = await openOffice('sqlite', settings)
    const approver = await hire('duyet', 'approver', '91')
    const areaId = (areas['91'] ?? '') as AreaId
    const judge = (id: string, sha256: unknown, state: string) =>
      approver.post(`/api/assets/${id}/verdict`, { state, sha256, version: 1, note: null })
    const about = { title: 'Phòng thu', areaId, themeIds: [], fallbackAssetId: null }
    const made = await admin.post('/api/assets/relays', {
      ...about,
      url: 'http://Studio.Example:8000/live',
    })
    expect(made.json).toMatchObject({ relay: { url: 'http://studio.example:8000/live' } })
    const { sha256 } = made.json.rendition as { sha256: string }
    expect((await judge(idOf(made), sha256, 'approved')).status).toBe(200)

    // One that was stored before addresses were looked at, or while its host was listed.
    const id = await store.assets.add(
      {
        ...{ ...about, language: 'vi', createdBy: 'x' },
        original: { name: 'udp', sha256: sha('udp'), bytes: 1 },
      },
      Date.now(),
    )
    const measured = { durationMs: null, width: null, height: null }
    const loudness = { loudnessLufs: null, truePeakDbtp: null }
    await store.assets.finishIngest(id, {
      ...{ kind: 'relay', waveform: null, thumbnail: null },
      rendition: { sha256: sha('udp'), mime: RELAY_MIME, bytes: 1, ...measured, ...loudness },
      relay: { url: 'udp://239.1.1.1:5000', fallbackAssetId: null },
    })
    expect(await judge(id, sha('udp'), 'approved')).toMatchObject({
      status: 409,
      json: { code: 'relay-not-allowed' },
    })
    expect((await judge(id, sha('udp'), 'rejected')).status).toBe(200)
  })

  test('a campaign keeps its themes by their code, and lets go of none that is used', async () => {
    const { admin, clip } = await openOffice('sqlite')
    const input = (change: object = {}) => ({
      name: 'Đợt',
      directive: {
        issuer: 'Sở',
        number: null,
        symbol: null,
        date: null,
        subject: 'V/v',
        basis: [],
      },
      phases: [{ code: '1', name: 'Một', from: '2024-01-01', to: null }],
      themes: [
        { code: 'a', name: 'A', phases: ['1'] },
        { code: 'b', name: 'B', phases: ['1'] },
      ],
      targets: [{ theme: 'a', per: 'plays', count: 7 }],
      ...change,
    })
    const { json } = await admin.post('/api/campaigns', input())
    const campaign = json as unknown as Campaign
    const [a, b] = campaign.themes.map(({ id }) => id) as [ThemeId, ThemeId]
    await clip('Bài hát', { themeIds: [b] })
    const path = `/api/campaigns/${campaign.id}`
    const themes = [{ code: 'a', name: 'A mới', phases: ['1'] }]
    const refused = await admin.send('PUT', path, { version: 1, ...input({ themes }) })
    expect(refused).toMatchObject({ status: 409, json: { code: 'theme-in-use' } })
    expect(refused.json.title).toContain('“Bài hát”')
    const more = [
      ...themes,
      { code: 'b', name: 'B', phases: [] },
      { code: 'c', name: 'C', phases: ['1'] },
    ]
    const edited = await admin.send('PUT', path, { version: 1, ...input({ themes: more }) })
    expect(edited.json).toMatchObject({
      version: 2,
      themes: [{ id: a, name: 'A mới' }, { id: b }, { code: 'c' }],
      targets: [{ themeId: a, per: 'plays', count: 7 }],
    })
    const pdf = new TextEncoder().encode('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n')
    const attached = await admin.send('POST', `${path}/document?name=cv.pdf`, pdf)
    expect(attached.json).toMatchObject({ version: 3, document: { name: 'cv.pdf' } })
    const bad = await admin.send(
      'POST',
      `${path}/document?name=cv.pdf`,
      new TextEncoder().encode('x'),
    )
    expect(bad).toMatchObject({ status: 415, json: { code: 'document-kind-unknown' } })
    const { code } = (await admin.get(`${path}/coverage?week=2024-11-12`)).json as {
      code?: unknown
    }
    expect(code).toBe('bad-input')
    const { json: week } = await admin.get(`${path}/coverage?week=2024-11-11`)
    expect(week).toMatchObject({ themes: [{ code: 'a' }, { code: 'b' }, { code: 'c' }], rows: [] })
  })

  test('an audience that is not there', async () => {
    const { admin, areas } = await openOffice('sqlite')
    const areaId = areas['91'] ?? ''
    const playlistId = idOf(await admin.post('/api/playlists', playlistBody(areaId, [])))
    const gone = '01890000-0000-7000-8000-00000000dead'
    const audience = { areaIds: [areaId, gone], deviceIds: [gone] }
    const answer = await admin.post(
      '/api/schedules',
      scheduleBody(areaId, playlistId, { audience }),
    )
    expect(answer).toMatchObject({
      status: 400,
      json: { fields: [{ field: 'audience.areaIds.1' }, { field: 'audience.deviceIds.0' }] },
    })
  })
})

test('[AU1, AU2] a schedule is heard by its areas but those that it excepts, and by devices that it names', async () => {
  const { admin, areas, clip, device, store } = await openOffice('sqlite')
  const province = areas['91'] as string
  const [heard, other] = [await device('30964'), await device('30964')]
  const elsewhere = await device('30988')
  const playlistId = idOf(
    await admin.post('/api/playlists', playlistBody(province, [await clip('Tin')])),
  )
  const audience = (deviceIds: string[], except: object) => ({
    audience: { areaIds: [province], deviceIds, except },
  })
  const date = addDays(today(), 1)
  const hears = async (id: string) => {
    const { json } = await admin.get(`/api/devices/${id}/timeline?date=${date}&view=draft`)
    const [channel] = json.channels as unknown as { entries: unknown[] }[]
    return (channel?.entries.length ?? 0) > 0
  }
  const reached = async () => Promise.all([heard, other, elsewhere].map(hears))
  const made = await admin.post(
    '/api/schedules',
    scheduleBody(province, playlistId, audience([], { areaIds: [], deviceIds: [other] })),
  )
  expect(made.status).toBe(201)
  expect(await reached()).toEqual([true, false, true])
  expect((await admin.get('/api/draft/impact')).json).toMatchObject({ devices: 2 })
  const change = async (body: Record<string, unknown>) => {
    const { status } = await admin.send('PUT', `/api/schedules/${idOf(made)}`, {
      ...scheduleBody(province, playlistId, body),
      version: (await store.draft.read()).schedules[0]?.version,
    })
    expect(status).toBe(200)
  }
  const commune = areas['30964'] as string
  await change(audience([], { areaIds: [commune], deviceIds: [] }))
  expect(await reached()).toEqual([false, false, true])
  // One device of the excepted area is named itself.
  await change(audience([other], { areaIds: [areas['907']], deviceIds: [] }))
  expect(await reached()).toEqual([false, true, true])
  await change(audience([other], { areaIds: [], deviceIds: [other] }))
  expect(await reached()).toEqual([true, false, true])
  const preview = await admin.post('/api/preview', {
    schedule: scheduleBody(
      province,
      playlistId,
      audience([], { areaIds: [commune], deviceIds: [] }),
    ),
    ...{ from: date, to: date },
  })
  expect(preview.json).toMatchObject({ devices: 1 })
  const unknown = '01890000-0000-7000-8000-0000000000ff'
  const refused = await admin.post(
    '/api/schedules',
    scheduleBody(province, playlistId, audience([], { areaIds: [unknown], deviceIds: [unknown] })),
  )
  expect(refused.json.fields).toMatchObject([
    { field: 'audience.except.areaIds.0' },
    { field: 'audience.except.deviceIds.0' },
  ])
})

test('the planner fills a week up to its targets, and what was missed can be made good', async () => {
  const { admin, areas, clip, device, store } = await openOffice('sqlite')
  const commune = areas['30964'] as string
  const deviceId = await device('30964')
  const directive = {
    issuer: 'Sở',
    number: null,
    symbol: null,
    date: null,
    subject: 'V/v',
    basis: [],
  }
  const made = await admin.post('/api/campaigns', {
    name: 'Đợt',
    directive,
    phases: [{ code: '1', name: 'Một', from: '2024-01-01', to: null }],
    themes: [
      { code: 'a', name: 'A', phases: ['1'] },
      { code: 'b', name: 'B', phases: ['1'] },
    ],
    targets: [
      { theme: 'a', per: 'plays', count: 5 },
      { theme: 'b', per: 'plays', count: 2 },
    ],
  })
  const campaign = made.json as unknown as Campaign
  const [a] = campaign.themes.map(({ id }) => id) as [ThemeId]
  await clip('Có chủ đề', { themeIds: [a], durationMs: 120_000 })
  const windows = [{ startTime: '05:00', endTime: '06:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }]
  await admin.send('PUT', `/api/areas/${commune}/policy`, {
    ...NO_POLICY,
    broadcastWindows: windows,
  })
  const monday = addDays(today(), 8 - weekdayOf(today()))
  const path = `/api/campaigns/${campaign.id}`
  const { json: proposal } = await admin.post(`${path}/proposals`, {
    areaId: commune,
    week: monday,
  })
  expect(proposal).toMatchObject({
    targets: [
      { theme: { code: 'a' }, asked: 5, planned: 5, devicesShort: 0 },
      { theme: { code: 'b' }, asked: 2, planned: 0, devicesShort: 1 },
    ],
    shortfalls: [{ theme: { code: 'b' }, per: 'plays', missing: 2, reason: 'no-approved-asset' }],
  })
  // What somebody made of it by hand is refused by field, and nothing is kept of it.
  const [session] = (proposal as unknown as Proposal).sessions
  for (const [field, sessions] of [
    ['proposal.sessions.0.date', [{ ...session, date: addDays(monday, 7) }]],
    ['proposal.sessions.0.startTime', [{ ...session, startTime: '25:00' }]],
  ] as const) {
    const altered = await admin.post(`${path}/proposals/accept`, {
      proposal: { ...proposal, sessions },
    })
    expect(altered).toMatchObject({ status: 400, json: { fields: [{ field }] } })
  }
  expect((await admin.get('/api/playlists')).json).toEqual([])
  const accepted = await admin.post(`${path}/proposals/accept`, { proposal })
  expect(accepted.status).toBe(201)
  expect((await publishDraft(admin)).json).toMatchObject({ devices: 1 })
  const { json: week } = await admin.get(`${path}/coverage?week=${monday}`)
  expect(week).toMatchObject({
    rows: [{ areaId: commune, cells: [{ planned: 5, delivered: 0, target: 1 }, { target: 0 }] }],
  })
  // Nothing of the coming week can have been missed yet.
  expect((await admin.get(`${path}/make-goods?week=${monday}`)).json).toEqual([])

  // Two weeks ago it was planned every day, and only two plays came.
  const clipId = (await store.assets.changedSince(-1))[0]?.id as string
  const daily = playlistBody(commune, [clipId])
  const playlistId = idOf(await admin.post('/api/playlists', daily))
  const everyDay = scheduleBody(commune, playlistId)
  expect((await admin.post('/api/schedules?accept=conflicts', everyDay)).status).toBe(201)
  const content = await store.draft.read()
  const long = Date.now() - 40 * 24 * HOUR
  const earlier = { base: 1, at: long, by: 'Lan', changes: [], restored: null, content }
  await store.manifests.save(new Map(), [], [], (tx) => addPublication(tx, earlier, []))
  const past = addDays(monday, -14)
  const plays = [1, 2].map((day) => {
    const plannedStartAt = at(addDays(past, day), 5)
    const theme = { id: a, code: 'a', name: 'A', campaign: 'Đợt' }
    const plannedEndAt = plannedStartAt + 10_000
    const play = aPlay({ plannedStartAt, plannedEndAt, themes: [theme] })
    return { kind: 'play' as const, play }
  })
  await planPlays(
    store,
    [deviceId],
    plays.map(({ play }) => play),
  )
  const arrival = anArrival(aBatch(aJournal(plays, { deviceId }), 0, { deviceId }), deviceId)
  await store.journal.append([arrival], (note) => note, Date.now())
  // What the statements of those days say: what was not reported is not known to be missed.
  const place = { dimension: 'device' as const, value: deviceId, areaId: commune, themeId: a }
  const states = [
    { delivered: 1 },
    { delivered: 1 },
    { missed: 2 },
    { shortened: 1 },
    { unknown: 2 },
  ]
  for (const [day, tally] of states.entries()) {
    const date = addDays(past, day + 1)
    await store.statements.expect(deviceId, date, 1)
    await store.statements.save({
      ...{ deviceId, date, dueAt: 1, nextAt: null, at: Date.now(), missing: [] },
      coverage: [date, date.slice(0, 7)].map((period) => ({
        ...{ ...place, period, channel: 'audio' as const },
        tally: { ...NO_TALLY, ...tally },
      })),
    })
  }
  const { json: goods } = await admin.get(`${path}/make-goods?week=${past}`)
  expect(goods).toMatchObject([
    { theme: { code: 'a' }, areaId: commune, missedPlays: 3, devices: 1 },
  ])
  const [{ sessions }] = goods as unknown as [{ sessions: { items: unknown[] }[] }]
  expect(sessions.flatMap(({ items }) => items)).toHaveLength(3)
  expect((await admin.get(`${path}/coverage?week=${past}`)).json).toMatchObject({
    rows: [{ cells: [{ planned: 7, delivered: 2 }, { planned: 0 }] }],
  })
})
