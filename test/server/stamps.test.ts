import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AreaId, DeviceId, ThemeId } from '#protocol'
import { createForesight } from '../../server/programme/foresight.ts'
import { createMemory } from '../../server/programme/memory.ts'
import { NO_CONTENT } from '../../server/store/content.ts'
import type { OpenDatabase } from '../../server/store/open-database.ts'
import type { Stamps } from '../../server/store/stamps.ts'
import { createStore, type Store } from '../../server/store/store.ts'
import { sha } from '../support/builders.ts'
import { engines } from '../support/engines.ts'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'

const NOW = 1_731_276_000_000
/** What changes often and decides nothing: everything else raises the stamp of its table. */
const UNSTAMPED: Record<string, readonly string[]> = {
  device: ['last_seen_at', 'applied_revision', 'screenshot', 'stamp'],
  asset: ['ingest', 'pending', 'ingest_attempts', 'stamp'],
  area: [],
  draft: [],
  publication: [],
}

const reorganisationOf = (code: string, name: string) => ({
  effective: '2025-07-01',
  decree: '1654/NQ-UBTVQH15',
  newProvince: { code: '91M', name: 'Tỉnh mới' },
  units: [
    {
      code: '30999',
      name: 'Xã mới',
      from: [{ code, name, part: 'Nhập toàn bộ' }],
    },
  ],
})

describe.each(Object.entries(engines))('stamps on %s', (_name, open) => {
  let opened: OpenDatabase
  let store: Store
  let areaId: AreaId
  let deviceId: DeviceId

  const raisedBy = async (change: () => Promise<unknown>): Promise<string[]> => {
    const before = await store.stamps()
    await change()
    const after = await store.stamps()
    return Object.keys(after).filter(
      (noun) => after[noun as keyof Stamps] > before[noun as keyof Stamps],
    )
  }
  const run = (statement: string) => sql.raw(statement).execute(opened.db)

  beforeAll(async () => {
    opened = await open()
    store = createStore(opened.db)
    const tree = { code: '1', name: 'Xã', kind: 'commune' as const }
    const place = { timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-12-31' }
    areaId = (await store.areas.importTree(tree, null, place)).id
    const input = { name: 'Loa', areaId, channels: ['audio' as const], canvas: null }
    deviceId = await store.devices.add(input, NOW)
    const original = { name: 'a.ogg', sha256: sha('a'), bytes: 1 }
    const asset = { title: 'A', language: 'vi' as const, areaId, themeIds: [], original }
    await store.assets.add({ ...asset, createdBy: 'x' }, NOW)
    await run("INSERT INTO theme VALUES ('t', 'c')")
    await run("INSERT INTO draft VALUES ('playlist', 'p', 1, NULL)")
    await run(
      `INSERT INTO publication (number, at, "by", content, changes, devices) VALUES (1, 1, 'x', '${JSON.stringify(NO_CONTENT)}', '[]', 0)`,
    )
  })
  afterAll(() => opened.close())

  test('every column raises the stamp of its table, but for those that are named', async () => {
    const tables = await (opened.db as Kysely<unknown>).introspection.getTables()
    for (const [table, unstamped] of Object.entries(UNSTAMPED)) {
      const columns = tables.find(({ name }) => name === table)?.columns ?? []
      expect(columns.length).toBeGreaterThan(3)
      for (const { name } of columns) {
        const raised = await raisedBy(() => run(`UPDATE ${table} SET "${name}" = "${name}"`))
        expect([table, name, ...raised]).toEqual([
          table,
          name,
          ...(unstamped.includes(name) ? [] : [table]),
        ])
      }
    }
  })

  test('so does what is added and deleted, with the themes of an asset', async () => {
    const added = (id: string) =>
      run(
        `INSERT INTO area VALUES ('${id}', '${id}', 'x', 'commune', NULL, '/${id}/', '[]', 'UTC', '2024-12-31', NULL)`,
      )
    expect(await raisedBy(() => added('x1'))).toEqual(['area'])
    expect(await raisedBy(() => run("DELETE FROM area WHERE id = 'x1'"))).toEqual(['area'])
    expect(await raisedBy(() => run("DELETE FROM draft WHERE id = 'p'"))).toEqual(['draft'])
    const [asset] = await store.assets.ids()
    const theme = () => run(`INSERT INTO asset_theme VALUES ('${asset}', 't', 0)`)
    expect(await raisedBy(theme)).toEqual(['asset'])
    const { asset: stamp } = await store.stamps()
    expect((await store.assets.changedSince(stamp - 1)).map(({ themeIds }) => themeIds)).toEqual([
      ['t' as ThemeId],
    ])
    expect(await raisedBy(() => run('DELETE FROM asset_theme'))).toEqual(['asset'])
    expect(await raisedBy(() => run('DELETE FROM asset'))).toEqual(['asset'])
  })

  test('memory sees a re-organisation, and the end of an enrolment', async () => {
    const memory = createMemory(store)
    const code = sha('code')
    await store.devices.addEnrolmentCode(deviceId, code, NOW + 1)
    await store.devices.enrol(code, { deviceKey: 'd', journalKey: 'j' }, NOW)
    const before = await memory.look()
    expect(before.devices.get(deviceId)?.enrolledAt).toBe(NOW)
    await store.devices.unenrol(deviceId, NOW)
    expect((await memory.look()).devices.get(deviceId)?.enrolledAt).toBeNull()
    expect((await store.successions.reorganise(reorganisationOf('1', 'Xã'), true)).applied).toBe(
      true,
    )
    const { areas } = await memory.look()
    expect([...areas.values()].map(({ name }) => name).sort()).toEqual(['Tỉnh mới', 'Xã', 'Xã mới'])
    expect(areas.get(areaId)?.validTo).toBe('2025-06-30')
  })

  test('what could not be read is read again the next time', async () => {
    const foresight = createForesight(store)
    const known = await createMemory(store).look()
    await run('ALTER TABLE publication RENAME TO away')
    await expect(foresight.contentOf(1, { ...known, number: 2 })).rejects.toThrow()
    await run('ALTER TABLE away RENAME TO publication')
    expect(await foresight.contentOf(1, { ...known, number: 2 })).toEqual(NO_CONTENT)
  })
})

describe.each(['sqlite', 'postgres'] as const)('a running server on %s', (engine) => {
  test('plays, groups and rights follow a re-organisation at once', async () => {
    const office = await openOffice(engine)
    const { admin, areas, store } = office
    await admin.get('/api/schedules')
    const answer = await admin.post(
      '/api/areas/reorganisations?apply=true',
      reorganisationOf('30964', 'Xã Định An'),
    )
    expect(answer.json).toMatchObject({ applied: true })
    const all = (await admin.get('/api/areas')).json as unknown as Record<'code' | 'id', string>[]
    for (const { code, id } of all) areas[code] = id as AreaId
    const [province, commune] = [areas['91M'] as AreaId, areas['30999'] as AreaId]
    const operator = await office.hire('huong', 'operator', '91M')
    const deviceId = await office.device('30999')
    const clip = await office.clip('Bản tin', { code: '91M' })
    const list = await operator.post('/api/playlists', playlistBody(province, [clip]))
    expect(list.status).toBe(201)
    const schedule = scheduleBody(province, list.json.id as string)
    expect((await operator.post('/api/schedules', schedule)).status).toBe(201)
    expect((await publishDraft(operator)).json).toMatchObject({ devices: 1 })
    const envelope = (await store.manifests.get(deviceId))?.envelope
    const manifest = JSON.parse(Buffer.from(envelope?.payload ?? '', 'base64').toString()) as {
      device: { area: { id: string; path: string[] } }
      days: { plans: object }[]
    }
    expect(manifest.device.area).toMatchObject({ id: commune, path: ['Tỉnh mới', 'Xã mới'] })
    expect(manifest.days.at(-1)?.plans).toHaveProperty('audio')
  })
})
