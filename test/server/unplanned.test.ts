import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type AreaId, type DeviceId, type JournalRecord, type Play, POST_TYPE } from '#protocol'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { aJournal, aPlay, sha } from '../support/builders.ts'
import { aBatch } from '../support/evidence.ts'
import { planPlays } from '../support/planned.ts'
import { startServer, withAreas } from '../support/server.ts'
import { enrolDevice } from '../support/stranger.ts'

const NOON = Date.parse('2024-11-11T12:00:00+07:00')
const THEME = {
  id: '01890000-0000-7000-8000-0000000000cc' as never,
  code: '1.1',
  name: 'Niềm tin',
  campaign: 'Đợt',
}

/** A device whose keys the test holds, and a plan of three plays that the server made for it. */
const aDevice = async () => {
  const { url, folder } = await startServer()
  const { admin, areas } = await withAreas(url)
  const device = await enrolDevice(admin, areas['30964'])
  const deviceId = device.deviceId as DeviceId
  const { db, reading, close } = await openSqlite(join(folder, 'data'))
  onTestFinished(() => close())
  const store = createStore(db, 'Asia/Ho_Chi_Minh', reading)
  const area = {
    ...{ id: areas['30964'] as AreaId, code: '30964' },
    path: ['Tỉnh Kiên Giang', 'Huyện Gò Quao', 'Xã Định An'],
  }
  const planned = [0, 1, 2].map((index) =>
    aPlay({
      ...{ area, device: 'Loa', themes: [THEME] },
      ...{ plannedStartAt: NOON + index * 60_000, plannedEndAt: NOON + (index + 1) * 60_000 },
    }),
  )
  await planPlays(store, [deviceId], planned)
  const post = async (events: readonly unknown[], from = 0, journal?: string[], epoch = 0) => {
    const times = events.map(() => NOON)
    const records =
      journal ?? aJournal(events as JournalRecord['event'][], { deviceId, epoch, times })
    const key = device.journalKey
    const body = Buffer.from(JSON.stringify(aBatch(records, from, { deviceId, key, epoch })))
    const { status, json } = await admin.send('POST', '/api/player/records', body, {
      ...{ 'content-type': 'application/json', cookie: '' },
      authorization: `Device ${deviceId} ${device.deviceKey.sign(POST_TYPE, body)}`,
    })
    expect(status, JSON.stringify(json)).toBe(200)
    return json.verdicts as unknown as string[]
  }
  const play = (play: Play) => ({ kind: 'play', play })
  const counted = async () => {
    const coverage = await admin.get('/api/coverage?from=2024-11-01&to=2024-11-30')
    const { plays } = (coverage.json as unknown as { total: { plays: number } }).total
    return { log: (await admin.get('/api/plays')).json.total, plays }
  }
  const alerts = async (of = 'unplanned') =>
    ((await admin.get('/api/alerts')).json as unknown as { kind: string; count: number }[]).filter(
      ({ kind }) => kind === of,
    )
  return { url, admin, areas, area, deviceId, planned, post, play, counted, alerts, store }
}

test('a play counts where the server planned it, and only there', async () => {
  const { planned, post, play, counted, alerts } = await aDevice()
  expect(await post(planned.map(play))).toEqual(['stored', 'stored', 'stored'])
  expect(await counted()).toEqual({ log: 3, plays: 3 })
  expect(await alerts()).toEqual([])
})

test('what a device makes up is kept apart: not counted, not in the log, in nobody else’s log, and an alert', async () => {
  const { admin, areas, area, deviceId, planned, post, play, counted, alerts } = await aDevice()
  const [first] = planned
  if (!first) throw new Error('no play')
  const other = { ...area, id: areas['30988'] as AreaId, code: '30988' }
  const invented: Partial<Play>[] = [
    { area: other },
    { area: { ...area, path: ['Tỉnh Kiên Giang', 'Huyện An Biên', 'Xã Tây Yên'] } },
    { device: 'Loa khác' },
    { plannedStartAt: NOON + 30_000 },
    { plannedEndAt: NOON + 61_000 },
    { plannedStartAt: NOON + 86_400_000, plannedEndAt: NOON + 86_460_000 },
    { asset: { ...first.asset, sha256: sha('khác') } },
    { asset: { ...first.asset, title: 'Tên khác' } },
    { scheduleId: '01890000-0000-7000-8000-0000000000ab' as never },
    { schedule: 'Lịch khác' },
    { themes: [{ ...THEME, name: 'Tên khác' }] },
    { themes: [] },
    { approvedBy: 'Chủ tịch xã' },
    { priority: 'emergency' },
    { channel: 'screen' },
  ]
  const events = invented.map((change) => play({ ...first, ...change }))
  expect(new Set(await post([play(first), ...events]))).toEqual(new Set(['stored']))
  expect(await counted()).toEqual({ log: 1, plays: 1 })
  expect(await alerts()).toMatchObject([{ kind: 'unplanned', deviceId, count: invented.length }])

  const list = await admin.get('/api/plays/unplanned?limit=10')
  const page = list.json as unknown as { items: { seq: number }[]; next: string }
  expect(page.items).toHaveLength(10)
  const rest = await admin.get(`/api/plays/unplanned?limit=10&cursor=${page.next}`)
  const seqs = [...page.items, ...(rest.json as unknown as typeof page).items].map(({ seq }) => seq)
  expect(seqs).toEqual(invented.map((_, index) => invented.length - index))
  // Its record is there, and is proved like any other.
  const one = await admin.get(`/api/plays/${deviceId}/0/1`)
  expect(one.json).toMatchObject({ isPlanned: false, seq: 1 })
  expect((await admin.get(`/api/plays/${deviceId}/0/1/proof`)).status).toBe(200)
  const reached = await admin.get(`/api/plays?areaId=${areas['30988']}`)
  expect(reached.json.total).toBe(0)
  const csv = (await admin.get('/api/plays.csv')).text
  expect(csv.trim().split('\r\n')).toHaveLength(2)
})

test('an entry of the plan counts once, in whatever epoch it is told again; what is told again is kept apart', async () => {
  const { admin, deviceId, planned, post, play, counted, alerts } = await aDevice()
  const [first, second] = planned
  if (!first || !second) throw new Error('no plays')
  const whole = (one: Play) => ({
    ...{ ...one, startAt: one.plannedStartAt, endAt: one.plannedEndAt },
    ...{ playedMs: 60_000, outcome: 'completed' as const },
  })
  // Within a batch, in the next batch, and in an epoch that began later.
  const events = [whole(first), whole(first), { ...whole(first), volume: 70 }].map(play)
  const journal = aJournal(events as JournalRecord['event'][], { deviceId })
  await post([], 0, journal.slice(0, 2))
  await post([], 2, journal)
  expect(await post([play(whole(first)), play(whole(second))], 0, undefined, 1)).toEqual([
    'stored',
    'stored',
  ])
  expect(await counted()).toEqual({ log: 2, plays: 2 })
  expect(await alerts()).toEqual([])
  expect(await alerts('repeated')).toMatchObject([{ deviceId, count: 3 }])
  const list = await admin.get('/api/plays/unplanned')
  const { items } = list.json as unknown as { items: { apart: string; epoch: number }[] }
  expect(items.map(({ apart }) => apart)).toEqual(['repeated', 'repeated', 'repeated'])
  const one = await admin.get(`/api/plays/${deviceId}/1/0`)
  expect(one.json).toMatchObject({ apart: 'repeated', isPlanned: true })
  expect((await admin.get(`/api/plays/${deviceId}/1/0/proof`)).status).toBe(200)
})

test('a play that was broken off and taken up again counts in its parts, no longer than what was planned', async () => {
  const { planned, post, play, counted, alerts } = await aDevice()
  const [first] = planned
  if (!first) throw new Error('no play')
  const part = (from: number, to: number, outcome: Play['outcome']) =>
    play({
      ...{ ...first, startAt: NOON + from, endAt: NOON + to, playedMs: to - from, outcome },
    })
  await post([
    part(0, 20_000, 'interrupted'),
    part(25_000, 60_000, 'partial'),
    // It lies beside the others, and together they would be longer than the entry.
    part(60_000, 90_000, 'partial'),
    part(5_000, 15_000, 'partial'),
  ])
  expect(await counted()).toMatchObject({ log: 2 })
  expect(await alerts('repeated')).toMatchObject([{ count: 2 }])
})

test('a play of a plan for later is not played yet', async () => {
  const { planned, post, play, counted, store, deviceId } = await aDevice()
  const [first] = planned
  if (!first) throw new Error('no play')
  const at = Math.floor((Date.now() + 3_600_000) / 60_000) * 60_000
  const later = { ...first, revision: 2, plannedStartAt: at, plannedEndAt: at + 60_000 }
  await planPlays(store, [deviceId], [later])
  await post([play(later)])
  expect(await counted()).toMatchObject({ log: 0 })
})

test('what was over before its plan was made is not counted, though the plan holds the day before it', async () => {
  const { planned, post, play, counted, store, deviceId } = await aDevice()
  const [first] = planned
  if (!first) throw new Error('no play')
  const madeAt = NOON + 10 * 86_400_000
  const [before, after] = [madeAt - 86_400_000, madeAt + 3_600_000].map((plannedStartAt) => ({
    ...{ ...first, revision: 9, plannedStartAt },
    plannedEndAt: plannedStartAt + 60_000,
  })) as [Play, Play]
  await planPlays(store, [deviceId], [before, after], madeAt)
  await post([play(before), play(after)])
  expect(await counted()).toEqual({ log: 1, plays: 1 })
})

test('a batch that comes again in part counts what is new of it once, and keeps apart what is not planned', async () => {
  const { planned, post, play, counted, alerts, deviceId } = await aDevice()
  const [first, second] = planned
  if (!first || !second) throw new Error('no plays')
  const events = [play(first), play({ ...first, schedule: 'Lịch khác' }), play(second)]
  const journal = aJournal(events as JournalRecord['event'][], { deviceId })
  await post([], 0, journal.slice(0, 1))
  await post([], 0, journal)
  expect(await counted()).toEqual({ log: 2, plays: 2 })
  expect(await alerts()).toMatchObject([{ count: 1 }])
})

test('after a restore a later revision is known by its plans: what they hold is counted', async () => {
  const { planned, post, play, counted } = await aDevice()
  // The server was set back: it never issued revision 7, but holds the plans that it named.
  await post(planned.map((one) => play({ ...one, revision: 7 })))
  expect(await counted()).toEqual({ log: 3, plays: 3 })
})
