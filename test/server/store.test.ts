import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AreaId, Asset, DeviceId, Play, RecordAck, ThemeId } from '#protocol'
import type { Store } from '../../server/store/store.ts'
import { createStore } from '../../server/store/store.ts'
import { aJournal, aPlay, sha } from '../support/builders.ts'
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
    const campaign = await store.campaigns.add(
      {
        name: 'Đợt',
        directive: {
          issuer: 'Sở',
          number: null,
          symbol: null,
          date: null,
          subject: 'V/v',
          basis: [],
        },
        phases: [{ code: '1', name: 'Một', from: '2024-11-08', to: null }],
        themes: [
          { code: '1.1', name: 'Niềm tin mới', phases: ['1'] },
          { code: '1.2', name: 'Cơ đồ', phases: ['1'] },
        ],
        targets: [{ theme: '1.1', per: 'plays', count: 7 }],
      },
      NOW,
    )
    expect(await store.campaigns.list()).toEqual([campaign])
    const themeIds = campaign.themes.map(({ id }) => id).toReversed()
    const id = await store.assets.add(
      {
        title: 'Bản tin Gò Quao',
        language: 'vi',
        areaId: communeId,
        themeIds,
        original: { name: 'a.mp3', sha256: sha('o'), bytes: 10 },
        createdBy: 'admin',
      },
      NOW,
    )
    expect(await store.assets.pending()).toContain(id)
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
      title: 'Bản tin Gò Quao',
    })
    const approval: Asset['approval'] = {
      state: 'approved',
      by: 'Lan',
      at: NOW,
      sha256: sha('r'),
      note: null,
    }
    await store.assets.update(id, { validTo: '2024-12-31' }, approval)
    const asset = await store.assets.get(id)
    expect(asset).toMatchObject({
      themeIds,
      rendition,
      approval,
      validTo: '2024-12-31',
      waveform: [0.5],
    })
    expect(await store.assets.pending()).not.toContain(id)

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
    const playlist = await store.programme.addPlaylist(
      { name: 'Sáng', areaId: communeId, channel: 'audio', items: [], shuffle: false },
      NOW,
    )
    const first = await store.programme.publish('Lan', NOW)
    const { id, version, ...body } = playlist
    const renamed = { ...body, name: 'Chiều' }
    const replaced = await store.programme.replacePlaylist(id, version, renamed)
    expect(replaced?.version).toBe(2)
    expect(await store.programme.replacePlaylist(id, version, body)).toBeUndefined()
    expect((await store.programme.published())?.draft.playlists.map(({ name }) => name)).toEqual([
      'Sáng',
    ])
    expect((await store.programme.draft()).playlists.map(({ name }) => name)).toEqual(['Chiều'])
    expect((await store.programme.publish('Lan', NOW)).number).toBe(first.number + 1)
    expect(await store.programme.removePlaylist(playlist.id)).toBe(true)
    expect(await store.programme.removePlaylist(playlist.id)).toBe(false)
  })

  test('[ST7] a manifest replaces the one before it, plans stay', async () => {
    const id = await addDevice('Loa 7')
    const envelope = {
      payloadType: 't',
      payload: 'cA==',
      signatures: [{ keyid: 'k', sig: 'cw==' }],
    }
    const manifest = (revision: number) => ({
      deviceId: id,
      revision,
      contentHash: `h${revision}`,
      envelope,
      issuedAt: NOW,
    })
    await store.manifests.save(new Map([[sha('p1'), '{"p":1}']]), [manifest(1)])
    await store.manifests.save(
      new Map([
        [sha('p1'), '{"p":1}'],
        [sha('p2'), '{"p":2}'],
      ]),
      [manifest(2)],
    )
    expect(await store.manifests.get(id)).toMatchObject({
      revision: 2,
      contentHash: 'h2',
      envelope,
    })
    expect((await store.manifests.heads()).get(id)).toEqual({ revision: 2, contentHash: 'h2' })
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
      play: aPlay({ plannedStartAt: NOW + Math.floor(index / 10) }),
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
