import { describe, expect, test } from 'vitest'
import { ACTIONS, type Action, type AreaId, type Grant, NO_POLICY, type Role } from '#protocol'
import { createAuth } from '../../server/access/auth.ts'
import { may, scopeOf } from '../../server/access/grants.ts'
import { openPostgres } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { newPostgresUrl } from '../support/engines.ts'
import { confirmedOf } from '../support/office.ts'
import { type Person, person, startServer, withAreas } from '../support/server.ts'

const NOW = 1000
const [HERE, ABOVE, ELSEWHERE] = ['here', 'above', 'elsewhere'] as AreaId[] as [
  AreaId,
  AreaId,
  AreaId,
]

const grant = (role: Role, areaId: AreaId | null, change: Partial<Grant> = {}): Grant => ({
  role,
  areaId,
  validFrom: 0,
  validTo: null,
  ...change,
})

describe('a right', () => {
  test('is inherited by what lies below its area, and by nothing else', () => {
    expect(may([grant('operator', HERE)], 'edit', [ABOVE, HERE], NOW)).toBe(true)
    expect(may([grant('operator', ABOVE)], 'edit', [ABOVE, HERE], NOW)).toBe(true)
    expect(may([grant('operator', HERE)], 'edit', [ABOVE], NOW)).toBe(false)
    expect(may([grant('operator', ELSEWHERE)], 'edit', [ABOVE, HERE], NOW)).toBe(false)
    expect(may([grant('operator', HERE)], 'edit', [], NOW)).toBe(false)
    expect(may([grant('operator', null)], 'edit', [], NOW)).toBe(true)
  })

  test('begins and ends', () => {
    const term = [grant('operator', null, { validFrom: NOW, validTo: NOW + 10 })]
    expect(may(term, 'see', [HERE], NOW - 1)).toBe(false)
    expect(may(term, 'see', [HERE], NOW)).toBe(true)
    expect(may(term, 'see', [HERE], NOW + 10)).toBe(false)
  })

  test.each<[Role, Action[]]>([
    ['supervisor', ['see']],
    ['operator', ['see', 'edit', 'publish', 'operate']],
    ['approver', ['see', 'edit', 'approve', 'operate']],
    ['duty-officer', ['see', 'edit', 'publish', 'operate', 'emergency']],
    ['administrator', [...ACTIONS]],
  ])('of a %s is for these things only', (role, allowed) => {
    expect(ACTIONS.filter((action) => may([grant(role, HERE)], action, [HERE], NOW))).toEqual(
      allowed,
    )
  })

  test('names where it holds', () => {
    expect(scopeOf([grant('supervisor', HERE), grant('operator', ELSEWHERE)], 'see', NOW)).toEqual([
      HERE,
      ELSEWHERE,
    ])
    expect(scopeOf([grant('supervisor', HERE), grant('operator', null)], 'see', NOW)).toBe(
      'everywhere',
    )
    expect(scopeOf([grant('supervisor', HERE)], 'edit', NOW)).toEqual([])
    expect(scopeOf([], 'see', NOW)).toEqual([])
  })
})

/** A server on PostgreSQL, and people with rights in Gò Quao alone. */
const office = async () => {
  const databaseUrl = await newPostgresUrl()
  const { url } = await startServer({ DATABASE_URL: databaseUrl })
  const { admin, areas } = await withAreas(url)
  const { db, engine, close } = await openPostgres(databaseUrl)
  const auth = await createAuth({ db, engine, secret: 'x'.repeat(40), publicUrl: url })
  const users = createStore(db).users
  const hire = async (username: string, grants: [Role, string][]): Promise<Person> => {
    const password = `mat-khau-${username}`
    const id = await auth.addUser({ username, name: username, password })
    for (const [role, code] of grants) {
      await users.addGrant(id, { role, areaId: areas[code] as AreaId, validFrom: 0, validTo: null })
    }
    const somebody = person(url)
    await somebody.signIn(username, password)
    return somebody
  }
  const people = {
    nobody: person(url),
    newcomer: await hire('newcomer', []),
    supervisor: await hire('supervisor', [['supervisor', '907']]),
    operator: await hire('operator', [['operator', '907']]),
    approver: await hire('approver', [['approver', '907']]),
    admin,
  }
  await close()
  return { url, areas, people }
}

test('every route, every role, own district and the neighbour’s: nobody reaches what is not theirs', async () => {
  const { areas, people } = await office()
  const own = areas['30964'] ?? ''
  const foreign = areas['30988'] ?? ''
  const device = (areaId: string) => ({ name: 'Loa', areaId, channels: ['audio'], canvas: null })
  const made = async (areaId: string) => {
    const { admin } = people
    const bytes = new TextEncoder().encode('# Bản tin')
    const asset = await admin.send(
      'POST',
      `/api/assets?${new URLSearchParams({ name: 'a.md', areaId })}`,
      bytes,
    )
    const playlist = await admin.post('/api/playlists', {
      name: 'x',
      areaId,
      channel: 'audio',
      items: [],
    })
    const schedule = await admin.post(
      '/api/schedules',
      scheduleFor(areaId, String(playlist.json.id)),
    )
    const speaker = await admin.post('/api/devices', device(areaId))
    return [asset, playlist, schedule, speaker].map(({ json }) => String(json.id)) as [
      string,
      string,
      string,
      string,
    ]
  }
  const scheduleFor = (areaId: string, playlistId: string) => ({
    name: 'Sáng',
    areaId,
    playlistId,
    audience: { areaIds: [areaId], deviceIds: [] },
    time: {
      startDate: '2024-11-11',
      startTime: '05:00',
      endTime: '05:30',
      rrule: null,
      extraDates: [],
      exceptDates: [],
    },
    priority: 'normal',
    fill: 'end',
    volume: 80,
  })
  const things = { own: await made(own), foreign: await made(foreign) }

  type Call = (place: 'own' | 'foreign') => [method: string, path: string, body?: unknown]
  const areaOf = { own, foreign }
  /** Who may do it at home; in the neighbour's district only the administrator may. */
  const routes: [Call, (keyof typeof people)[]][] = [
    [(p) => ['GET', `/api/assets/${things[p][0]}`], ['supervisor', 'operator', 'approver']],
    [
      (p) => ['PATCH', `/api/assets/${things[p][0]}`, { title: 'x', version: 1 }],
      ['operator', 'approver'],
    ],
    [
      (p) => ['GET', `/api/assets/${things[p][0]}/air-effect?verdict=approved`],
      ['supervisor', 'operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        `/api/assets?${new URLSearchParams({ name: 'a.md', areaId: areaOf[p] })}`,
        new TextEncoder().encode('# x'),
      ],
      ['operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        `/api/assets/${things[p][0]}/verdict`,
        { state: 'rejected', sha256: 'a'.repeat(64), version: 1, note: null },
      ],
      ['approver'],
    ],
    [(p) => ['POST', `/api/assets/${things[p][0]}/ingest`], ['operator', 'approver']],
    [
      (p) => [
        'POST',
        '/api/playlists',
        { name: 'y', areaId: areaOf[p], channel: 'audio', items: [] },
      ],
      ['operator', 'approver'],
    ],
    [
      (p) => [
        'PUT',
        `/api/playlists/${things[p][1]}`,
        { version: 1, name: 'z', areaId: areaOf[p], channel: 'audio', items: [] },
      ],
      ['operator', 'approver'],
    ],
    [
      (p) => ['POST', '/api/schedules', scheduleFor(areaOf[p], things[p][1])],
      ['operator', 'approver'],
    ],
    [
      (p) => [
        'PUT',
        `/api/schedules/${things[p][2]}`,
        { version: 1, ...scheduleFor(areaOf[p], things[p][1]) },
      ],
      ['operator', 'approver'],
    ],
    [(p) => ['POST', '/api/devices', device(areaOf[p])], []],
    [(p) => ['POST', `/api/devices/${things[p][3]}/enrolment-codes`], []],
    [
      (p) => ['POST', `/api/devices/${things[p][3]}/screenshots`],
      ['supervisor', 'operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        '/api/areas',
        {
          tree: { code: `h${Math.random()}`.slice(0, 12), name: 'Ấp', kind: 'hamlet' },
          parentId: areaOf[p],
          timeZone: 'Asia/Ho_Chi_Minh',
          validFrom: '2024-12-31',
        },
      ],
      [],
    ],
    [
      () => [
        'POST',
        '/api/campaigns',
        {
          name: 'x',
          directive: {
            issuer: 'x',
            number: null,
            symbol: null,
            date: null,
            subject: 'x',
            basis: [],
          },
          phases: [{ code: '1', name: 'x', from: '2024-01-01', to: null }],
          themes: [{ code: '1', name: 'x', phases: ['1'] }],
        },
      ],
      [],
    ],
    [(p) => ['GET', `/api/areas/${areaOf[p]}/calendar`], ['supervisor', 'operator', 'approver']],
    [
      (p) => ['GET', `/api/devices/${things[p][3]}/calendar`],
      ['supervisor', 'operator', 'approver'],
    ],
    [
      (p) => ['GET', `/api/devices/${things[p][3]}/timeline?date=2024-11-11`],
      ['supervisor', 'operator', 'approver'],
    ],
    [
      (p) => ['GET', `/api/devices/${things[p][3]}/explain?at=1731276000000`],
      ['supervisor', 'operator', 'approver'],
    ],
    [
      (p) => ['GET', `/api/timeline?areaId=${areaOf[p]}&from=2024-11-11&to=2024-11-12`],
      ['supervisor', 'operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        '/api/preview',
        {
          schedule: scheduleFor(areaOf[p], things[p][1]),
          from: '2024-11-11',
          to: '2024-11-12',
        },
      ],
      ['operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        '/api/schedules/copy-days',
        { scheduleIds: [things[p][2]], from: '2024-11-11', days: 1, to: ['2024-11-20'] },
      ],
      ['operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        '/api/schedules/copy-to-areas',
        { scheduleIds: [things.own[2]], areaIds: [areaOf[p]] },
      ],
      ['operator', 'approver'],
    ],
    [
      (p) => [
        'POST',
        '/api/assets/relays',
        { title: 'x', areaId: areaOf[p], url: 'https://x.example/y' },
      ],
      ['operator', 'approver'],
    ],
    [(p) => ['GET', `/api/areas/${areaOf[p]}/policy`], ['supervisor', 'operator', 'approver']],
    [(p) => ['PUT', `/api/areas/${areaOf[p]}/policy`, NO_POLICY], ['operator', 'approver']],
    [(p) => ['GET', `/api/playlists/${things[p][1]}`], ['supervisor', 'operator', 'approver']],
    [(p) => ['GET', `/api/schedules/${things[p][2]}`], ['supervisor', 'operator', 'approver']],
  ]
  for (const [call, athome] of routes) {
    for (const place of ['own', 'foreign'] as const) {
      for (const [who, somebody] of Object.entries(people)) {
        const [method, path, body] = call(place)
        const { status } = await somebody.send(method, path, body)
        const isAllowed =
          who === 'admin' || (place === 'own' && athome.includes(who as keyof typeof people))
        const told = `${who} ${method} ${path.replace(/[0-9a-f-]{36}/g, '…').slice(0, 60)} (${place}): ${status}`
        if (who === 'nobody') expect(status, told).toBe(401)
        else if (isAllowed) expect([401, 403], told).not.toContain(status)
        // What one may not even see is as if it were not there.
        else if (place === 'own' && who !== 'newcomer') expect(status, told).toBe(403)
        else expect([400, 403, 404], told).toContain(status)
      }
    }
  }

  // Lists show what is one's own, and no more.
  for (const path of ['/api/playlists', '/api/schedules', '/api/areas', '/api/devices']) {
    const seen = JSON.stringify((await people.supervisor.get(path)).json)
    expect(seen, path).toContain(own)
    expect(seen, path).not.toContain(foreign)
    expect((await people.newcomer.get(path)).json, path).toEqual([])
  }
  for (const path of ['/api/assets', '/api/plays']) {
    const { json } = await people.newcomer.get(path)
    expect(json, path).toMatchObject({ items: [], total: 0 })
  }
  expect(JSON.stringify((await people.supervisor.get('/api/assets')).json)).not.toContain(foreign)
}, 300_000)

test('an operator cannot schedule beyond their district by way of the audience', async () => {
  const { areas, people } = await office()
  const areaId = areas['907']
  const { json } = await people.operator.post('/api/playlists', {
    name: 'x',
    areaId,
    channel: 'audio',
    items: [],
  })
  const schedule = (audience: object) => ({
    name: 'Sáng',
    areaId,
    playlistId: json.id,
    audience,
    time: {
      startDate: '2024-11-11',
      startTime: '05:00',
      endTime: '05:30',
      rrule: null,
      extraDates: [],
      exceptDates: [],
    },
    priority: 'priority',
    fill: 'end',
    volume: 80,
  })
  const { json: neighbour } = await people.admin.post('/api/devices', {
    name: 'x',
    areaId: areas['30988'],
    channels: ['audio'],
    canvas: null,
  })
  for (const audience of [
    { areaIds: [areas['30988']], deviceIds: [] },
    { areaIds: [areas['91']], deviceIds: [] },
    { areaIds: [areas['907']], deviceIds: [neighbour.id] },
  ]) {
    const refused = await people.operator.post('/api/schedules', schedule(audience))
    expect(refused).toMatchObject({ status: 400, json: { code: 'bad-input' } })
  }
  expect(
    (
      await people.operator.post(
        '/api/schedules',
        schedule({ areaIds: [areas['30964']], deviceIds: [] }),
      )
    ).status,
  ).toBe(201)
})

test('who may publish nowhere is told so; an operator publishes what is in their charge, and no more', async () => {
  const { areas, people } = await office()
  const named = (name: string, areaId?: string) => ({ name, areaId, channel: 'audio', items: [] })
  await people.operator.post('/api/playlists', named('của tôi', areas['30964']))
  await people.admin.post('/api/playlists', named('của huyện khác', areas['30988']))
  for (const somebody of [people.newcomer, people.supervisor, people.approver]) {
    const { json } = await somebody.get('/api/draft/impact')
    expect(json).toMatchObject({ changes: [], foreign: 2 })
    expect((await somebody.post('/api/publications', confirmedOf(json))).status).toBe(403)
  }
  const { json: mine } = await people.operator.get('/api/draft/impact')
  expect(mine).toMatchObject({ changes: [{ name: 'của tôi', kind: 'added' }], foreign: 1 })
  const published = await people.operator.post('/api/publications', confirmedOf(mine))
  expect(published).toMatchObject({ status: 201, json: { number: 1, restored: null } })
  expect((await people.admin.get('/api/draft')).json).toMatchObject({
    changes: [{ name: 'của huyện khác' }],
    foreign: 0,
  })
})
