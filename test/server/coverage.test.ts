import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AreaId,
  AreaTree,
  type Campaign,
  CoverageFilter,
  type DeviceId,
  type JournalRecord,
  type Manifest,
  type Play,
  Reorganisation,
  type ThemeId,
} from '#protocol'
import { alertsOf } from '../../server/evidence/alerts.ts'
import { coverageOf } from '../../server/evidence/coverage.ts'
import { createStateDays } from '../../server/jobs/state-days.ts'
import type { Scope } from '../../server/store/areas.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore, type Store } from '../../server/store/store.ts'
import { seedPlays } from '../bench/seed-plays.ts'
import { aCampaign, aJournal, aPlay, sha } from '../support/builders.ts'
import { engines } from '../support/engines.ts'
import { aBatch, anArrival } from '../support/evidence.ts'
import { tempFolder } from '../support/temp-folder.ts'

const HERE = import.meta.dirname
const ZONE = 'Asia/Ho_Chi_Minh'
const DATE = '2024-11-11'
/** Nothing that only a running server knows. */
const NOTHING_ELSE = { uncompiled: new Map(), isStamped: false }
const NOON = Date.parse('2024-11-11T12:00:00+07:00')
const THEME = {
  id: '01890000-0000-7000-8000-0000000000c1' as ThemeId,
  code: '1.1',
  name: 'Niềm tin mới',
  campaign: 'Đợt',
}
const OTHER = { ...THEME, id: '01890000-0000-7000-8000-0000000000c2' as ThemeId, code: '1.2' }

const readJson = (path: string) => JSON.parse(readFileSync(join(HERE, path), 'utf8'))

describe.each(Object.entries(engines))('coverage on %s', (_name, open) => {
  let store: Store
  let close: () => Promise<void>
  const idOf = new Map<string, AreaId>()

  beforeAll(async () => {
    const opened = await open()
    close = opened.close
    store = createStore(opened.db, ZONE, opened.reading)
    const { province } = readJson('../../demo/seed/areas.json')
    await store.areas.importTree(AreaTree.parse(province), null, {
      timeZone: ZONE,
      validFrom: '2024-11-01',
    })
    for (const area of await store.areas.list()) idOf.set(area.code, area.id)
  })
  afterAll(() => close())

  const areaOf = async (code: string): Promise<Play['area']> => {
    const area = (await store.areas.list()).find(({ id }) => id === idOf.get(code))
    if (!area) throw new Error(code)
    return { id: area.id, code, path: area.path }
  }
  const addDevice = (code: string) =>
    store.devices.add(
      { name: `Loa ${code}`, areaId: idOf.get(code) as AreaId, channels: ['audio'], canvas: null },
      NOON,
    )
  const cover = async (change: object = {}, campaigns: readonly Campaign[] = []) =>
    coverageOf(
      store,
      {
        ...CoverageFilter.parse({ from: '2024-11-01', to: '2024-11-30', ...change }),
        rows: 'communes',
        ...change,
      } as never,
      'everywhere',
      NOON,
      campaigns,
    )
  const append = (deviceId: DeviceId, records: string[], from: number, to: number, at = NOON) =>
    store.journal.append(
      [anArrival(aBatch(records, from, { deviceId, to }), deviceId)],
      (note) => note,
      at,
    )
  const send = async (deviceId: DeviceId, plays: Partial<Play>[], times = 1) => {
    const records = aJournal(
      plays.map((play) => ({ kind: 'play' as const, play: aPlay(play) })),
      { deviceId },
    )
    for (let time = 0; time < times; time++) {
      await append(deviceId, records, 0, 1)
      await append(deviceId, records, 0, records.length)
      await append(deviceId, records, 1, records.length)
    }
  }

  test('[CV1] a play is counted once however often it is sent, and once in all however many themes it has', async () => {
    const deviceId = await addDevice('30964')
    const area = await areaOf('30964')
    const at = { plannedStartAt: NOON, plannedEndAt: NOON + 10_000, area }
    await send(
      deviceId,
      [
        { ...at, themes: [THEME, OTHER] },
        { ...at, plannedStartAt: NOON + 1, themes: [THEME], outcome: 'failed', playedMs: 9_000 },
        { ...at, plannedStartAt: NOON + 2, outcome: 'interrupted', playedMs: 4000 },
      ],
      3,
    )
    const { rows, total, themes, trend } = await cover()
    expect(total).toMatchObject({ plays: 2, completed: 1, partial: 1, failed: 1, playedMs: 14_000 })
    expect(themes.map(({ code, total: { plays } }) => [code, plays])).toEqual([
      ['1.1', 1],
      ['1.2', 1],
    ])
    const row = rows.find(({ code }) => code === '30964')
    expect(row?.total.plays).toBe(2)
    expect(row?.cells.map(({ tally }) => tally.plays)).toEqual([1, 1])
    expect(trend.map(({ period, tally }) => [period, tally.plays])).toEqual([[DATE, 2]])
    expect((await cover({ themeId: THEME.id })).total).toMatchObject({ plays: 1, failed: 1 })
  })

  test('[CV2] days at both ends and whole months in between add up to the same as single days', async () => {
    const deviceId = await addDevice('30958')
    const area = await areaOf('30958')
    const dates = ['2024-01-31', '2024-02-01', '2024-02-29', '2024-03-15', '2024-04-01']
    const plays = dates.map((date) => {
      const plannedStartAt = Date.parse(`${date}T23:59:59+07:00`)
      return { plannedStartAt, plannedEndAt: plannedStartAt + 1000, area }
    })
    await send(deviceId, plays)
    const count = async (from: string, to: string) =>
      (await cover({ from, to, areaId: area.id })).total.plays
    expect(await count('2024-01-31', '2024-04-01')).toBe(5)
    expect(await count('2024-02-01', '2024-02-29')).toBe(2)
    expect(await count('2024-02-02', '2024-03-31')).toBe(2)
    expect(await count('2024-02-02', '2024-03-14')).toBe(1)
    expect(await count('2024-03-01', '2024-04-01')).toBe(2)
    expect(await count('2024-04-02', '2024-04-03')).toBe(0)
  })

  test('[CV3] strand, sector, language, approver and device are dimensions of their own', async () => {
    const deviceId = await addDevice('30961')
    const area = await areaOf('30961')
    const labels = { language: 'km' as const, strand: 'Pháp luật', sector: 'Tư pháp' }
    const at = { plannedStartAt: NOON, plannedEndAt: NOON + 1000, area }
    await send(deviceId, [
      { ...at, labels, approvedBy: 'Thạch' },
      { ...at, plannedStartAt: NOON + 1 },
    ])
    const by = async (dimension: string, value: string) =>
      (await cover({ areaId: area.id, dimension, value })).total.plays
    expect(await by('language', 'km')).toBe(1)
    expect(await by('strand', 'Pháp luật')).toBe(1)
    expect(await by('sector', 'Tư pháp')).toBe(1)
    expect(await by('approver', 'Thạch')).toBe(1)
    expect(await by('device', deviceId)).toBe(2)
    const query = { from: DATE, to: DATE, scope: [area.id], by: null }
    expect(await store.coverage.values('approver', query)).toMatchObject([
      { value: 'Người duyệt' },
      { value: 'Thạch' },
    ])
  })

  test('[CV4] communes without a station are rows too, and are counted', async () => {
    const { rows, communes, communesWithoutDevice } = await cover({ areaId: idOf.get('907') })
    expect(rows).toHaveLength(11)
    expect(communes).toBe(11)
    expect(communesWithoutDevice).toBe(8)
    expect(rows.filter(({ devices }) => devices === 0)).toHaveLength(8)
  })

  test('[CV7] what a campaign asks for in a running phase is shown where nothing of it was played', async () => {
    const asked = { ...THEME, id: '01890000-0000-7000-8000-0000000000c7' as ThemeId, code: '7.1' }
    const campaign = aCampaign({
      themes: [{ id: asked.id, code: '7.1', name: asked.name, phases: ['1'] }],
    })
    const deviceId = await addDevice('30970')
    const silentIn = async (change: object, campaigns: Campaign[]) => {
      const { rows, themes } = await cover(change, campaigns)
      const row = rows.find(({ code }) => code === '30970')
      return [themes.some(({ id }) => id === asked.id), row?.silentThemeIds]
    }
    expect(await silentIn({}, [])).toEqual([false, []])
    expect(await silentIn({}, [campaign])).toEqual([true, [asked.id]])
    expect(await silentIn({ from: '2024-11-01', to: '2024-11-07' }, [campaign])).toEqual([
      false,
      [],
    ])
    const at = { plannedStartAt: NOON, plannedEndAt: NOON + 10_000, area: await areaOf('30970') }
    await send(deviceId, [{ ...at, themes: [asked] }])
    expect(await silentIn({}, [campaign])).toEqual([true, []])
  })

  test('[CV8] a monitor that heard something else is the gravest alert, for a week, and its scope’s only', async () => {
    const deviceId = await addDevice('30964')
    const output = (state: 'lost' | 'back', reason: string | null) =>
      ({ kind: 'output', channel: 'audio', state, reason }) as const
    const told = [output('lost', 'pacat ended with 1'), output('lost', 'monitor-other')]
    const records = aJournal([...told, output('back', null)], { deviceId })
    await append(deviceId, records, 0, records.length)
    const at = (JSON.parse(records[1] ?? '') as JournalRecord).at
    const alerts = async (now: number, scope: Scope = 'everywhere') =>
      (await alertsOf(store, scope, now, ZONE, NOTHING_ELSE)).filter(
        (alert) => alert.deviceId === deviceId,
      )
    expect((await alerts(at + 1))[0]).toMatchObject({ kind: 'other-sound', count: 1, since: at })
    expect(await alerts(at + 1, [idOf.get('30985') as AreaId])).toEqual([])
    const kinds = (await alerts(at + 8 * 86_400_000)).map(({ kind }) => kind)
    expect(kinds).not.toContain('other-sound')
  })

  test('[CV5] statements set what manifests planned against what was recorded, again when records come late or meanwhile', async () => {
    const deviceId = await addDevice('30967')
    const area = await areaOf('30967')
    const item = {
      ...{ assetId: aPlay().asset.id, sha256: sha('clip'), mime: 'audio/ogg', kind: 'clip' },
      ...{ title: 'Bản tin', themes: [THEME], approvedBy: 'Lan', durationMs: 60_000, role: 'item' },
      ...{ gainDb: 0, fallback: null, schedule: { id: aPlay().scheduleId, name: 'Trưa' } },
    }
    const plan = {
      ...{ v: 1, channel: 'audio', withheld: [], ceilings: [], blank: [] },
      segments: [
        {
          ...{ from: 12 * 3_600_000, to: 12 * 3_600_000 + 180_000, anchor: 12 * 3_600_000 },
          ...{ repeat: false, items: [item, item, item], volume: 80 },
          because: { schedules: [item.schedule], priority: 'normal', overrode: [], breaks: [] },
        },
      ],
    }
    const startsAt = NOON - 12 * 3_600_000
    const manifest = {
      ...{ v: 1, deviceId, revision: 1, issuedAt: startsAt - 1000, playUntil: NOON * 2 },
      ...{ media: [], relayHosts: [] },
      device: { name: 'Loa 30967', area, timeZone: ZONE, channels: ['audio'], canvas: null },
      days: [{ date: DATE, startsAt, plans: { audio: sha('noon') } }],
    } as Manifest
    const text = { head: '', holding: { text: '', sha256: sha('none') }, tail: '' }
    const sealed = { payloadType: 't', signatures: [{ keyid: '', sig: '' }] }
    await store.manifests.save(
      new Map([[sha('noon'), JSON.stringify(plan)]]),
      [
        {
          ...{ deviceId, revision: 1, contentHash: 'h', issuedAt: manifest.issuedAt },
          ...{ ...text, ...sealed },
        },
      ],
      [manifest],
      async () => undefined,
    )
    let now = NOON - 1000
    // What comes in while a statement is drawn up from what was there before.
    let meanwhile = async (): Promise<unknown> => undefined
    const plays: Store['statements']['plays'] = async (...asked) => {
      const found = await store.statements.plays(...asked)
      if (asked[0] !== deviceId || asked[1] !== startsAt) return found
      await meanwhile()
      meanwhile = async () => undefined
      return found
    }
    const stateDays = createStateDays({
      store: { ...store, statements: { ...store.statements, plays } },
      timeZone: ZONE,
      now: () => now,
      log: pino({ level: 'silent' }),
      onStated() {},
    })
    const total = async () => {
      await stateDays.work()
      return (await cover({ areaId: area.id })).total
    }
    expect(await total()).toMatchObject({ planned: 0, unknown: 0 })
    now = NOON + 3_600_000
    expect(await total()).toMatchObject({ planned: 3, unknown: 3, delivered: 0 })
    const play = {
      ...{ area, device: 'Loa 30967', themes: [THEME], plannedEndAt: NOON + 60_000 },
      asset: { ...aPlay().asset, sha256: sha('clip') },
    }
    const records = aJournal(
      [
        { kind: 'play', play: aPlay({ ...play, plannedStartAt: NOON }) },
        { kind: 'boot', software: 'x', clean: false },
        {
          kind: 'play',
          play: aPlay({
            ...{ ...play, plannedStartAt: NOON + 120_000, plannedEndAt: NOON + 180_000 },
          }),
        },
      ],
      { deviceId },
    ).map((bytes) => bytes)
    await append(deviceId, records, 0, 1, now)
    now += 3_600_000
    expect(await total()).toMatchObject({ planned: 3, delivered: 1, unknown: 2 })
    now += 3_600_000
    meanwhile = () => append(deviceId, records, 0, 3, now)
    expect(await total()).toMatchObject({ planned: 3, delivered: 1, plays: 2 })
    now += 1
    expect(await total()).toMatchObject({ planned: 3, delivered: 2, plays: 2 })
    const { items, total: runs } = await store.missing.missing(
      { areaId: area.id, scope: 'everywhere' },
      undefined,
      10,
    )
    expect(runs).toBe(1)
    expect(items[0]).toMatchObject({
      device: 'Loa 30967',
      date: DATE,
      count: 1,
      firstAt: NOON + 60_000,
    })
    const again = (await cover({ areaId: area.id })).total
    expect(again.delivered + again.shortened + again.missed + again.unknown).toBe(again.planned)
    stateDays.close()
  })

  test('[CV6] a re-organisation is looked at first, applied once, and merges what is counted today only', async () => {
    const list = Reorganisation.parse(readJson('../support/reorganisation-2025-07-01.json'))
    // Two communes that become one, with plays of their own, whatever other tests have sent.
    const merged = list.units.find(({ from }) => from.some(({ code }) => code === '30964'))
    const codes = merged?.from.map(({ code }) => code) ?? []
    expect(codes.length).toBeGreaterThan(1)
    for (const [index, code] of codes.entries()) {
      const area = await areaOf(code)
      const plays = Array.from({ length: index + 1 }, (_, turn) => {
        const plannedStartAt = NOON + 3_600_000 + turn * 60_000
        return { plannedStartAt, plannedEndAt: plannedStartAt + 10_000, area }
      })
      await send(await addDevice(code), plays)
    }
    const before = await cover()
    const playsOf = (code: string) => before.rows.find((row) => row.code === code)?.total.plays ?? 0
    codes.forEach((code, index) => {
      expect(playsOf(code)).toBeGreaterThanOrEqual(index + 1)
    })
    expect(await store.successions.reorganise(list, false)).toMatchObject({
      applied: false,
      newUnits: 48,
      oldUnits: 143,
      split: [],
      problems: [],
    })
    const wrong = {
      ...list,
      units: [
        { code: '1', name: 'Xã Mới', from: [{ code: '99999', name: 'Xã Không Có', part: '' }] },
      ],
    }
    const refused = await store.successions.reorganise(wrong, true)
    expect(refused).toMatchObject({ applied: false })
    expect(refused.problems).toHaveLength(1)
    expect((await store.successions.reorganise(list, true)).applied).toBe(true)
    await expect(store.successions.reorganise(list, true)).rejects.toMatchObject({
      code: 'area-code-taken',
    })
    const then = await cover()
    const today = await cover({ boundaries: 'today' })
    expect(then.communes).toBe(143)
    expect(today.communes).toBe(48)
    expect(today.rows).toHaveLength(48)
    expect(today.total).toEqual(then.total)
    const row = today.rows.find(
      ({ code, path }) => code === merged?.code && path[0] === 'Tỉnh An Giang',
    )
    expect(row?.total.plays).toBe(codes.reduce((sum, code) => sum + playsOf(code), 0))
  })
})

test('the province that the benchmarks measure is one that this schema holds, and counts as its plays do', async () => {
  const folder = tempFolder()
  const seeded = await seedPlays(folder, 1)
  const { db, reading, close } = await openSqlite(folder)
  const store = createStore(db, ZONE, reading)
  const { from, to } = seeded
  const asked = { from, to, boundaries: 'play' as const, rows: 'communes' as const }
  const { total, rows } = await coverageOf(store, asked, 'everywhere', NOON, [])
  const { plays } = await db
    .selectFrom('play')
    .where('outcome', 'in', ['completed', 'partial', 'interrupted'])
    .select(({ fn }) => fn.countAll<number>().as('plays'))
    .executeTakeFirstOrThrow()
  expect(total.plays).toBe(Number(plays))
  expect(total.plays + total.failed).toBe(seeded.plays)
  expect(rows).toHaveLength(seeded.communes.length)
  const page = await store.plays.page({ scope: 'everywhere' }, undefined, 100)
  expect(page.items).toHaveLength(100)

  // Whatever the pages, each play of a period comes once, in order, and none from outside it.
  const times = await db
    .selectFrom('play')
    .select('planned_start_at')
    .orderBy('planned_start_at')
    .execute()
  const [start, stop] = [0.3, 0.6].map(
    (share) => times[Math.floor(share * times.length)]?.planned_start_at,
  )
  const within = { from: start, to: stop, scope: 'everywhere' as const }
  const keys: Record<string, string[]> = { asc: [], desc: [] }
  for (const order of ['asc', 'desc'] as const) {
    for await (const { play, deviceId, seq } of store.plays.all(within, order, 1_000)) {
      expect(play.plannedStartAt >= Number(start) && play.plannedStartAt < Number(stop)).toBe(true)
      keys[order]?.push([play.plannedStartAt, deviceId, seq].join())
    }
  }
  const due = times.filter(({ planned_start_at: at }) => at >= Number(start) && at < Number(stop))
  expect(keys.asc).toHaveLength(due.length)
  expect(new Set(keys.asc).size).toBe(due.length)
  expect(keys.desc?.toReversed()).toEqual(keys.asc)
  // A position of another period does not open this one.
  const [last] = times.slice(-1)
  const strange = `${Number(last?.planned_start_at) + 1}~${seeded.deviceIds[0]}~0~0`
  const opened = await store.plays.page(within, strange, 100)
  expect(opened.items.every(({ play }) => play.plannedStartAt < Number(stop))).toBe(true)
  await close()
})
