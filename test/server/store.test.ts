import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AreaId, Asset, DeviceId, Play, Playlist, RecordAck, ThemeId } from '#protocol'
import { putAsset } from '../../server/store/assets.ts'
import { addPublication } from '../../server/store/publications.ts'
import type { Store } from '../../server/store/store.ts'
import { createStore } from '../../server/store/store.ts'
import { aCampaign, aJournal, aPlay, aPlaylist, aTheme, EDITOR, sha } from '../support/builders.ts'
import { changeAsset } from '../support/change-asset.ts'
import { engines } from '../support/engines.ts'
import { aBatch, anArrival } from '../support/evidence.ts'

const NOW = 1_731_276_000_000

describe.each(Object.entries(engines))('the store on %s', (_name, open) => {
  let store: Store
  let close: () => Promise<void>
  let communeId: AreaId
  let districtId: AreaId

  beforeAll(async () => {
    const opened = await open()
    close = opened.close
    store = createStore(opened.db)
    const province = await store.areas.importTree(
      {
        code: '91',
        name: 'Tỉnh Kiên Giang',
        kind: 'province',
        children: [
          {
            code: '907',
            name: 'Huyện Gò Quao',
            kind: 'district',
            children: [
              { code: '30964', name: 'Xã Định An', kind: 'commune' },
              { code: '30958', name: 'Xã Định Hòa', kind: 'commune' },
            ],
          },
        ],
      },
      null,
      { timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-12-31' },
    )
    const areas = await store.areas.list()
    communeId = areas.find(({ code }) => code === '30964')?.id as AreaId
    districtId = areas.find(({ code }) => code === '907')?.id as AreaId
    expect(province.parentId).toBeNull()
  })
  afterAll(() => close())

  const addDevice = (name: string) =>
    store.devices.add({ name, areaId: communeId, channels: ['audio'], canvas: null }, NOW)

  test('attempts of an ingest are counted, taken back, and forgotten where it is tried again', async () => {
    const { assets } = store
    const original = { name: 'a.mp3', sha256: sha('o'), bytes: 10 }
    const add = (title: string) =>
      assets.add(
        { title, language: 'vi', areaId: communeId, themeIds: [], original, createdBy: 'x' },
        NOW,
      )
    const first = await add('một')
    const second = await add('hai')
    expect(await assets.beginIngest(first)).toBe(1)
    expect(await assets.beginIngest(first)).toBe(2)
    await assets.takeBackIngest(first)
    await assets.takeBackIngest(second)
    expect(await assets.pendingIngests()).toEqual([
      { id: second, attempts: 0 },
      { id: first, attempts: 1 },
    ])
    expect(await assets.reopenIngest(first)).toBe(false)
    const failure = { code: 'file-stops-ingest', detail: '{}' }
    await assets.failIngest(first, { step: 'convert', progress: 0.5, failure })
    expect(await assets.beginIngest(first)).toBeUndefined()
    expect((await assets.pendingIngests()).map(({ id }) => id)).toEqual([second])
    expect(await assets.reopenIngest(first)).toBe(true)
    expect(await assets.reopenIngest(first)).toBe(false)
    expect((await assets.get(first))?.ingest).toMatchObject({ step: 'inspect', failure: null })
    expect(await assets.pendingIngests()).toEqual([
      { id: first, attempts: 0 },
      { id: second, attempts: 0 },
    ])
    expect(await assets.remove(first, 2)).toBe(false)
    for (const id of [first, second]) expect(await assets.remove(id, 1)).toBe(true)
    expect(await assets.beginIngest(first)).toBeUndefined()
  })

  test('what people typed while a file was processed stays, and a name of its own is taken otherwise', async () => {
    const { assets } = store
    const outcome = { kind: 'bulletin', rendition: null, waveform: null, thumbnail: null } as const
    const add = (isNamed: boolean) =>
      assets.add(
        {
          ...{ title: 'tep', language: 'vi', areaId: communeId, themeIds: [], isNamed },
          ...{ original: { name: 'tep.md', sha256: sha('o'), bytes: 10 }, createdBy: 'lan' },
        },
        NOW,
      )
    const [plain, renamed, named] = [await add(false), await add(false), await add(true)]
    await changeAsset(store, renamed, { title: 'Bản tin sáng', editedBy: 'lan' })
    await changeAsset(store, named, { validTo: '2025-01-01', editedBy: 'lan' })
    for (const id of [plain, renamed, named])
      await assets.finishIngest(id, { ...outcome, suggestedTitle: 'Tên trong tệp' })
    expect(await assets.get(plain)).toMatchObject({ title: 'Tên trong tệp', kind: 'bulletin' })
    expect(await assets.get(renamed)).toMatchObject({ title: 'Bản tin sáng', kind: 'bulletin' })
    expect(await assets.get(named)).toMatchObject({ title: 'tep', validTo: '2025-01-01' })
    for (const id of [plain, renamed, named])
      await assets.remove(id, (await assets.get(id))?.version ?? 0)
  })

  test('[ST1] a tree of areas keeps the way down to every area', async () => {
    const areas = await store.areas.list()
    expect(areas.map(({ name }) => name)).toEqual([
      'Tỉnh Kiên Giang',
      'Huyện Gò Quao',
      'Xã Định An',
      'Xã Định Hòa',
    ])
    expect(areas[2]?.path).toEqual(['Tỉnh Kiên Giang', 'Huyện Gò Quao', 'Xã Định An'])
    expect(await store.areas.idsFrom(communeId)).toEqual([areas[0]?.id, districtId, communeId])
  })

  test('[ST2] an import with a code that is taken adds nothing at all', async () => {
    const before = await store.areas.list()
    const tree = {
      code: '89',
      name: 'Tỉnh khác',
      kind: 'province' as const,
      children: [{ code: '30964', name: 'Trùng mã', kind: 'commune' as const }],
    }
    const shared = { timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-12-31' }
    await expect(store.areas.importTree(tree, null, shared)).rejects.toMatchObject({
      code: 'area-code-taken',
      params: { code: '30964' },
    })
    expect(await store.areas.list()).toEqual(before)
    // Codes are reused over the years: the same code from another day on is another area.
    await expect(
      store.areas.importTree(tree, null, { ...shared, validFrom: '2025-07-01' }),
    ).resolves.toMatchObject({ name: 'Tỉnh khác' })
  })

  test('[ST3] a code enrols one device once, and repeats its answer to that device only', async () => {
    const id = await addDevice('Loa 3')
    await store.devices.addEnrolmentCode(id, sha('code3'), NOW + 1000)
    const keys = { deviceKey: 'k1', journalKey: 'j1' }
    await expect(store.devices.enrol(sha('other'), keys, NOW)).rejects.toMatchObject({
      code: 'code-unknown',
    })
    await expect(store.devices.enrol(sha('code3'), keys, NOW + 2000)).rejects.toMatchObject({
      code: 'code-expired',
    })
    expect(await store.devices.enrol(sha('code3'), keys, NOW)).toBe(id)
    expect(await store.devices.enrol(sha('code3'), keys, NOW + 9000)).toBe(id)
    const thief = { deviceKey: 'k2', journalKey: 'j2' }
    await expect(store.devices.enrol(sha('code3'), thief, NOW)).rejects.toMatchObject({
      code: 'code-used',
    })
    expect(await store.devices.keys(id)).toEqual(keys)
  })

  test('[ST4] an asset keeps its themes in order and its approval whole', async () => {
    const themes = [aTheme('1.1', ['1']), aTheme('1.2', ['1'])]
    const campaign = aCampaign({
      themes,
      targets: [{ themeId: themes[0]?.id as ThemeId, per: 'plays', count: 7 }],
    })
    await store.draft
      .as(EDITOR)
      .change(() => [{ what: 'campaign', id: campaign.id, value: campaign }])
    expect((await store.draft.read()).campaigns).toEqual([campaign])
    const themeIds = campaign.themes.map(({ id }) => id).toReversed()
    const id = await store.assets.add(
      {
        title: 'a',
        language: 'vi',
        areaId: communeId,
        themeIds,
        original: { name: 'a.mp3', sha256: sha('o'), bytes: 10 },
        createdBy: 'admin',
      },
      NOW,
    )
    expect(await store.assets.pendingIngests()).toContainEqual({ id, attempts: 0 })
    const rendition = {
      sha256: sha('r'),
      mime: 'audio/ogg',
      bytes: 5,
      durationMs: 1234,
      width: null,
      height: null,
      loudnessLufs: -16.2,
      truePeakDbtp: -1.7,
    }
    await store.assets.finishIngest(id, {
      kind: 'clip',
      rendition,
      waveform: [0.5],
      thumbnail: null,
      // People have typed nothing about it yet.
      suggestedTitle: 'Bản tin Gò Quao',
    })
    const approval: Asset['approval'] = {
      state: 'approved',
      by: 'Lan',
      at: NOW,
      sha256: sha('r'),
      note: null,
    }
    await changeAsset(store, id, { validTo: '2024-12-31', approval, editedBy: 'lan' })
    const asset = await store.assets.get(id)
    expect(asset).toMatchObject({
      themeIds,
      rendition,
      approval,
      validTo: '2024-12-31',
      waveform: [0.5],
      version: 2,
    })
    const stale = { ...(asset as Asset), version: 1 }
    await expect(
      store.manifests.save(new Map(), [], [], (tx) => putAsset(tx, stale, stale)),
    ).rejects.toThrow('Somebody else')
    expect(await store.assets.pendingIngests()).toEqual([])

    const find = (filter: object, scope: 'everywhere' | AreaId[] = 'everywhere') =>
      store.assets
        .page({ ...filter, scope }, undefined, 10)
        .then(({ items }) => items.map((item) => item.id))
    expect(await find({ search: 'go quao' })).toEqual([id])
    expect(await find({ search: '100%' })).toEqual([])
    expect(await find({ state: 'draft' })).toEqual([])
    expect(await find({ themeId: themeIds[0], kind: 'clip', state: 'approved' })).toEqual([id])
    expect(await find({}, [districtId])).toEqual([id])
    expect(await find({}, [])).toEqual([])
  })

  test('[ST5] a page of assets ends where the next one begins', async () => {
    const ids: string[] = []
    for (let count = 0; count < 5; count++) {
      ids.push(
        await store.assets.add(
          {
            title: `Trang ${count}`,
            language: 'vi',
            areaId: communeId,
            themeIds: [],
            original: { name: 'a', sha256: sha('o'), bytes: 1 },
            createdBy: 'admin',
          },
          NOW + count,
        ),
      )
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.assets.page({ search: 'trang', scope: 'everywhere' }, cursor, 2)
      expect(page.total).toBe(5)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toEqual(ids.toReversed())
  })

  test('[ST6] publishing freezes the draft: later edits do not reach what is published', async () => {
    const playlist = aPlaylist([], { name: 'Sáng', areaId: communeId })
    const put = (value: Playlist | null) =>
      store.draft.as(EDITOR).change(() => [{ what: 'playlist', id: playlist.id, value }])
    const publish = async (base: number) => {
      const content = await store.draft.read()
      const fresh = { base, at: NOW, by: 'Lan', changes: [], restored: null, content }
      return store.manifests.save(new Map(), [], [], (tx) => addPublication(tx, fresh, []))
    }
    await put(playlist)
    expect(await publish(0)).toMatchObject({ number: 1, by: 'Lan', devices: 0 })
    expect(await put({ ...playlist, name: 'Chiều' })).toMatchObject([{ version: 2 }])
    expect((await store.publications.last())?.content.playlists).toMatchObject([{ name: 'Sáng' }])
    expect((await store.draft.read()).playlists).toMatchObject([{ name: 'Chiều' }])
    // Made upon a publication that is no longer the last: somebody else was quicker.
    await expect(publish(0)).rejects.toMatchObject({ code: 'draft-changed' })
    expect((await publish(1)).number).toBe(2)
    expect((await store.publications.content(1))?.playlists).toMatchObject([{ name: 'Sáng' }])
    expect(await put(null)).toEqual([null])
    expect((await store.draft.read()).playlists).toEqual([])
    // Versions go on rising over a deletion: an old edit never fits by accident.
    expect(await put(playlist)).toMatchObject([{ version: 4 }])
  })

  test('[ST16] what is decided about the draft is decided by one at a time', async () => {
    const list = aPlaylist([], { name: '0', areaId: communeId })
    await store.draft.as(EDITOR).change(() => [{ what: 'playlist', id: list.id, value: list }])
    await Promise.all(
      Array.from({ length: 8 }, () =>
        store.draft.as(EDITOR).change((draft) => {
          const now = draft.playlists.find(({ id }) => id === list.id) as Playlist
          return [
            { what: 'playlist', id: list.id, value: { ...now, name: `${Number(now.name) + 1}` } },
          ]
        }),
      ),
    )
    expect((await store.draft.read()).playlists.find(({ id }) => id === list.id)).toMatchObject({
      name: '8',
      version: 9,
    })
    const refused = store.draft.as(EDITOR).change(() => {
      throw new Error('no')
    })
    await expect(refused).rejects.toThrow('no')
  })

  test('[ST17] reading the draft again gives the same objects where nothing has changed', async () => {
    const [kept, edited] = [aPlaylist([]), aPlaylist([])]
    await store.draft
      .as(EDITOR)
      .change(() => [kept, edited].map((value) => ({ what: 'playlist', id: value.id, value })))
    const first = await store.draft.read()
    await store.draft
      .as(EDITOR)
      .change(() => [{ what: 'playlist', id: edited.id, value: { ...edited, name: 'khác' } }])
    const second = await store.draft.read(first)
    const find = (content: typeof first, { id }: Playlist) =>
      content.playlists.find((playlist) => playlist.id === id)
    expect(find(second, kept)).toBe(find(first, kept))
    expect(find(second, edited)?.name).toBe('khác')
  })

  test('[ST7] a manifest replaces the one before it, plans stay', async () => {
    const id = await addDevice('Loa 7')
    const manifest = (revision: number) => ({
      deviceId: id,
      revision,
      contentHash: `h${revision}`,
      head: '{"loa":"Định An",',
      holding: { text: '"days":[]', sha256: sha('holding') },
      tail: `,"revision":${revision}}`,
      payloadType: 't',
      signatures: [{ keyid: 'k', sig: 'cw==' }],
      issuedAt: NOW,
    })
    const nothing = async () => undefined
    await store.manifests.save(new Map([[sha('p1'), '{"p":1}']]), [manifest(1)], [], nothing)
    await store.manifests.save(
      new Map([
        [sha('p1'), '{"p":1}'],
        [sha('p2'), '{"p":2}'],
      ]),
      [manifest(2)],
      [],
      nothing,
    )
    expect(await store.manifests.get(id)).toMatchObject({
      revision: 2,
      contentHash: 'h2',
      envelope: {
        payloadType: 't',
        payload: Buffer.from('{"loa":"Định An","days":[],"revision":2}').toString('base64'),
        signatures: [{ keyid: 'k', sig: 'cw==' }],
      },
    })
    const other = { ...manifest(3), holding: { text: '"days":[1]', sha256: sha('other') } }
    await store.manifests.save(new Map(), [other], [], nothing)
    await store.manifests.prune()
    expect((await store.manifests.get(id))?.revision).toBe(3)
    await store.manifests.save(new Map(), [manifest(2)], [], nothing)
    expect((await store.manifests.heads([id])).get(id)).toEqual({ revision: 2, contentHash: 'h2' })
    expect(await store.manifests.plan(sha('p1'))).toBe('{"p":1}')
    expect(await store.manifests.plan(sha('p3'))).toBeUndefined()
    expect((await store.devices.get(id))?.desiredRevision).toBe(2)
  })

  /** Sends records [from, to) of a journal, signed by its device. */
  const send = async (
    deviceId: DeviceId,
    journal: readonly string[],
    from = 0,
    to = journal.length,
  ): Promise<RecordAck> => {
    const arrival = anArrival(aBatch(journal, from, { deviceId, to }), deviceId)
    const [ack] = await store.journal.append([arrival], (note) => note, NOW)
    return ack as RecordAck
  }

  const playsOf = async (deviceId: DeviceId, filter: object = {}) =>
    (await store.plays.page({ deviceId, scope: 'everywhere', ...filter }, undefined, 100)).items

  test('[ST8] records are stored exactly once, however they are resent', async () => {
    const deviceId = await addDevice('Loa 8')
    const plays = Array.from({ length: 6 }, (_, index) => ({
      kind: 'play' as const,
      play: aPlay({ plannedStartAt: NOW + index }),
    }))
    const records = aJournal(plays, { deviceId })
    const [S, D] = ['stored', 'duplicate']
    expect(await send(deviceId, records, 0, 3)).toMatchObject({ next: 3, verdicts: [S, S, S] })
    // Doubled, overlapping, and late: the answer is always what is stored by now.
    expect(await send(deviceId, records, 0, 3)).toMatchObject({ next: 3, verdicts: [D, D, D] })
    expect(await send(deviceId, records, 1)).toMatchObject({ next: 6, verdicts: [D, D, S, S, S] })
    expect(await send(deviceId, records, 0, 2)).toMatchObject({ next: 6, verdicts: [D, D] })
    expect((await playsOf(deviceId)).map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1, 0])
    expect(await store.journal.head(deviceId, 0)).toMatchObject({
      next: 6,
      head: sha(records[5] ?? ''),
    })
  })

  test('[ST9] records after a gap are not taken; the answer says which record is waited for', async () => {
    const deviceId = await addDevice('Loa 9')
    const records = aJournal(
      Array.from({ length: 4 }, () => ({ kind: 'stop' as const })),
      { deviceId },
    )
    await send(deviceId, records, 0, 1)
    expect(await send(deviceId, records, 2)).toMatchObject({
      next: 1,
      head: sha(records[0] ?? ''),
      verdicts: ['early', 'early'],
    })
    expect((await store.journal.head(deviceId, 0)).next).toBe(1)
  })

  test('[ST10] other bytes under a number that is stored are an incident, never an overwrite', async () => {
    const deviceId = await addDevice('Loa 10')
    const original = aJournal([{ kind: 'play', play: aPlay({ device: 'thật' }) }], { deviceId })
    const forged = aJournal([{ kind: 'play', play: aPlay({ device: 'giả' }) }, { kind: 'stop' }], {
      deviceId,
    })
    await send(deviceId, original)
    const held = await store.journal.head(deviceId, 0)
    expect(await send(deviceId, forged)).toMatchObject({ ...held, verdicts: ['fork', 'fork'] })
    expect(await send(deviceId, forged)).toMatchObject({ ...held, verdicts: ['fork', 'fork'] })
    expect(await store.journal.head(deviceId, 0)).toEqual(held)
    const incidents = await store.evidence.incidents(deviceId)
    expect(incidents.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['fork', 0],
      ['fork', 1],
    ])
    expect((await playsOf(deviceId)).map(({ play }) => play.device)).toEqual(['thật'])
  })

  test('[ST11] one record that cannot be read keeps no other from being stored', async () => {
    const deviceId = await addDevice('Loa 11')
    const good = aJournal(
      [
        { kind: 'play', play: aPlay() },
        { kind: 'play', play: aPlay() },
      ],
      { deviceId },
    )
    const ack = await send(deviceId, [good[0] ?? '', 'not JSON', good[1] ?? ''])
    expect(ack).toMatchObject({ next: 3, verdicts: ['stored', 'unreadable', 'unreadable'] })
    expect((await playsOf(deviceId)).map(({ seq }) => seq)).toEqual([0])
  })

  test('[ST12] the play log is narrowed by time, theme, area, channel, outcome and words', async () => {
    const deviceId = await addDevice('Loa 12')
    const themeId = '01890000-0000-7000-8000-0000000000cc' as ThemeId
    const theme = { id: themeId, code: '1.1', name: 'Niềm tin mới', campaign: 'Đợt' }
    const plays: Partial<Play>[] = [
      { plannedStartAt: NOW, themes: [theme] },
      { plannedStartAt: NOW + 1000, outcome: 'failed', cause: 'media-missing', startAt: null },
      {
        plannedStartAt: NOW + 2000,
        channel: 'screen',
        asset: { ...aPlay().asset, title: 'Đường đẹp' },
      },
    ]
    const area = {
      id: communeId,
      code: '30964',
      path: ['Tỉnh Kiên Giang', 'Huyện Gò Quao', 'Xã Định An'],
    }
    const records = aJournal(
      plays.map((play) => ({ kind: 'play' as const, play: aPlay({ ...play, area }) })),
      { deviceId },
    )
    await send(deviceId, records)
    const seqs = async (filter: object) => (await playsOf(deviceId, filter)).map(({ seq }) => seq)
    expect(await seqs({})).toEqual([2, 1, 0])
    expect(await seqs({ from: NOW + 1000 })).toEqual([2, 1])
    expect(await seqs({ to: NOW + 1000 })).toEqual([0])
    expect(await seqs({ themeId })).toEqual([0])
    expect(await seqs({ channel: 'screen' })).toEqual([2])
    expect(await seqs({ outcome: 'failed' })).toEqual([1])
    expect(await seqs({ search: 'duong dep' })).toEqual([2])
    expect(await seqs({ search: '1.1 niem tin' })).toEqual([0])
    expect(await seqs({ areaId: districtId })).toEqual([2, 1, 0])
    expect(await seqs({ scope: [communeId] })).toEqual([2, 1, 0])
    expect(await seqs({ scope: [] })).toEqual([])
    const audio = { deviceId, scope: 'everywhere' as const, channel: 'audio' as const }
    expect((await store.plays.page(audio, undefined, 1)).total).toBe(2)
  })

  test('[ST13] paging through the play log meets every play once, also among equal instants', async () => {
    const deviceId = await addDevice('Loa 13')
    const events = Array.from({ length: 25 }, (_, index) => ({
      kind: 'play' as const,
      play: aPlay({
        plannedStartAt: NOW + Math.floor(index / 10),
        asset: { ...aPlay().asset, sha256: sha(String(index)) },
      }),
    }))
    await send(deviceId, aJournal(events, { deviceId }))
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const page = await store.plays.page({ deviceId, scope: 'everywhere' }, cursor, 4)
      seen.push(...page.items.map(({ seq }) => seq))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
    const streamed: number[] = []
    for await (const { seq } of store.plays.all({ deviceId, scope: 'everywhere' }))
      streamed.push(seq)
    expect(streamed).toEqual(seen)
  })

  test('[ST14] a cursor that somebody made up begins at the first page', async () => {
    const page = await store.plays.page({ scope: 'everywhere' }, "1' OR 1=1 --~x", 1)
    const first = await store.plays.page({ scope: 'everywhere' }, undefined, 1)
    expect(page).toEqual(first)
  })

  test('[ST15] grants are kept, and nobody administers until somebody is told to', async () => {
    expect(await store.users.hasAdministrator()).toBe(false)
    await store.users.addGrant('u1', {
      role: 'operator',
      areaId: districtId,
      validFrom: NOW,
      validTo: null,
    })
    expect(await store.users.hasAdministrator()).toBe(false)
    await store.users.addGrant('u1', {
      role: 'administrator',
      areaId: null,
      validFrom: NOW,
      validTo: null,
    })
    expect(await store.users.hasAdministrator()).toBe(true)
    expect((await store.users.grantsOf('u1')).map(({ role }) => role)).toEqual([
      'operator',
      'administrator',
    ])
    expect(await store.users.grantsOf('u2')).toEqual([])
  })
})
