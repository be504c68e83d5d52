import { io } from 'socket.io-client'
import { describe, expect, test } from 'vitest'
import { NO_POLICY, PANEL_NAMESPACE } from '#protocol'
import type { ApiDocument, Operation } from '../support/contract.ts'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'
import type { Person } from '../support/server.ts'
import { until } from '../support/until.ts'

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

/** Two communes of two districts; Định An has content of every kind, and each has an operator. */
const twoCommunes = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip, device, hire } = office
  const [own, foreign] = [areas['30988'] as string, areas['30964'] as string]
  const a = await hire('nguoi_a', 'operator', '30964')
  const b = await hire('nguoi_b', 'operator', '30988')
  const asset = await clip('Mật: kế hoạch của Định An', { code: '30964' })
  const playlist = idOf(
    await a.post('/api/playlists', playlistBody(foreign, [asset], { name: 'Mật của Định An' })),
  )
  const schedule = idOf(
    await a.post(
      '/api/schedules',
      scheduleBody(foreign, playlist, { name: 'Lịch mật của Định An' }),
    ),
  )
  const deviceId = await device('30964')
  const ownDevice = await device('30988')
  const ownClip = await clip('Của Tây Yên', { code: '30988' })
  const shared = await clip('Của tỉnh')
  const unapproved = await clip('Tỉnh chưa duyệt', { isApproved: false })
  return {
    ...office,
    ...{
      a,
      b,
      own,
      foreign,
      asset,
      playlist,
      schedule,
      deviceId,
      ownDevice,
      ownClip,
      shared,
      unapproved,
    },
    /** Nothing of these may reach the operator of the other commune. */
    secrets: [foreign, asset, playlist, schedule, deviceId, 'của Định An'],
    admin,
  }
}
type Communes = Awaited<ReturnType<typeof twoCommunes>>

const told = async (somebody: Person, method: string, path: string, body?: unknown) => {
  const { status, text } = await somebody.send(method, path, body)
  return { status, text }
}

describe('what belongs to another commune is as if it were not there', () => {
  test('whatever names it: items, nested playlists, schedules, tunes, what stands in for a relay', async () => {
    const here = await twoCommunes()
    const { b, own, foreign, asset, playlist, schedule, deviceId, ownClip } = here
    const mine = idOf(await b.post('/api/playlists', playlistBody(own, [ownClip])))
    const station = { signature: asset, call: null, chime: null, closing: null }
    const nested = { items: [{ kind: 'playlist', playlistId: playlist, take: null }] }
    const period = { from: '2024-11-11', to: '2024-11-12' }
    const tries: [string, string, unknown, string][] = [
      ['POST', '/api/playlists', playlistBody(own, [asset]), 'items.0.assetId'],
      ['POST', '/api/playlists', playlistBody(own, [], nested), 'items.0.playlistId'],
      [
        'PUT',
        `/api/playlists/${mine}`,
        { ...playlistBody(own, [asset]), version: 1 },
        'items.0.assetId',
      ],
      ['POST', '/api/schedules', scheduleBody(own, playlist), 'playlistId'],
      [
        'POST',
        '/api/schedules',
        scheduleBody(own, mine, { fill: 'playlist', fillPlaylistId: playlist }),
        'fillPlaylistId',
      ],
      [
        'POST',
        '/api/schedules',
        scheduleBody(own, mine, { audience: { areaIds: [own, foreign], deviceIds: [] } }),
        'audience.areaIds.1',
      ],
      [
        'POST',
        '/api/schedules',
        scheduleBody(own, mine, { audience: { areaIds: [], deviceIds: [deviceId] } }),
        'audience.deviceIds.0',
      ],
      ['PUT', `/api/areas/${own}/policy`, { ...NO_POLICY, station }, 'station.signature'],
      [
        'POST',
        '/api/assets/relays',
        { title: 'x', areaId: own, url: 'https://x.example/y', fallbackAssetId: asset },
        'fallbackAssetId',
      ],
      ['POST', '/api/preview', { schedule: scheduleBody(own, playlist), ...period }, 'playlistId'],
      [
        'POST',
        '/api/preview',
        { schedule: scheduleBody(own, mine), playlist: playlistBody(own, [asset]), ...period },
        'items.0.assetId',
      ],
    ]
    for (const [method, path, body, field] of tries) {
      const { status, text } = await told(b, method, path, body)
      expect(status, `${path} ${field}: ${text}`).toBe(400)
      const { fields } = JSON.parse(text) as { fields: { field: string; message: string }[] }
      expect(
        fields.map((problem) => problem.field),
        path,
      ).toEqual([field])
      expect(fields[0]?.message).toContain('không tồn tại')
      // The very same is said of an id that nothing has.
      const none = '01890000-0000-7000-8000-0000000000ff'
      const other = JSON.parse(
        JSON.stringify(body)
          .replaceAll(asset, none)
          .replaceAll(playlist, none)
          .replaceAll(deviceId, none),
      )
      if (field !== 'audience.areaIds.1')
        expect(JSON.parse((await told(b, method, path, other)).text).fields, path).toEqual(fields)
    }
    // In the place of what it would replace, too.
    const replacing = { schedule: scheduleBody(own, mine), replaces: schedule, ...period }
    expect((await told(b, 'POST', '/api/preview', replacing)).status).toBe(404)
  })

  test('and nobody elsewhere can keep its owner from deleting it', async () => {
    const { a, b, own, playlist, schedule } = await twoCommunes()
    await b.post('/api/schedules', scheduleBody(own, playlist))
    expect((await a.send('DELETE', `/api/schedules/${schedule}?version=1`)).status).toBe(204)
    expect((await a.send('DELETE', `/api/playlists/${playlist}?version=1`)).status).toBe(204)
  })

  test('areas above share what is approved there, and no more', async () => {
    const { admin, areas, b, own, shared, unapproved } = await twoCommunes()
    expect((await b.post('/api/playlists', playlistBody(own, [shared]))).status).toBe(201)
    expect((await b.post('/api/playlists', playlistBody(own, [unapproved]))).status).toBe(400)
    const province = areas['91'] as string
    const above = idOf(
      await admin.post('/api/playlists', playlistBody(province, [shared, unapproved])),
    )
    expect((await b.post('/api/schedules', scheduleBody(own, above))).status).toBe(201)
    const period = { from: '2199-01-01', to: '2199-01-02' }
    const preview = await b.post('/api/preview', { schedule: scheduleBody(own, above), ...period })
    expect(preview.status).toBe(200)
    expect(preview.text).toContain('not-approved')
    expect(preview.text).not.toContain('Tỉnh chưa duyệt')
    // A district above another commune shares nothing with it.
    const elsewhere = idOf(
      await admin.post('/api/playlists', playlistBody(areas['907'] as string, [shared])),
    )
    expect((await b.post('/api/schedules', scheduleBody(own, elsewhere))).status).toBe(400)
  })

  test('what was named before stays through an edit, so that nothing falls silent by it', async () => {
    const { admin, b, own, asset, shared, store } = await twoCommunes()
    // The administrator of the province may see both.
    const list = idOf(await admin.post('/api/playlists', playlistBody(own, [asset])))
    const { json } = await b.get(`/api/playlists/${list}`)
    const items = [
      ...(json.items as unknown as object[]),
      { kind: 'asset', assetId: shared, durationMs: null },
    ]
    const edit = { ...playlistBody(own, []), items, version: json.version }
    expect((await b.send('PUT', `/api/playlists/${list}`, edit)).status).toBe(200)
    expect((await store.draft.read()).playlists.find(({ id }) => id === list)?.items).toHaveLength(
      2,
    )
  })
})

/** A body that a schema takes, whose ids are those of a thing of its kind. */
const bodyFor = (schema: unknown, ids: Communes, document: ApiDocument, name = ''): unknown => {
  const shape = schema as Record<string, unknown>
  if (typeof shape.$ref === 'string')
    return bodyFor(
      document.components.schemas[shape.$ref.split('/').at(-1) ?? ''],
      ids,
      document,
      name,
    )
  const [choice] = ((shape.anyOf ?? shape.oneOf ?? shape.allOf) as unknown[]) ?? []
  if (choice) return bodyFor(choice, ids, document, name)
  if (Array.isArray(shape.enum)) return shape.enum[0]
  if (shape.const !== undefined) return shape.const
  const type = Array.isArray(shape.type) ? shape.type[0] : shape.type
  if (type === 'object') {
    const properties = Object.entries((shape.properties ?? {}) as Record<string, unknown>)
    return Object.fromEntries(
      properties.map(([key, part]) => [key, bodyFor(part, ids, document, key)]),
    )
  }
  // A tree of areas has trees in it.
  if (name === 'children') return []
  if (type === 'array') return [bodyFor(shape.items, ids, document, name.replace(/s$/, ''))]
  if (type === 'integer' || type === 'number') return shape.minimum ?? 1
  if (type === 'boolean') return false
  const described = String(shape.description ?? '')
  return foreignId(`${name} ${described}`, ids) ?? textFor(name, shape)
}

/** The foreign id that a name of a field or a parameter asks for. */
const foreignId = (name: string, ids: Communes): string | undefined => {
  if (/asset|fallback|signature|call|chime|closing/i.test(name)) return ids.asset
  if (/playlist/i.test(name)) return ids.playlist
  if (/schedule|replaces/i.test(name)) return ids.schedule
  if (/device/i.test(name)) return ids.deviceId
  if (/area|parent/i.test(name)) return ids.foreign
  return undefined
}

const textFor = (name: string, { format, pattern }: Record<string, unknown>): string => {
  if (format === 'date') return /to|until/i.test(name) ? '2024-11-17' : '2024-11-11'
  if (/time/i.test(name) && !/zone/i.test(name)) return /end/i.test(name) ? '06:00' : '05:00'
  if (/zone/i.test(name)) return 'Asia/Ho_Chi_Minh'
  if (/url/i.test(name)) return 'https://x.example/y'
  if (String(pattern).includes('64')) return 'a'.repeat(64)
  if (/rrule/i.test(name)) return 'FREQ=DAILY'
  return 'x'
}

const pathFor = (path: string, ids: Communes): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const [, noun = ''] = /^\/api\/(\w+)/.exec(path) ?? []
    if (/epoch|seq|number/.test(name)) return '0'
    return foreignId(name === 'id' ? noun : name, ids) ?? '01890000-0000-7000-8000-0000000000ff'
  })

test('no address of the API gives one commune anything of another, wherever its ids are put', async () => {
  const here = await twoCommunes()
  const { admin, b, secrets, store } = here
  await publishDraft(admin)
  const document = (await admin.get('/api/openapi.json')).json as unknown as ApiDocument
  const before = JSON.stringify(await store.draft.read())
  const tried: string[] = []
  const leaks: string[] = []
  for (const [path, methods] of Object.entries(document.paths)) {
    // Files and plans are named by their hash, and devices speak for themselves.
    if (/^\/(media|healthz)|\/player\/|\/plans\/|\/session/.test(path)) continue
    for (const [method, operation] of Object.entries(methods)) {
      const { parameters = [], requestBody } = operation as Operation
      const query = new URLSearchParams()
      for (const { name, in: where, required, schema } of parameters) {
        if (where !== 'query') continue
        const value =
          foreignId(name, here) ?? (required ? bodyFor(schema, here, document, name) : undefined)
        if (value !== undefined) query.set(name, String(value))
      }
      const content = requestBody?.content['application/json']
      const body = content ? bodyFor(content.schema, here, document) : undefined
      const upload = requestBody?.content['application/octet-stream']
      const address = `${pathFor(path, here)}${query.size > 0 ? `?${query}` : ''}`
      const { status, text } = await told(
        b,
        method.toUpperCase(),
        address,
        upload ? new TextEncoder().encode('# x') : body,
      )
      const asked = JSON.stringify(body ?? '') + address
      const shown = secrets.filter((secret) => text.includes(secret))
      const isNamed = secrets.some((secret) => asked.includes(secret))
      const isRead = method === 'get' || /preview$/.test(path)
      tried.push(`${method} ${path}`)
      // What only narrows a list may be answered, with an empty one.
      if (shown.length > 0 && status < 300) leaks.push(`${method} ${address} shows ${shown}`)
      const isChange = !isRead && isNamed && status < 300
      if (isChange) leaks.push(`${method} ${address} is done: ${status} ${text}`)
      const isPath = secrets.some((secret) => address.split('?')[0]?.includes(secret))
      if (isPath && ![403, 404, 400].includes(status)) leaks.push(`${method} ${address}: ${status}`)
    }
  }
  expect(leaks).toEqual([])
  expect(tried.length).toBeGreaterThan(70)
  expect(JSON.stringify(await store.draft.read())).toBe(before)
})

test('the panel’s connection tells nobody ids of others, and ends with the session', async () => {
  const { url, a, b, asset, secrets, admin, playlist, foreign } = await twoCommunes()
  const listen = async (somebody: Person) => {
    const events: string[] = []
    const socket = io(new URL(PANEL_NAMESPACE, url).href, {
      ...{ transports: ['websocket'], forceNew: true, extraHeaders: { cookie: somebody.cookie() } },
    })
    socket.onAny((...event) => events.push(JSON.stringify(event)))
    let isCut = false
    socket.on('disconnect', () => {
      isCut = true
    })
    await new Promise<void>((resolve) => socket.on('connect', resolve))
    return { socket, events, isCut: () => isCut }
  }
  const [ofA, ofB] = [await listen(a), await listen(b)]
  const { version } = (await a.get(`/api/assets/${asset}`)).json
  await a.send('PATCH', `/api/assets/${asset}`, { title: 'Mật của Định An, sửa', version })
  const edit = { ...playlistBody(foreign, [asset], { name: 'Mật của Định An' }), version: 1 }
  await a.send('PUT', `/api/playlists/${playlist}`, { ...edit, version: 1 })
  await publishDraft(admin)
  await until(() =>
    [ofA, ofB].every(({ events }) => events.some((one) => one.includes('publication'))),
  )
  for (const secret of secrets) expect(ofB.events.join(), secret).not.toContain(secret)
  const { text } = await b.get('/api/publications')
  for (const secret of secrets) expect(text, secret).not.toContain(secret)
  expect((await a.get('/api/publications')).text).toContain('Mật của Định An')

  // Who signs out hears nothing more, at once.
  await b.send('DELETE', '/api/session')
  await until(() => ofB.isCut())
  expect(ofA.isCut()).toBe(false)
  ofA.socket.close()
  ofB.socket.close()
})

test('what is in use elsewhere stays, and where is said to those who may see it', async () => {
  const { admin, a, own, asset, playlist } = await twoCommunes()
  // Only somebody who sees both can have a commune play what belongs to another one.
  const others = playlistBody(own, [asset], { name: 'Mật của Tây Yên' })
  await admin.post('/api/playlists', others)
  await admin.post('/api/schedules', scheduleBody(own, playlist, { name: 'Mật của Tây Yên' }))
  const schedule = (await a.get('/api/schedules')).json as unknown as { id: string }[]
  for (const { id } of schedule) await a.send('DELETE', `/api/schedules/${id}?version=1`)
  const path = `/api/playlists/${playlist}?version=1`
  const refused = await a.send('DELETE', path)
  expect(refused).toMatchObject({ status: 409, json: { code: 'used-elsewhere' } })
  expect(refused.text).not.toContain('Tây Yên')
  expect(await admin.send('DELETE', path)).toMatchObject({
    status: 409,
    json: { code: 'playlist-in-use', usedBy: { name: 'Mật của Tây Yên' } },
  })
  const shown = (await a.get(`/api/assets/${asset}`)).json as unknown as { version: number }
  const asked = await a.send('DELETE', `/api/assets/${asset}?version=${shown.version}`)
  expect(asked.status).toBe(409)
  expect(asked.text).not.toContain('Tây Yên')
})
