import { expect, test } from 'vitest'
import { NO_POLICY } from '#protocol'
import {
  confirmedOf,
  type EngineName,
  openOffice,
  playlistBody,
  publishDraft,
  scheduleBody,
} from './office.ts'

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

/** What holds of drafts and publications on every engine; a file each, as sign-ins are rationed. */
export const draftSuite = (engine: EngineName) => {
  test('two operators edit one schedule at once: the second is handed the first one’s work', async () => {
    const { admin, areas, clip, hire } = await openOffice(engine)
    const [lan, minh] = [
      await hire('lan1', 'operator', '907'),
      await hire('minh', 'operator', '907'),
    ]
    const areaId = areas['30964'] ?? ''
    const playlistId = idOf(
      await admin.post('/api/playlists', playlistBody(areaId, [await clip('a')])),
    )
    const made = await lan.post('/api/schedules', scheduleBody(areaId, playlistId))
    const path = `/api/schedules/${idOf(made)}`
    const edit = (name: string) => ({ version: 1, ...scheduleBody(areaId, playlistId, { name }) })
    const answers = await Promise.all([
      lan.send('PUT', path, edit('của Lan')),
      minh.send('PUT', path, edit('của Minh')),
    ])
    const won = answers.find(({ status }) => status === 200)
    const lost = answers.find(({ status }) => status === 409)
    expect(won?.json).toMatchObject({ version: 2 })
    expect(lost?.json).toMatchObject({ code: 'changed-meanwhile', current: won?.json })
    // With the version that came along, the other one's work goes through.
    const again = { ...edit('của cả hai'), version: 2 }
    expect(await minh.send('PUT', path, again)).toMatchObject({ status: 200, json: { version: 3 } })
  })

  test('two publish at once: each thing is published once, and whoever is late is told', async () => {
    const { admin, areas, hire } = await openOffice(engine)
    const lan = await hire('lan2', 'operator', '907')
    await lan.post('/api/playlists', playlistBody(areas['30964'] ?? '', []))
    const seen = confirmedOf((await lan.get('/api/draft/impact')).json)
    expect((await admin.get('/api/draft/impact')).json).toMatchObject({ draft: seen.draft })
    const answers = await Promise.all([
      lan.post('/api/publications', seen),
      admin.post('/api/publications', seen),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({
      code: 'draft-changed',
    })
    expect((await admin.get('/api/publications')).json).toMatchObject({ total: 1, next: null })
  })

  test('what was seen is what is published: an edit in between is refused', async () => {
    const { admin, areas } = await openOffice(engine)
    const areaId = areas['30964'] ?? ''
    const list = await admin.post('/api/playlists', playlistBody(areaId, []))
    const { json: seen } = await admin.get('/api/draft/impact')
    await admin.send('PUT', `/api/playlists/${idOf(list)}`, {
      version: 1,
      ...playlistBody(areaId, [], { name: 'khác' }),
    })
    expect(await admin.post('/api/publications', confirmedOf(seen))).toMatchObject({
      status: 409,
      json: { code: 'draft-changed' },
    })
    expect((await publishDraft(admin)).status).toBe(201)
    expect(await publishDraft(admin)).toMatchObject({
      status: 409,
      json: { code: 'nothing-changed' },
    })
  })

  test('a schedule takes its playlist along, or is refused by the name of what it needs', async () => {
    const { admin, areas, clip, hire } = await openOffice(engine)
    const lan = await hire('lan3', 'operator', '907')
    const [own, above] = [areas['30964'] ?? '', areas['91'] ?? '']
    const shared = playlistBody(above, [await clip('a')], { name: 'Của tỉnh' })
    const playlistId = idOf(await admin.post('/api/playlists', shared))
    await lan.post('/api/schedules', scheduleBody(own, playlistId, { name: 'Sáng Định An' }))
    const refused = await publishDraft(lan)
    expect(refused).toMatchObject({ status: 409, json: { code: 'publish-needs' } })
    expect(refused.json.title).toContain('“Sáng Định An” cần “Của tỉnh”')
    expect(await publishDraft(admin)).toMatchObject({
      status: 201,
      json: { changes: [{ what: 'playlist' }, { what: 'schedule' }] },
    })
  })

  test('is taken back where one may edit, and nobody else’s with it', async () => {
    const { admin, areas, hire } = await openOffice(engine)
    const lan = await hire('lan4', 'operator', '907')
    const [own, foreign] = [areas['30964'] ?? '', areas['30988'] ?? '']
    const mine = await lan.post('/api/playlists', playlistBody(own, [], { name: 'trước' }))
    await publishDraft(lan)
    await lan.send('PUT', `/api/playlists/${idOf(mine)}`, {
      version: 1,
      ...playlistBody(own, [], { name: 'sau' }),
    })
    await lan.post('/api/playlists', playlistBody(own, [], { name: 'mới' }))
    await admin.post('/api/playlists', playlistBody(foreign, [], { name: 'của người khác' }))
    expect((await lan.send('DELETE', '/api/draft')).json).toMatchObject({ changes: [], foreign: 1 })
    const names = (await admin.get('/api/playlists')).json.map(({ name }) => name)
    expect(names.sort()).toEqual(['của người khác', 'trước'])
    expect(await lan.send('DELETE', '/api/draft')).toMatchObject({
      status: 409,
      json: { code: 'nothing-changed' },
    })
  })

  test('an earlier publication is brought back, and published as a new one', async () => {
    const { admin, areas, clip, device, store } = await openOffice(engine)
    const areaId = areas['30964'] ?? ''
    const id = await device('30964')
    const playlistId = idOf(
      await admin.post('/api/playlists', playlistBody(areaId, [await clip('a')])),
    )
    const first = idOf(await admin.post('/api/schedules', scheduleBody(areaId, playlistId)))
    await publishDraft(admin)
    const before = (await store.manifests.get(id))?.contentHash
    expect(await admin.send('DELETE', `/api/schedules/${first}?version=2`)).toMatchObject({
      status: 409,
      json: { code: 'changed-meanwhile', current: { id: first, version: 1 } },
    })
    expect((await admin.send('DELETE', `/api/schedules/${first}?version=1`)).status).toBe(204)
    const other = scheduleBody(areaId, playlistId, { name: 'Chiều', time: { startTime: '04:00' } })
    await admin.post('/api/schedules', other)
    expect(await publishDraft(admin)).toMatchObject({ json: { number: 2, devices: 1 } })
    expect((await store.manifests.get(id))?.contentHash).not.toBe(before)
    const { json: seen } = await admin.get('/api/publications/1/impact')
    expect(seen).toMatchObject({
      devices: 1,
      areas: [{ starts: [{ name: 'Buổi sáng' }], stops: [{ name: 'Chiều' }] }],
      undone: [],
    })
    const restored = await admin.post('/api/publications/1/restore', confirmedOf(seen))
    expect(restored).toMatchObject({ status: 201, json: { number: 3, restored: 1, devices: 1 } })
    expect((await store.manifests.get(id))?.contentHash).toBe(before)
    expect((await admin.get('/api/draft')).json).toMatchObject({ changes: [] })
    expect((await admin.get('/api/schedules')).json).toMatchObject([{ id: first, version: 3 }])
    expect((await admin.get('/api/publications/9/impact')).status).toBe(404)
    expect((await admin.post('/api/publications/9/restore', confirmedOf(seen))).status).toBe(404)
    // How far it has come: nobody has applied it yet, and it says who has not.
    const { json } = await admin.get('/api/publications/3/rollout')
    expect(json).toMatchObject({ devices: 1, applied: 0, missing: [{ online: false }] })
    await store.devices.note(new Map([[id, { applied: 3 }]]))
    expect((await admin.get('/api/publications/3/rollout')).json).toMatchObject({
      applied: 1,
      missing: [],
    })
  })

  test('publications are paged, newest first', async () => {
    const { admin, areas } = await openOffice(engine)
    for (const name of ['1', '2', '3']) {
      await admin.post('/api/playlists', playlistBody(areas['91'] ?? '', [], { name }))
      await publishDraft(admin)
    }
    const { json: page } = await admin.get('/api/publications?limit=2')
    expect(page).toMatchObject({ items: [{ number: 3 }, { number: 2 }], next: '2', total: 3 })
    expect((await admin.get('/api/publications?limit=2&cursor=2')).json).toMatchObject({
      items: [{ number: 1, changes: [{ kind: 'added', what: 'playlist', name: '1' }] }],
      next: null,
    })
  })

  test('a policy is inherited, is part of the draft, and reaches plans by publishing', async () => {
    const { admin, areas, hire } = await openOffice(engine)
    const lan = await hire('lan5', 'operator', '907')
    const path = (code: string) => `/api/areas/${areas[code]}/policy`
    const quiet = [{ startTime: '22:00', endTime: '05:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }]
    await admin.send('PUT', path('91'), { ...NO_POLICY, quietHours: quiet, minutesPerDay: 90 })
    // What lies above the own area is not seen, as if it were not there.
    expect((await lan.send('PUT', path('91'), NO_POLICY)).status).toBe(404)
    const own = { ...NO_POLICY, minutesPerDay: 45 }
    expect(await lan.send('PUT', `${path('907')}?version=0`, own)).toMatchObject({
      status: 200,
      json: { version: 1, own, effective: { minutesPerDay: 45, quietHours: quiet } },
    })
    expect((await lan.get(path('30964'))).json).toMatchObject({
      version: 0,
      own: NO_POLICY,
      effective: { minutesPerDay: 45, quietHours: quiet },
    })
    expect(await lan.send('PUT', `${path('907')}?version=0`, NO_POLICY)).toMatchObject({
      status: 409,
      json: { code: 'changed-meanwhile', current: { version: 1, own } },
    })
    expect((await lan.get('/api/draft')).json).toMatchObject({
      changes: [{ what: 'policy', name: 'Huyện Gò Quao' }],
      foreign: 1,
    })
    expect((await publishDraft(lan)).status).toBe(201)
  })
}
