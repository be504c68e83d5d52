import { createPublicKey, verify } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import pino from 'pino'
import { v7 as uuid } from 'uuid'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  type AreaId,
  type AssetId,
  DayPlan,
  type DeviceId,
  Manifest,
  type Playlist,
  type PlaylistId,
  PlaylistInput,
  rebuild,
  type Schedule,
  type ScheduleId,
  ScheduleInput,
  signedBytes,
  type ThemeId,
} from '#protocol'
import { alertsOf } from '../../server/evidence/alerts.ts'
import { createStateDays } from '../../server/jobs/state-days.ts'
import { createPlanning, type Planning } from '../../server/planning/planning.ts'
import { contentName, differences } from '../../server/programme/changes.ts'
import { createMemory, type Memory } from '../../server/programme/memory.ts'
import { createPublisher, type FreshManifest } from '../../server/publish/publisher.ts'
import { loadSessionSecret, loadSigningKey } from '../../server/publish/signing-key.ts'
import type { StoredManifest } from '../../server/store/manifests.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { addPublication } from '../../server/store/publications.ts'
import { createStore, type Store } from '../../server/store/store.ts'
import { aCampaign, EDITOR, sha } from '../support/builders.ts'
import { approveAsset, changeAsset } from '../support/change-asset.ts'
import { AREAS } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'

let now: number
let store: Store
let isHeld: boolean
let pushed: FreshManifest[][]
let folder: string
let memory: Memory
let planning: Planning
let publisher: ReturnType<typeof createPublisher>
let key: ReturnType<typeof loadSigningKey>
let areas: Record<string, AreaId>

const time = {
  startDate: '2024-11-01',
  startTime: '05:00',
  endTime: '06:00',
  rrule: 'FREQ=DAILY',
  extraDates: [],
  exceptDates: [],
}

const newPlanning = (folder: string, relayHosts: readonly string[] = []) => {
  const made = createPlanning({
    database: { folder },
    timeZone: 'Asia/Ho_Chi_Minh',
    secret: 'x',
    relayHosts,
    log: pino({ level: 'silent' }),
  })
  onTestFinished(() => made.close())
  return made
}

const newPublisher = () =>
  createPublisher({
    store,
    memory,
    planning,
    key,
    log: pino({ level: 'silent' }),
    now: () => now,
    holds: () => isHeld,
    onManifests: (manifests) => pushed.push([...manifests]),
    onPublication: () => {},
  })

beforeEach(async () => {
  folder = tempFolder()
  const { db, close } = await openSqlite(folder)
  onTestFinished(close)
  now = Date.parse('2024-11-12T10:00:00+07:00')
  store = createStore(db)
  pushed = []
  isHeld = false
  key = loadSigningKey(join(folder, 'keys'))
  memory = createMemory(store)
  planning = newPlanning(folder)
  publisher = newPublisher()
  await store.areas.importTree(AREAS.tree as never, null, {
    timeZone: 'Asia/Ho_Chi_Minh',
    validFrom: '2024-12-31',
  })
  areas = Object.fromEntries((await store.areas.list()).map(({ code, id }) => [code, id]))
})

const enrolled = async (
  code: string,
  channels: ('audio' | 'screen')[] = ['audio'],
): Promise<DeviceId> => {
  const canvas = channels.includes('screen') ? { width: 640, height: 360 } : null
  const id = await store.devices.add(
    { name: `Thiết bị ${code}`, areaId: areas[code] as AreaId, channels, canvas },
    now,
  )
  await store.devices.addEnrolmentCode(id, sha(id), now + 1)
  await store.devices.enrol(sha(id), { deviceKey: id, journalKey: id }, now)
  return id
}

const newClip = async () => {
  const id = await store.assets.add(
    {
      title: 'Bản tin',
      language: 'vi',
      areaId: areas['91'] as AreaId,
      themeIds: [],
      original: { name: 'a', sha256: sha('o'), bytes: 1 },
      createdBy: 'x',
    },
    now,
  )
  const rendition = {
    sha256: sha(id),
    mime: 'audio/ogg',
    bytes: 9,
    durationMs: 60_000,
    width: null,
    height: null,
    loudnessLufs: -16,
    truePeakDbtp: -2,
  }
  await store.assets.finishIngest(id, {
    kind: 'clip',
    rendition,
    waveform: null,
    thumbnail: null,
  })
  return { id, rendition }
}

const approvedClip = async () => {
  const clip = await newClip()
  await approveAsset(store, clip.id, now)
  return clip
}

const playlistOf = (items: object[], more: object = {}): Playlist => ({
  id: uuid() as PlaylistId,
  version: 1,
  ...PlaylistInput.parse({
    ...{ name: 'Sáng', areaId: areas['91'], channel: 'audio', ...more },
    items: items.map((item) => ('assetId' in item ? { durationMs: null, ...item } : item)),
  }),
})

const scheduleIn = async (...codes: string[]) => {
  const clip = await approvedClip()
  const areaId = areas['91'] as AreaId
  const items = [{ kind: 'asset', assetId: clip.id, durationMs: null }]
  const playlist = playlistOf(items)
  const audience = { areaIds: codes.map((code) => areas[code] as AreaId), deviceIds: [] }
  const schedule: Schedule = {
    id: uuid() as ScheduleId,
    version: 1,
    ...ScheduleInput.parse({
      name: 'Sáng',
      areaId,
      playlistId: playlist.id,
      audience,
      time,
      priority: 'normal',
      fill: 'end',
      volume: 80,
    }),
  }
  await store.draft.as(EDITOR).change(() => [
    { what: 'playlist', id: playlist.id, value: playlist },
    { what: 'schedule', id: schedule.id, value: schedule },
  ])
  return { clip, playlist, schedule }
}

/** The whole draft, as it is when its turn comes. */
const publishAll = () =>
  publisher.publish('Lan', (known) => {
    const all = differences(known.published, known.draft, known)
    const entries = all.map(({ entry }) => entry)
    const name = contentName(known.number, all)
    return { content: known.draft, entries, name, changes: [], restored: null }
  })

const open = ({ envelope }: StoredManifest): Manifest =>
  Manifest.parse(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')))

describe('publishing', () => {
  test('reaches the devices of its audience, and those only', async () => {
    const [here, there] = [await enrolled('30964'), await enrolled('30988')]
    await publisher.refresh()
    pushed = []
    await scheduleIn('907')
    expect(await publishAll()).toMatchObject({ number: 1, devices: 1 })
    expect(pushed.map((all) => all.map(({ deviceId }) => deviceId))).toEqual([[here]])
    expect((await store.manifests.get(here))?.revision).toBe(2)
    expect((await store.manifests.get(there))?.revision).toBe(1)
  })

  test('signs what a device must hold: 30 days and more, every plan and every file by hash', async () => {
    const id = await enrolled('30964')
    const { clip } = await scheduleIn('91')
    await publishAll()
    const stored = (await store.manifests.get(id)) as StoredManifest
    const [signature] = stored.envelope.signatures
    const publicKey = createPublicKey({
      key: Buffer.from(key.publicKey, 'base64'),
      type: 'spki',
      format: 'der',
    })
    const bytes = signedBytes(
      stored.envelope.payloadType,
      Buffer.from(stored.envelope.payload, 'base64'),
    )
    expect(verify(null, bytes, publicKey, Buffer.from(signature?.sig ?? '', 'base64'))).toBe(true)
    const manifest = open(stored)
    expect(manifest.playUntil - now).toBeGreaterThanOrEqual(30 * 86_400_000)
    expect(manifest.media).toEqual([{ sha256: clip.rendition.sha256, mime: 'audio/ogg', bytes: 9 }])
    expect(manifest.device.area).toMatchObject({
      code: '30964',
      path: ['Tỉnh Kiên Giang', 'Huyện Gò Quao', 'Xã Định An'],
    })
    // Equal days are one plan, and it is there to be fetched.
    const named = new Set(manifest.days.map(({ plans }) => plans.audio))
    expect(named.size).toBe(1)
    const [plan] = named
    expect(sha((await store.manifests.plan(plan as never)) ?? '')).toBe(plan)
    expect(manifest.days[0]).toMatchObject({
      date: '2024-11-11',
      startsAt: Date.parse('2024-11-11T00:00:00+07:00'),
    })
  })

  test('one device whose plans cannot be compiled keeps what it holds, and keeps nobody from getting theirs', async () => {
    const [here, there] = [await enrolled('30964'), await enrolled('30988')]
    await scheduleIn('91')
    await publishAll()
    const { schedule } = await scheduleIn('30988')
    // No door lets such a row in; a damaged one may be there.
    const broken = { ...schedule, time: { ...schedule.time, extraDates: null as never } }
    await store.draft.as(EDITOR).change(() => [{ what: 'schedule', id: broken.id, value: broken }])
    await expect(publishAll()).rejects.toThrow()
    const { draft: content, number: base } = await memory.look()
    await store.manifests.save(new Map(), [], [], (tx) =>
      addPublication(tx, { base, at: now, by: 'Lan', changes: [], restored: null, content }, []),
    )
    const held = await store.manifests.get(there)
    now += 86_400_000
    pushed = []
    expect(await publisher.refresh()).toBe(1)
    expect(pushed.flat().map(({ deviceId }) => deviceId)).toEqual([here])
    expect(await store.manifests.get(there)).toEqual(held)
    expect([...publisher.uncompiled()]).toEqual([[there, now]])
    const alerts = await alertsOf(store, 'everywhere', now, 'Asia/Ho_Chi_Minh', {
      uncompiled: publisher.uncompiled(),
      isStamped: false,
    })
    expect(alerts).toContainEqual(
      expect.objectContaining({ kind: 'uncompiled', deviceId: there, since: now }),
    )
    await store.draft
      .as(EDITOR)
      .change(() => [{ what: 'schedule', id: broken.id, value: schedule }])
    await publishAll()
    await publisher.refresh()
    expect(publisher.uncompiled().size).toBe(0)
  })

  test('is kept in the history of what was planned, and planned is then set against delivered', async () => {
    const id = await enrolled('30964')
    const { clip } = await scheduleIn('91')
    await publishAll()
    const first = open((await store.manifests.get(id)) as StoredManifest)
    now += 3_600_000
    await changeAsset(store, clip.id, { strand: 'Pháp luật', sector: 'Tư pháp' })
    expect(await publisher.refresh()).toBe(1)
    const second = open((await store.manifests.get(id)) as StoredManifest)
    const versions = await store.planHistory.versions(id, 0, now + 1)
    expect(versions.map(({ revision, days }) => ({ revision, days }))).toEqual([
      { revision: first.revision, days: first.days },
      { revision: second.revision, days: second.days },
    ])
    const body = (await store.manifests.plan(second.days[1]?.plans.audio as never)) ?? ''
    expect(body).toBe(canonicalize(JSON.parse(body)))
    expect(DayPlan.parse(JSON.parse(body)).segments[0]?.items[0]?.labels).toEqual({
      language: 'vi',
      strand: 'Pháp luật',
      sector: 'Tư pháp',
    })

    now = Date.parse('2024-11-13T12:00:00+07:00')
    const { work, close } = createStateDays({
      store,
      timeZone: 'Asia/Ho_Chi_Minh',
      now: () => now,
      log: pino({ level: 'silent' }),
      onStated() {},
    })
    // A day makes the next one due, for the next look.
    await work()
    await work()
    close()
    const on = { from: '2024-11-13', to: '2024-11-13', scope: 'everywhere' as const, by: null }
    const cells = await store.coverage.cells({ ...on, themeId: undefined, channel: undefined })
    expect(cells).toMatchObject([{ areaId: areas['30964'], tally: { planned: 1, unknown: 1 } }])
  })

  test('tells a device that holds the one before by the difference, which rebuilds what was signed', async () => {
    const id = await enrolled('30964')
    await enrolled('30988')
    const { schedule } = await scheduleIn('91')
    await publishAll()
    const before = (await store.manifests.get(id)) as StoredManifest
    isHeld = true
    const value = { ...schedule, time: { ...schedule.time, exceptDates: ['2024-11-20'] } }
    await store.draft.as(EDITOR).change(() => [{ what: 'schedule', id: schedule.id, value }])
    pushed = []
    await publishAll()
    expect(pushed.flat()).toHaveLength(2)
    const told = pushed.flat().find(({ deviceId }) => deviceId === id)
    expect(told?.difference).toMatchObject({ base: before.revision })
    const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8')
    const rebuilt = rebuild(text(before.envelope.payload), told?.difference?.parts ?? [])
    const after = (await store.manifests.get(id)) as StoredManifest
    expect(rebuilt).toBe(text(after.envelope.payload))
    expect(told?.difference?.signatures).toEqual(after.envelope.signatures)
    expect(JSON.stringify(told?.difference).length).toBeLessThan((rebuilt?.length ?? 0) / 4)
    // After a restart nothing is remembered of what devices hold: it is sent whole.
    publisher = newPublisher()
    now += 86_400_000
    pushed = []
    await publisher.refresh()
    expect(pushed.flat().map(({ difference }) => difference)).toEqual([null, null])
  })

  test('again with nothing changed sends nothing', async () => {
    await enrolled('30964')
    await scheduleIn('91')
    await publishAll()
    pushed = []
    expect(await publishAll()).toMatchObject({ number: 2, devices: 0 })
    expect(pushed).toEqual([])
  })

  test('compiles the published programme, not what somebody is just editing', async () => {
    const id = await enrolled('30964')
    const { schedule } = await scheduleIn('91')
    await publishAll()
    const before = (await store.manifests.get(id))?.contentHash
    await store.draft.as(EDITOR).change(() => [{ what: 'schedule', id: schedule.id, value: null }])
    await publisher.refresh()
    expect((await store.manifests.get(id))?.contentHash).toBe(before)
    await publishAll()
    expect(open((await store.manifests.get(id)) as StoredManifest).media).toEqual([])
  })

  test('a withdrawal takes effect without publishing', async () => {
    const id = await enrolled('30964')
    const { clip } = await scheduleIn('91')
    await publishAll()
    const verdict = { state: 'withdrawn', by: 'Lan', at: now, note: null } as const
    await publisher.changeAsset(clip.id, (asset) => ({
      ...asset,
      version: asset.version + 1,
      approval: { ...verdict, sha256: clip.rendition.sha256 },
    }))
    expect(pushed.at(-1)?.map(({ deviceId }) => deviceId)).toEqual([id])
    expect(await publisher.refresh()).toBe(0)
    expect(open((await store.manifests.get(id)) as StoredManifest).media).toEqual([])
  })

  test('every night the horizon moves on by a day', async () => {
    const id = await enrolled('30964')
    await scheduleIn('91')
    await publishAll()
    const before = open((await store.manifests.get(id)) as StoredManifest)
    now += 86_400_000
    expect(await publisher.refresh()).toBe(1)
    const after = open((await store.manifests.get(id)) as StoredManifest)
    expect(after.playUntil - before.playUntil).toBe(86_400_000)
    expect(after.revision).toBe(before.revision + 1)
  })

  test('[EL1] no night changes a day that devices hold: what is on air then was there the day before', async () => {
    const id = await enrolled('30964')
    const { clip, playlist } = await scheduleIn('91')
    const [later, shorter, draft] = [await newClip(), await newClip(), await newClip()]
    const theme = { id: uuid() as ThemeId, code: '1.2', name: 'Nước sạch', phases: ['2'] }
    const campaign = aCampaign({
      phases: [
        { code: '1', name: 'Một', from: '2024-11-01', to: '2024-11-20' },
        { code: '2', name: 'Hai', from: '2024-11-21', to: null },
      ],
      themes: [theme],
    })
    await store.draft
      .as(EDITOR)
      .change(() => [{ what: 'campaign', id: campaign.id, value: campaign }])
    // One begins with the second phase, one ends in between; two take turns, and all are shuffled.
    await changeAsset(store, later.id, { themeIds: [theme.id] })
    await changeAsset(store, shorter.id, { validFrom: '2024-11-15', validTo: '2024-12-20' })
    for (const one of [later, shorter]) await approveAsset(store, one.id, now)
    const items = [later, shorter, draft].map(({ id: assetId }) => ({ kind: 'asset', assetId }))
    const inner = playlistOf(items, { shuffle: true })
    const outer = playlistOf(
      [
        { kind: 'asset', assetId: clip.id },
        { kind: 'playlist', playlistId: inner.id, take: 1 },
      ],
      { shuffle: true },
    )
    await store.draft.as(EDITOR).change(() => [
      { what: 'playlist', id: inner.id, value: inner },
      { what: 'playlist', id: playlist.id, value: { ...outer, id: playlist.id } },
    ])
    await publishAll()
    const held = async () => {
      const manifest = open((await store.manifests.get(id)) as StoredManifest)
      return new Map(manifest.days.map(({ date, plans }) => [date, plans.audio]))
    }
    const approve = (assetId: AssetId) =>
      publisher.changeAsset(assetId, (asset) => {
        const sha256 = asset.rendition?.sha256 ?? null
        const approval = { state: 'approved', by: 'Lan', at: now, sha256, note: null } as const
        return { ...asset, version: asset.version + 1, approval }
      })
    let before = await held()
    const movedIn = (after: Awaited<ReturnType<typeof held>>) =>
      [...after].filter(([date, plan]) => before.has(date) && before.get(date) !== plan)
    expect(new Set(before.values()).size).toBeGreaterThan(3)
    for (const days of [1, 1, 3, 9, 30, 34]) {
      // A verdict moves days at once, and the night after it moves none.
      if (days === 9) {
        await approve(draft.id)
        expect(movedIn(await held()).length).toBeGreaterThan(0)
        before = await held()
      }
      now += days * 86_400_000
      await publisher.refresh()
      const after = await held()
      expect(movedIn(after)).toEqual([])
      before = after
    }
  })

  test('hosts of relays stand in every manifest; another list makes it new, an empty one does not', async () => {
    const id = await enrolled('30964')
    await scheduleIn('91')
    await publishAll()
    const before = (await store.manifests.get(id)) as StoredManifest
    expect(open(before).relayHosts).toEqual([])
    expect(Buffer.from(before.envelope.payload, 'base64').toString()).not.toContain('relayHosts')
    const restarted = async (hosts: readonly string[]) => {
      memory = createMemory(store, hosts)
      planning = newPlanning(folder, hosts)
      publisher = newPublisher()
      await publisher.refresh()
      const stored = (await store.manifests.get(id)) as StoredManifest
      return { revision: stored.revision, relayHosts: open(stored).relayHosts }
    }
    const { revision } = before
    expect(await restarted([])).toEqual({ revision, relayHosts: [] })
    const relayHosts = ['studio.example:8000']
    expect(await restarted(relayHosts)).toEqual({ revision: revision + 1, relayHosts })
    expect(await restarted(relayHosts)).toEqual({ revision: revision + 1, relayHosts })
    expect(await restarted([])).toEqual({ revision: revision + 2, relayHosts: [] })
  })

  test('revisions of many publications at once are still one after another', async () => {
    const id = await enrolled('30964')
    await scheduleIn('91')
    const numbers = await Promise.all(
      Array.from({ length: 5 }, () => publishAll().then(({ number }) => number)),
    )
    expect(numbers).toEqual([1, 2, 3, 4, 5])
    expect((await store.manifests.get(id))?.revision).toBe(1)
  })

  test('a restored server numbers its manifest above what the device already holds', async () => {
    const id = await enrolled('30964')
    await publisher.refresh()
    expect(await publisher.overtake(id, 41)).toBe(1)
    expect((await store.manifests.get(id))?.revision).toBe(42)
  })

  test('a device with both a loudspeaker and a board has a plan for each', async () => {
    const id = await enrolled('30964', ['audio', 'screen'])
    await scheduleIn('91')
    await publishAll()
    const { days, device } = open((await store.manifests.get(id)) as StoredManifest)
    expect(device.canvas).toEqual({ width: 640, height: 360 })
    expect(Object.keys(days[1]?.plans ?? {})).toEqual(['audio'])
  })
})

test('keys are made once, and only their owner may read them', () => {
  const folder = join(tempFolder(), 'keys')
  const first = loadSigningKey(folder)
  expect(loadSigningKey(folder)).toMatchObject({ keyid: first.keyid, publicKey: first.publicKey })
  expect(loadSessionSecret(folder)).toBe(loadSessionSecret(folder))
  expect(loadSessionSecret(folder).length).toBeGreaterThan(40)
  expect(statSync(join(folder, 'manifest-signing.pem')).mode & 0o077).toBe(0)
})
