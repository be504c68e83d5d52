import { describe, expect, test } from 'vitest'
import type { Asset, DayPlan, PlaylistId, Schedule } from '#protocol'
import { anAsset, aPlaylist, aSchedule, sha } from '../support/builders.ts'
import { MINUTE_MS, minutesOf, NO_STATION, placeOf, planOf, reasonsOf } from '../support/law.ts'

const [signature, call, chime, closing] = [1, 1, 1, 2].map((minutes) =>
  anAsset({ durationMs: minutes * MINUTE_MS }),
) as [Asset, Asset, Asset, Asset]
const station = {
  signature: signature.id,
  call: call.id,
  chime: chime.id,
  closing: closing.id,
}
const tunes = [signature, call, chime, closing]
const clips = [4, 7, 5].map((minutes) => anAsset({ durationMs: minutes * MINUTE_MS }))
const playlist = aPlaylist(clips)

const rolesOf = ({ segments }: DayPlan) =>
  segments.map(({ items }) => items.map(({ role }) => role))

const sessionPlan = (change: Parameters<typeof aSchedule>[1], assets: readonly Asset[] = tunes) =>
  planOf(
    { assets: [...assets, ...clips], playlists: [playlist] },
    [aSchedule(playlist, { session: true, ...change })],
    placeOf({ station }),
  )

test('[SE1] a session opens with signature and call and closes with its tune', () => {
  const plan = sessionPlan({})
  expect(rolesOf(plan)).toEqual([['signature', 'call', 'item', 'item', 'item', 'closing']])
  expect(minutesOf(plan)).toEqual([[300, 320]])
  expect(rolesOf(sessionPlan({ session: false }))).toEqual([['item', 'item', 'item']])
  const bare = planOf(
    { assets: clips, playlists: [playlist] },
    [aSchedule(playlist, { session: true })],
    placeOf({ station: NO_STATION }),
  )
  expect(rolesOf(bare)).toEqual([['item', 'item', 'item']])
})

describe('[SE2] the chime', () => {
  const announced = aPlaylist(clips)
  announced.items = announced.items.map((item, index) => ({ ...item, chime: index === 1 }) as never)
  const world = { assets: [...tunes, ...clips], playlists: [announced] }

  test('precedes the item that asks for it, in a session or not', () => {
    const plan = planOf(world, [aSchedule(announced)], placeOf({ station }))
    expect(rolesOf(plan)).toEqual([['item', 'chime', 'item', 'item']])
    expect(minutesOf(plan)).toEqual([[300, 317]])
  })

  test('is never played without it', () => {
    const short = aSchedule(announced, { time: { endTime: '05:11' } })
    const plan = planOf(world, [short], placeOf({ station }))
    expect(rolesOf(plan)).toEqual([['item']])
    const looped = aSchedule(announced, { fill: 'repeat', time: { endTime: '05:23' } })
    expect(minutesOf(planOf(world, [looped], placeOf({ station })))).toEqual([[300, 321]])
  })
})

test('[SE3] in a loop the opening comes once and the closing tune at the end', () => {
  const plan = sessionPlan({ fill: 'repeat', time: { endTime: '06:00' } })
  expect(rolesOf(plan)).toEqual([['signature', 'call'], ['item', 'item', 'item'], ['closing']])
  // 2 + three rounds of 16 + 4 more; the next item would leave no room for the closing tune.
  expect(minutesOf(plan)).toEqual([
    [300, 302],
    [302, 354],
    [354, 356],
  ])
  expect(plan.segments.map(({ repeat }) => repeat)).toEqual([false, true, false])
})

describe('[SE4] tunes give way to what is to be said', () => {
  test('the closing tune is left out where it does not fit', () => {
    expect(rolesOf(sessionPlan({ time: { endTime: '05:19' } }))).toEqual([
      ['signature', 'call', 'item', 'item', 'item'],
    ])
  })
  test('the opening is left out where nothing fits after it, and nothing is opened for nothing', () => {
    expect(rolesOf(sessionPlan({ time: { endTime: '05:05' } }))).toEqual([['item']])
    expect(rolesOf(sessionPlan({ time: { endTime: '05:03' } }))).toEqual([])
  })
})

test('[SE5] a tune that is not approved is listed, and the session goes on without it', () => {
  const unapproved = {
    ...signature,
    approval: { ...signature.approval, sha256: sha('other') },
  }
  const plan = sessionPlan({}, [unapproved, call, chime, closing])
  expect(rolesOf(plan)).toEqual([['call', 'item', 'item', 'item', 'closing']])
  expect(plan.withheld).toMatchObject([{ assetId: signature.id, reason: 'not-approved' }])
})

describe('[SQ7] rounds with silence in between', () => {
  const twice = { count: 2, gapMs: 3 * MINUTE_MS }
  const repeated = (endTime: string, change: Partial<Schedule> = {}) =>
    planOf({ assets: clips, playlists: [playlist] }, [
      aSchedule(playlist, { ...change, repeats: twice, time: { endTime } }),
    ])

  test('as many as asked for', () => {
    expect(minutesOf(repeated('06:00'))).toEqual([
      [300, 316],
      [319, 335],
    ])
  })
  test('a round that finds no room is reported', () => {
    const plan = repeated('05:27')
    expect(minutesOf(plan)).toEqual([
      [300, 316],
      [319, 323],
    ])
    expect(plan.withheld).toMatchObject([{ reason: 'not-fitting', at: 323 * MINUTE_MS }])
  })
})

describe('[SQ8] another playlist fills the window', () => {
  const music = [2, 3].map((minutes) => anAsset({ durationMs: minutes * MINUTE_MS }))
  const filler = aPlaylist(music)
  const filled = (fillPlaylistId: PlaylistId, change: Parameters<typeof aSchedule>[1] = {}) =>
    planOf(
      { assets: [...tunes, ...clips, ...music], playlists: [playlist, filler] },
      [aSchedule(playlist, { fill: 'playlist', fillPlaylistId, ...change })],
      placeOf({ station }),
    )

  test('round after round, cut at an item, as filling', () => {
    const plan = filled(filler.id)
    expect(rolesOf(plan)).toEqual([
      ['item', 'item', 'item'],
      ['fill', 'fill'],
    ])
    // 14 minutes are left: two rounds of 5 and the 2 minutes of the third.
    expect(minutesOf(plan)).toEqual([
      [300, 316],
      [316, 328],
    ])
  })

  test.each([
    [
      'two do not fit',
      [10, 20],
      25,
      [
        [300, 310],
        [310, 325],
      ],
    ],
    [
      'the second of three does not fit',
      [5, 9, 1],
      11,
      [
        [300, 305],
        [305, 311],
      ],
    ],
    ['the first does not fit', [20], 12, [[300, 312]]],
  ])('from the item that does not fit any more: %s', (_name, minutes, window, expected) => {
    const own = minutes.map((each) => anAsset({ durationMs: each * MINUTE_MS }))
    const jingle = anAsset({ durationMs: 5_000 })
    const [list, fill] = [aPlaylist(own), aPlaylist([jingle])]
    const schedule = aSchedule(list, {
      fill: 'playlist',
      fillPlaylistId: fill.id,
      time: { endTime: `05:${window}` },
    })
    const plan = planOf({ assets: [...own, jingle], playlists: [list, fill] }, [schedule])
    expect(minutesOf(plan)).toEqual(expected)
    expect(plan.withheld).toHaveLength(1)
  })

  test('[SE3] with the closing tune after it', () => {
    const plan = filled(filler.id, { session: true })
    expect(rolesOf(plan).at(-1)).toEqual(['closing'])
    expect(minutesOf(plan)).toEqual([
      [300, 318],
      [318, 328],
      [328, 330],
    ])
  })
})

describe('[EL6] [EL7] relays', () => {
  const fallback = anAsset({ durationMs: 60 * MINUTE_MS })
  const aRelay = (fallbackAssetId: Asset['id'] | null, url = 'https://vov.example/vov1') =>
    anAsset({
      kind: 'relay',
      rendition: {
        ...(fallback.rendition as NonNullable<Asset['rendition']>),
        sha256: sha('relay'),
        mime: 'application/vnd.loabang.relay+json',
        durationMs: null,
      },
      approval: { ...fallback.approval, sha256: sha('relay') },
      relay: { url, fallbackAssetId },
    })
  const relayPlan = (
    relay: Asset,
    durationMs: number | null,
    other: Asset = fallback,
    relayHosts: readonly string[] = [],
  ) => {
    const list = aPlaylist([relay])
    list.items = [{ kind: 'asset', assetId: relay.id, durationMs, gainDb: 0, chime: false }]
    return planOf({ assets: [relay, other], playlists: [list], relayHosts }, [aSchedule(list)])
  }

  test('last as long as the playlist says, with what stands in for them', () => {
    const plan = relayPlan(aRelay(fallback.id), 15 * MINUTE_MS)
    expect(minutesOf(plan)).toEqual([[300, 315]])
    expect(plan.segments[0]?.items[0]).toMatchObject({
      kind: 'relay',
      fallback: { sha256: fallback.rendition?.sha256, mime: 'audio/ogg' },
    })
  })
  test('are withheld where nobody says how long', () => {
    expect(reasonsOf(relayPlan(aRelay(null), null))).toEqual(['too-long'])
  })
  test('have nothing that stands in for them where that may not be played', () => {
    const expired = { ...fallback, validTo: '2024-01-01' }
    const plan = relayPlan(aRelay(fallback.id), 15 * MINUTE_MS, expired)
    expect(plan.segments[0]?.items[0]?.fallback).toBeNull()
  })
  test('[EL7] are withheld where no device would fetch their stream, approved or not', () => {
    for (const url of [
      'udp://239.1.1.1:5000',
      'http://10.0.0.5:8000/live',
      'https://a/\nhttps://b/',
    ])
      expect(reasonsOf(relayPlan(aRelay(null, url), MINUTE_MS)), url).toEqual(['relay-not-allowed'])
    const studio = aRelay(null, 'http://10.0.0.5:8000/live')
    expect(minutesOf(relayPlan(studio, MINUTE_MS, fallback, ['10.0.0.5:8000']))).toEqual([
      [300, 301],
    ])
    expect(reasonsOf(relayPlan(studio, MINUTE_MS, fallback, ['10.0.0.5:8001']))).toEqual([
      'relay-not-allowed',
    ])
    const withoutAddress = { ...studio, relay: null }
    expect(reasonsOf(relayPlan(withoutAddress, MINUTE_MS))).toEqual(['relay-not-allowed'])
  })
})
