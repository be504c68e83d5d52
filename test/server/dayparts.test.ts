import { expect, test } from 'vitest'
import { AreaPolicy, type Daypart, NO_POLICY, Problem, Schedule } from '#protocol'
import { EDITOR } from '../support/builders.ts'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'

type Answer = { json: unknown }
const idOf = ({ json }: Answer) => String((json as { id: unknown }).id)
const fieldsOf = ({ json }: Answer) => Problem.parse(json).fields

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const daypart = (code: string, startTime: string, endTime: string): Daypart => ({
  code,
  name: `Khung ${code}`,
  startTime,
  endTime,
  exceptions: [],
})
const noon = daypart('trua', '11:00', '11:30')
const morning = daypart('sang', '05:00', '06:00')

/** A province with the windows "sang" and "trua", and a playlist of one minute. */
const provinceWithWindows = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip } = office
  const province = areas['91'] ?? ''
  const path = (code: string) => `/api/areas/${areas[code]}/policy`
  const lay = async (code: string, dayparts: Daypart[] | null, query = '') => {
    const { version } = (await admin.get(path(code))).json
    return admin.send('PUT', `${path(code)}?version=${version}${query.replace('?', '&')}`, {
      ...NO_POLICY,
      dayparts,
    })
  }
  await lay('91', [morning, noon])
  const list = playlistBody(province, [await clip('a')])
  const playlistId = idOf(await admin.post('/api/playlists', list))
  const schedule = (change: Parameters<typeof scheduleBody>[2] = {}) =>
    scheduleBody(province, playlistId, change)
  return { ...office, province, path, lay, schedule, playlistId }
}

test('[TM2] a pair of times that says the same time twice is asked about, wherever it is typed', async () => {
  const { admin, path, schedule } = await provinceWithWindows()
  const add = (startTime: string, endTime: string) =>
    admin.post('/api/schedules', schedule({ time: { startTime, endTime } }))
  const refused = await add('08:00', '08:00:00')
  expect(refused.status).toBe(400)
  expect(fieldsOf(refused)).toMatchObject([
    { field: 'time.endTime', message: expect.stringContaining('24 giờ') },
  ])
  expect((await add('00:00', '00:00')).status).toBe(400)
  const whole = await add('00:00', '24:00')
  expect(whole.status).toBe(201)
  const edit = { version: 1, ...schedule({ time: { startTime: '07:15', endTime: '07:15' } }) }
  expect((await admin.send('PUT', `/api/schedules/${idOf(whole)}`, edit)).status).toBe(400)
  const preview = { schedule: schedule({ time: { endTime: '05:00' } }), from: '2024-11-12' }
  const previewed = await admin.post('/api/preview', { ...preview, to: '2024-11-13' })
  expect(fieldsOf(previewed)).toMatchObject([{ field: 'schedule.time.endTime' }])

  const twice = { startTime: '21:00', endTime: '21:00' }
  const window = { ...twice, weekdays: EVERY_DAY }
  const fine = { ...window, endTime: '22:00' }
  const policy = {
    ...NO_POLICY,
    broadcastWindows: [fine, window],
    quietHours: [window],
    screenBlank: [window],
    volumeCeilings: [{ ...twice, volume: 40 }],
    dayparts: [
      { ...morning, ...twice },
      { ...noon, exceptions: [{ weekday: 7, times: twice }] },
    ],
  }
  const laid = await admin.send('PUT', path('907'), policy)
  expect(laid.status).toBe(400)
  expect(
    fieldsOf(laid)
      .map(({ field }) => field)
      .sort(),
  ).toEqual([
    'broadcastWindows.1.endTime',
    'dayparts.0.endTime',
    'dayparts.1.exceptions.0.times.endTime',
    'quietHours.0.endTime',
    'screenBlank.0.endTime',
    'volumeCeilings.0.endTime',
  ])
  expect((await admin.get(path('907'))).json).toMatchObject({ version: 0 })
  const whenWhole = {
    ...NO_POLICY,
    quietHours: [{ ...fine, startTime: '00:00', endTime: '24:00' }],
  }
  expect((await admin.send('PUT', path('907'), whenWhole)).status).toBe(200)
})

test('[PL11] a schedule whose window does not exist in each of its areas is refused by field', async () => {
  const { admin, areas, lay, schedule, device } = await provinceWithWindows()
  const add = (daypart: string, change: object = {}) =>
    admin.post('/api/schedules', schedule({ ...change, time: { daypart } }))
  const unknown = await add('truaa')
  expect(unknown.status).toBe(400)
  const [fault] = fieldsOf(unknown)
  expect(fault?.field).toBe('time.daypart')
  expect(fault?.message).toContain('Tỉnh Kiên Giang')
  expect(fault?.message).toContain('sang (Khung sang), trua (Khung trua)')
  expect((await add('trua')).status).toBe(201)

  // One area below has windows of its own, and not this one.
  await lay('907', [morning], '?accept=dayparts')
  const below = await add('trua')
  expect(fieldsOf(below)).toMatchObject([
    { field: 'time.daypart', message: expect.stringContaining('Huyện Gò Quao') },
  ])
  const elsewhere = { audience: { areaIds: [areas['908'] ?? ''], deviceIds: [] } }
  expect((await add('trua', elsewhere)).status).toBe(201)
  const there = { audience: { areaIds: [areas['908']], deviceIds: [await device('30964')] } }
  expect((await add('trua', there)).status).toBe(400)

  const made = await add('trua', elsewhere)
  const copied = await admin.post('/api/schedules/copy-to-areas', {
    scheduleIds: [idOf(made)],
    areaIds: [areas['30988'], areas['30964']],
  })
  expect(copied.status).toBe(400)
  expect(fieldsOf(copied)).toMatchObject([{ field: 'areaIds.1' }])
  const previewed = await admin.post('/api/preview', {
    schedule: schedule({ time: { daypart: 'toi' } }),
    from: '2024-11-12',
    to: '2024-11-13',
  })
  expect(fieldsOf(previewed)).toMatchObject([{ field: 'time.daypart' }])
})

test('[PL11] taking a window away names the schedules that use it, and is done when confirmed', async () => {
  const { admin, areas, lay, path, schedule, playlistId, device } = await provinceWithWindows()
  const deviceId = await device('30964')
  const noonId = idOf(
    await admin.post(
      '/api/schedules',
      schedule({ name: 'Bản tin trưa', time: { daypart: 'trua', startTime: '05:00' } }),
    ),
  )
  const dawn = schedule({ name: 'Bản tin sáng', time: { daypart: 'sang' } })
  const dawnId = idOf(await admin.post('/api/schedules', dawn))
  await admin.post(
    '/api/schedules',
    scheduleBody(areas['91'] ?? '', playlistId, { name: 'Theo giờ' }),
  )
  await publishDraft(admin)

  const renamed = [
    { ...noon, code: 'buoi-trua' },
    { ...morning, endTime: '06:30' },
  ]
  const refused = await lay('91', renamed)
  expect(refused.status).toBe(409)
  const problem = Problem.parse(refused.json)
  expect(problem.code).toBe('daypart-in-use')
  expect(problem.dayparts).toEqual([
    {
      scheduleId: noonId,
      schedule: 'Bản tin trưa',
      daypart: 'trua',
      from: { startTime: '11:00', endTime: '11:30' },
      to: null,
      areas: ['Tỉnh Kiên Giang'],
    },
    {
      scheduleId: dawnId,
      schedule: 'Bản tin sáng',
      daypart: 'sang',
      from: { startTime: '05:00', endTime: '06:00' },
      to: { startTime: '05:00', endTime: '06:30' },
      areas: ['Tỉnh Kiên Giang'],
    },
  ])
  expect((await admin.get(path('91'))).json).toMatchObject({ own: { dayparts: [morning, noon] } })

  // Other times for a window that stays are no loss.
  expect((await lay('91', [{ ...noon, startTime: '11:10' }, morning])).status).toBe(200)
  expect((await lay('91', renamed, '?accept=dayparts')).status).toBe(200)
  const { json: impact } = await admin.get('/api/draft/impact')
  const [area] = (impact as unknown as { areas: { stops: object[]; moves: object[] }[] }).areas
  expect(area?.stops).toMatchObject([{ name: 'Bản tin trưa' }])
  // It ends long before its window: a longer window changes nothing that is heard.
  expect(area?.moves).toEqual([])
  expect((await publishDraft(admin)).status).toBe(201)
  const { json: day } = await admin.get(`/api/devices/${deviceId}/timeline?date=2199-01-01`)
  expect(JSON.stringify(day)).toContain('daypart-missing')
})

test('a schedule is not published without the window that it needs', async () => {
  const { admin, areas, schedule, hire } = await provinceWithWindows()
  const lan = await hire('lan', 'operator', '907')
  const own = { areaId: areas['907'] ?? '', audience: { areaIds: [areas['907']], deviceIds: [] } }
  const list = playlistBody(areas['907'] ?? '', [], { name: 'Của huyện' })
  const playlistId = idOf(await lan.post('/api/playlists', list))
  const body = { ...schedule({ ...own, name: 'Trưa', time: { daypart: 'trua' } }), playlistId }
  expect((await lan.post('/api/schedules', body)).status).toBe(201)
  const refused = await publishDraft(lan)
  expect(refused.json).toMatchObject({ code: 'publish-needs' })
  expect(refused.json.title).toContain('“Trưa” cần “Khung trua”')
  expect((await publishDraft(admin)).status).toBe(201)
})

test('[TM6] [PL12] what an earlier version stored is read: 24 hours stay 24 hours, an unknown window is withheld', async () => {
  const { admin, areas, store, path, schedule, device } = await provinceWithWindows()
  const deviceId = await device('30964')
  const window = { startTime: '20:00', endTime: '20:00', weekdays: [...EVERY_DAY] }
  const made = idOf(await admin.post('/api/schedules', schedule({ fill: 'repeat' })))
  const [old] = (await store.draft.read()).schedules
  if (!old) throw new Error('the schedule is not there')
  const whole = { ...old, time: { ...old.time, startTime: '08:00', endTime: '08:00' } }
  const lost = {
    ...old,
    id: '01890000-0000-7000-8000-0000000000aa' as Schedule['id'],
    name: 'Mất khung',
    priority: 'priority' as const,
    time: { ...old.time, daypart: 'khong-co' },
  }
  const areaId = areas['30988'] as Schedule['areaId']
  const policy = { ...NO_POLICY, quietHours: [window] }
  await store.draft.as(EDITOR).change(() => [
    { what: 'schedule', id: made, value: whole },
    { what: 'schedule', id: lost.id, value: lost },
    { what: 'policy', id: areaId, value: { id: areaId, version: 1, policy } },
  ])
  const { json: schedules } = await admin.get('/api/schedules')
  expect(schedules.map((each) => Schedule.parse(each).time.endTime)).toEqual(
    expect.arrayContaining(['08:00', '05:30']),
  )
  expect(AreaPolicy.parse((await admin.get(path('30988'))).json).own.quietHours).toEqual([window])
  const published = await publishDraft(admin)
  expect(published.status).toBe(201)
  expect((await store.publications.last())?.content.schedules).toHaveLength(2)
  const { json } = await admin.get(`/api/devices/${deviceId}/timeline?date=2199-01-01`)
  const day = JSON.stringify(json)
  expect(day).toContain('daypart-missing')
  expect(day).toContain(`"schedule":{"id":"${made}`)
  expect(day).not.toContain(`"schedules":[{"id":"${lost.id}`)
  // Whoever edits it is asked.
  const edit = { ...whole, version: 2, name: 'khác' }
  const { id: _, ...body } = edit
  const refused = await admin.send('PUT', `/api/schedules/${made}`, body)
  expect(fieldsOf(refused)).toMatchObject([{ field: 'time.endTime' }])
})

test('a window that moves an emergency is confirmed like the emergency itself', async () => {
  const { admin, path, lay, schedule, device } = await provinceWithWindows()
  await device('30964')
  const exception = { reason: 'Bão số 3' }
  const storm = schedule({
    name: 'Bão',
    priority: 'emergency',
    exception,
    time: { daypart: 'trua' },
  })
  expect(await admin.post('/api/schedules', storm)).toMatchObject({ status: 201 })
  expect((await publishDraft(admin)).status).toBe(201)
  await lay('91', [morning, daypart('trua', '12:00', '12:30')])
  const { json } = await admin.get('/api/draft/impact')
  expect(json).toMatchObject({
    statements: [{ kind: 'emergency', schedule: { name: 'Bão' }, because: 'Bão số 3' }],
  })
  // Into quiet hours that are laid down already: the sentence says so.
  const quietHours = [{ startTime: '21:00', endTime: '05:00', weekdays: EVERY_DAY }]
  const late = { ...NO_POLICY, quietHours, dayparts: [morning, daypart('trua', '22:00', '22:30')] }
  const { version } = (await admin.get(path('91'))).json
  await admin.send('PUT', `${path('91')}?version=${version}`, late)
  expect((await admin.get('/api/draft/impact')).json).toMatchObject({
    statements: [{ kind: 'emergency', devices: 1, inQuietHours: true }],
  })
  // A window that no emergency goes by asks for nothing.
  await lay('91', [daypart('sang', '05:15', '06:00'), noon])
  expect((await admin.get('/api/draft/impact')).json).toMatchObject({ statements: [] })
})
