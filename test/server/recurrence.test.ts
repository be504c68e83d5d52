import { describe, expect, test } from 'vitest'
import type { Schedule, ScheduleId } from '#protocol'
import { up } from '../../server/store/migrations/0013-rules-as-they-were.ts'
import { addPublication } from '../../server/store/publications.ts'
import { createStore } from '../../server/store/store.ts'
import { aPlaylist, aSchedule } from '../support/builders.ts'
import { engines } from '../support/engines.ts'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

const desk = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip, device } = office
  const areaId = areas['30964'] ?? ''
  const deviceId = await device('30964')
  const list = await admin.post('/api/playlists', playlistBody(areaId, [await clip('a')]))
  const body = (time: object, change: Record<string, unknown> = {}) =>
    scheduleBody(areaId, idOf(list), { ...change, time })
  /** Puts a rule into a schedule that is stored already, as a server did that still took it. */
  const storeWith = async (id: string, rrule: string) =>
    office.store.draft.as(null).change((draft) => {
      const found = draft.schedules.find((schedule) => schedule.id === id) as Schedule
      const value = { ...found, time: { ...found.time, rrule } }
      return [{ what: 'schedule', id: id as ScheduleId, value }]
    })
  return { ...office, deviceId, body, storeWith }
}

type Occurrences = { occurrences: { date: string }[] }

test('[RC11] UNTIL in the preview: a date, a local time and a time in UTC', async () => {
  const { admin, body } = await desk()
  const span = { from: '2026-12-20', to: '2027-01-20' }
  const asked = async (until: string) => {
    const time = { startDate: '2026-12-25', rrule: `FREQ=DAILY;UNTIL=${until}` }
    const { json } = await admin.post('/api/preview', { schedule: body(time), ...span })
    return (json as unknown as Occurrences).occurrences.length
  }
  expect(await asked('20261230T220000Z')).toBe(7)
  expect(await asked('20261230T215959Z')).toBe(6)
  expect(await asked('20261231T235959')).toBe(7)
  expect(await asked('20261231T045959')).toBe(6)
  expect(await asked('20261231')).toBe(7)
})

test('[RC9] what is forbidden is refused at the field, in Vietnamese, with what to write', async () => {
  const { admin, body } = await desk()
  const answer = await admin.post('/api/schedules', body({ rrule: 'FREQ=WEEKLY;BYDAY=2SA,4SA' }))
  expect(answer).toMatchObject({
    status: 400,
    json: {
      code: 'recurrence-invalid',
      title: expect.stringContaining('BYDAY=2SA,4SA'),
      fields: [
        { field: 'time.rrule', message: expect.stringContaining('FREQ=MONTHLY;BYDAY=2SA,4SA') },
      ],
    },
  })
  const said = JSON.stringify(answer.json)
  expect(said).toContain('Thứ Bảy tuần thứ 2 và thứ 4')
  const right = await admin.post('/api/schedules', body({ rrule: 'FREQ=MONTHLY;BYDAY=2SA,4SA' }))
  expect(right.status).toBe(201)
})

test('[RC12] a rule that is stored and refused by now is withheld by name, and holds nothing up', async () => {
  const { admin, body, storeWith, deviceId } = await desk()
  const old = idOf(
    await admin.post(
      '/api/schedules',
      body({ startTime: '17:00', endTime: '17:30' }, { name: 'Cũ' }),
    ),
  )
  await storeWith(old, 'FREQ=WEEKLY;BYDAY=2SA,4SA')
  await admin.post('/api/schedules', body({}, { name: 'Sáng' }))

  const read = await admin.get('/api/schedules')
  expect(read).toMatchObject({ status: 200, json: [{ name: 'Cũ' }, { name: 'Sáng' }] })
  const impact = await admin.get('/api/draft/impact')
  const withheld = [
    { withheld: { schedule: 'Cũ', scheduleId: old, reason: 'recurrence-refused' }, devices: 1 },
  ]
  expect(impact).toMatchObject({ status: 200, json: { devices: 1, withheld } })
  expect((await publishDraft(admin)).status).toBe(201)

  const timeline = await admin.get(`/api/devices/${deviceId}/timeline?date=2027-11-27`)
  const said = JSON.stringify(timeline.json)
  expect(said).toContain('"name":"Sáng"')
  expect(said).not.toContain('"name":"Cũ"')
  const noon = Date.parse('2027-11-27T12:00:00+07:00')
  const why = await admin.get(`/api/devices/${deviceId}/explain?at=${noon}`)
  expect(JSON.stringify(why.json)).toContain('recurrence-refused')

  const copied = await admin.post('/api/schedules/copy-days', {
    scheduleIds: [old],
    from: '2027-11-27',
    days: 1,
    to: ['2027-11-28'],
  })
  expect(copied).toMatchObject({
    status: 400,
    json: {
      code: 'recurrence-invalid',
      title: expect.stringContaining('“Cũ”: BYDAY=2SA,4SA'),
      fields: [{ field: 'scheduleIds.0' }],
    },
  })
  const time = { startTime: '17:00', endTime: '17:30', rrule: 'FREQ=MONTHLY;BYDAY=2SA,4SA' }
  const edit = { version: 2, ...body(time, { name: 'Cũ' }) }
  expect((await admin.send('PUT', `/api/schedules/${old}`, edit)).status).toBe(200)
  const mended = await admin.get('/api/draft/impact')
  expect(mended).toMatchObject({ status: 200, json: { withheld: [] } })
})

describe.each(Object.entries(engines))('rules that are stored, on %s', (_name, open) => {
  test('[RC12] keep the last day that they had', async () => {
    const opened = await open()
    try {
      const store = createStore(opened.db)
      const list = aPlaylist([])
      const rules = {
        'FREQ=DAILY;UNTIL=20261231T235959Z': 'FREQ=DAILY;UNTIL=20261231',
        'FREQ=WEEKLY;UNTIL=20260105T170000Z;BYDAY=MO': 'FREQ=WEEKLY;UNTIL=20260105;BYDAY=MO',
        'freq=daily;until=20261231t000000': 'freq=daily;until=20261231',
        'FREQ=MONTHLY;UNTIL=20261231': 'FREQ=MONTHLY;UNTIL=20261231',
        'FREQ=DAILY;COUNT=9999;BYMONTHDAY=1': 'FREQ=DAILY;COUNT=9999;BYMONTHDAY=1',
      }
      const schedules = Object.keys(rules).map((rrule) =>
        aSchedule(list, { name: 'đến "UNTIL=20261231T235959Z"', time: { rrule } }),
      )
      await store.draft
        .as(null)
        .change(() =>
          schedules.map((value) => ({ what: 'schedule' as const, id: value.id, value })),
        )
      const content = { campaigns: [], playlists: [list], schedules, policies: [] }
      const publication = { base: 0, at: 1, by: 'Lan', changes: [], restored: null, content }
      await opened.db.transaction().execute((tx) => addPublication(tx, publication, []))

      await up(opened.db as Parameters<typeof up>[0])

      const wanted = schedules.map((schedule) => ({
        ...schedule,
        time: {
          ...schedule.time,
          rrule: rules[schedule.time.rrule as keyof typeof rules],
        },
      }))
      expect((await store.draft.read()).schedules).toEqual(wanted)
      expect((await store.publications.last())?.content.schedules).toEqual(wanted)
    } finally {
      await opened.close()
    }
  })
})
