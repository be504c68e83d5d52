import { describe, expect, test } from 'vitest'
import { compileDay, instantAt, type Programme, startOfDay } from '#playlists'
import {
  type Asset,
  type Campaign,
  type DayPlan,
  NO_POLICY,
  type Playlist,
  type Schedule,
  type ScheduleId,
} from '#protocol'
import {
  aCampaign,
  anAsset,
  aPlaylist,
  aSchedule,
  aTheme,
  HOUR_MS,
  sha,
} from '../support/builders.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const MINUTE = 60_000

type World = { assets: Asset[]; playlists: Playlist[]; campaigns?: Campaign[] }

const programme = ({ assets, playlists, campaigns = [] }: World): Programme => ({
  assets: new Map(assets.map((asset) => [asset.id, asset])),
  playlists: new Map(playlists.map((playlist) => [playlist.id, playlist])),
  campaigns,
  relayHosts: [],
})

const compile = (
  world: World,
  schedules: Schedule[],
  date = '2024-11-12',
  timeZone = ZONE,
  channel: 'audio' | 'screen' = 'audio',
): DayPlan =>
  compileDay(schedules, programme(world), { date, timeZone, channel, policy: NO_POLICY })

/** A clip, its playlist, and a plan of it under one schedule. */
const alone = (
  durationMs: number,
  change: Parameters<typeof aSchedule>[1] = {},
  date?: string,
  zone?: string,
) => {
  const clip = anAsset({ durationMs })
  const playlist = aPlaylist([clip])
  return compile(
    { assets: [clip], playlists: [playlist] },
    [aSchedule(playlist, change)],
    date,
    zone,
  )
}

const spans = (plan: DayPlan) => plan.segments.map(({ from, to }) => [from, to])

describe('time', () => {
  test('[TM1] a window is wall-clock in the zone of the area', () => {
    expect(spans(alone(10 * MINUTE))).toEqual([[5 * HOUR_MS, 5 * HOUR_MS + 10 * MINUTE]])
    expect(instantAt('2024-11-12', '05:00', ZONE)).toBe(Date.parse('2024-11-12T05:00:00+07:00'))
  })

  test('[TM1] a window is half-open: one that ends when another begins does not meet it', () => {
    const first = anAsset({ durationMs: 30 * MINUTE })
    const second = anAsset({ durationMs: 30 * MINUTE })
    const playlists = [aPlaylist([first]), aPlaylist([second])] as const
    const plan = compile({ assets: [first, second], playlists: [...playlists] }, [
      aSchedule(playlists[0], { time: { startTime: '05:00', endTime: '05:30' } }),
      aSchedule(playlists[1], { time: { startTime: '05:30', endTime: '06:00' } }),
    ])
    expect(spans(plan)).toEqual([
      [5 * HOUR_MS, 5.5 * HOUR_MS],
      [5.5 * HOUR_MS, 6 * HOUR_MS],
    ])
    expect(plan.segments.every(({ because }) => because.overrode.length === 0)).toBe(true)
  })

  test('[TM2] an overnight window belongs to the day on which it starts', () => {
    const overnight = {
      fill: 'repeat' as const,
      time: { startTime: '23:30', endTime: '00:30', rrule: null, startDate: '2024-11-12' },
    }
    expect(spans(alone(10 * MINUTE, overnight, '2024-11-12'))).toEqual([
      [23.5 * HOUR_MS, 24 * HOUR_MS],
    ])
    expect(spans(alone(10 * MINUTE, overnight, '2024-11-13'))).toEqual([[0, HOUR_MS / 2]])
    expect(spans(alone(10 * MINUTE, overnight, '2024-11-14'))).toEqual([])
  })

  test('[TM3] 24:00 is the first instant of the next day', () => {
    const late = { fill: 'repeat' as const, time: { startTime: '23:00', endTime: '24:00' } }
    expect(spans(alone(10 * MINUTE, late))).toEqual([[23 * HOUR_MS, 24 * HOUR_MS]])
    expect(instantAt('2024-12-31', '24:00', ZONE)).toBe(startOfDay('2025-01-01', ZONE))
  })

  test('[TM4] a wall time that is skipped comes later by the gap, one that comes twice is the first', () => {
    // Berlin: 31 March 2024, 02:00 → 03:00; 27 October 2024, 03:00 → 02:00.
    const at = {
      fill: 'end' as const,
      time: { startDate: '2024-03-01', startTime: '02:30', endTime: '02:45' },
    }
    expect(spans(alone(MINUTE, at, '2024-03-31', 'Europe/Berlin'))).toEqual([
      [2.5 * HOUR_MS, 2.5 * HOUR_MS + MINUTE],
    ])
    expect(instantAt('2024-03-31', '02:30', 'Europe/Berlin')).toBe(
      Date.parse('2024-03-31T03:30:00+02:00'),
    )
    expect(instantAt('2024-10-27', '02:30', 'Europe/Berlin')).toBe(
      Date.parse('2024-10-27T02:30:00+02:00'),
    )
    // A window after the change keeps its wall time: 05:00 is 4 h into the short day, 6 h into the long one.
    const early = { time: { startDate: '2024-03-01' } }
    expect(spans(alone(MINUTE, early, '2024-03-31', 'Europe/Berlin'))).toEqual([
      [4 * HOUR_MS, 4 * HOUR_MS + MINUTE],
    ])
    expect(spans(alone(MINUTE, early, '2024-10-27', 'Europe/Berlin'))).toEqual([
      [6 * HOUR_MS, 6 * HOUR_MS + MINUTE],
    ])
  })
})

test('[TM5] a window whose start alone is skipped keeps its length', () => {
  const skipped = { time: { startDate: '2024-03-01', startTime: '02:30', endTime: '03:00' } }
  expect(spans(alone(MINUTE, skipped, '2024-03-31', 'Europe/Berlin'))).toEqual([
    [2.5 * HOUR_MS, 2.5 * HOUR_MS + MINUTE],
  ])
  const all = { ...skipped, fill: 'repeat' as const }
  expect(spans(alone(MINUTE, all, '2024-03-31', 'Europe/Berlin'))).toEqual([
    [2.5 * HOUR_MS, 3 * HOUR_MS],
  ])
})

describe('what may be played', () => {
  const withheldOf = (asset: Asset, campaigns: Campaign[] = [], date?: string) => {
    const playlist = aPlaylist([asset])
    const plan = compile(
      { assets: [asset], playlists: [playlist], campaigns },
      [aSchedule(playlist)],
      date,
    )
    return plan.segments.length > 0 ? 'played' : plan.withheld[0]?.reason
  }

  test('[EL1] only what is approved, and only the bytes that were', () => {
    const approved = anAsset()
    expect(withheldOf(approved)).toBe('played')
    for (const state of ['draft', 'rejected', 'withdrawn'] as const) {
      expect(withheldOf({ ...approved, approval: { ...approved.approval, state } })).toBe(
        'not-approved',
      )
    }
    expect(
      withheldOf({ ...approved, approval: { ...approved.approval, sha256: sha('others') } }),
    ).toBe('not-approved')
    expect(withheldOf({ ...approved, rendition: null })).toBe('asset-missing')
  })

  test('[EL2] from the first day of its validity to the last', () => {
    const asset = anAsset({ validFrom: '2024-11-12', validTo: '2024-11-13' })
    expect(withheldOf(asset, [], '2024-11-11')).toBe('not-valid')
    expect(withheldOf(asset, [], '2024-11-12')).toBe('played')
    expect(withheldOf(asset, [], '2024-11-13')).toBe('played')
    expect(withheldOf(asset, [], '2024-11-14')).toBe('not-valid')
  })

  test('[EL3] on days on which a phase makes one of its themes active, or without themes on any', () => {
    const [both, first, second] = [
      aTheme('1.1', ['1', '2']),
      aTheme('1.4', ['1']),
      aTheme('2.1', ['2']),
    ]
    const campaigns = [aCampaign({ themes: [both, first, second] })]
    const on = (date: string, ...themes: (typeof both)[]) =>
      withheldOf(anAsset({ themeIds: themes.map(({ id }) => id) }), campaigns, date)
    expect(on('2024-12-31', first)).toBe('played')
    expect(on('2025-01-01', first)).toBe('theme-inactive')
    expect(on('2024-12-31', second)).toBe('theme-inactive')
    expect(on('2025-01-01', second)).toBe('played')
    expect(on('2031-05-01', both)).toBe('played')
    expect(on('2024-12-31', first, second)).toBe('played')
    expect(on('2025-01-01')).toBe('played')
  })

  test('[EL3] the plan names only the themes that are active', () => {
    const [first, second] = [aTheme('1.4', ['1']), aTheme('2.1', ['2'])]
    const asset = anAsset({ themeIds: [first.id, second.id] })
    const playlist = aPlaylist([asset])
    const plan = compile(
      {
        assets: [asset],
        playlists: [playlist],
        campaigns: [aCampaign({ themes: [first, second] })],
      },
      [aSchedule(playlist)],
    )
    expect(plan.segments[0]?.items[0]?.themes.map(({ code }) => code)).toEqual(['1.4'])
  })

  test('[EL4] after midnight the day on which the window began still decides', () => {
    const theme = aTheme('1.4', ['1'])
    const asset = anAsset({ themeIds: [theme.id], durationMs: 10 * MINUTE })
    const playlist = aPlaylist([asset])
    const world = {
      assets: [asset],
      playlists: [playlist],
      campaigns: [aCampaign({ themes: [theme] })],
    }
    const overnight = aSchedule(playlist, {
      fill: 'repeat',
      time: { startTime: '23:30', endTime: '00:30' },
    })
    const newYear = compile(world, [overnight], '2025-01-01')
    expect(spans(newYear)).toEqual([[0, HOUR_MS / 2]])
    expect(newYear.withheld.map(({ reason }) => reason)).toEqual(['theme-inactive'])
  })

  test('[EL5] what is withheld is listed with its reason, once', () => {
    const [good, bad] = [anAsset(), anAsset({ validTo: '2024-01-01', title: 'Cũ' })]
    const playlist = aPlaylist([bad, good])
    const schedule = aSchedule(playlist)
    const plan = compile({ assets: [good, bad], playlists: [playlist] }, [schedule])
    expect(plan.withheld).toEqual([
      {
        scheduleId: schedule.id,
        schedule: 'Buổi phát',
        assetId: bad.id,
        title: 'Cũ',
        at: null,
        reason: 'not-valid',
      },
    ])
    expect(plan.segments[0]?.items.map(({ assetId }) => assetId)).toEqual([good.id])
  })
})

describe('sequence', () => {
  const clips = [
    anAsset({ durationMs: 4 * MINUTE }),
    anAsset({ durationMs: 7 * MINUTE }),
    anAsset({ durationMs: 5 * MINUTE }),
  ]
  const playlist = aPlaylist(clips)
  const world = { assets: clips, playlists: [playlist] }
  const from = 5 * HOUR_MS

  test('[SQ1] items follow each other without a gap from the start of the window', () => {
    const [segment] = compile(world, [aSchedule(playlist)]).segments
    expect(segment).toMatchObject({ from, anchor: from, to: from + 16 * MINUTE, repeat: false })
    expect(segment?.items.map(({ durationMs }) => durationMs / MINUTE)).toEqual([4, 7, 5])
  })

  test('[SQ2] a short playlist ends, or begins anew', () => {
    expect(spans(compile(world, [aSchedule(playlist)]))).toEqual([[from, from + 16 * MINUTE]])
    const again = compile(world, [
      aSchedule(playlist, { fill: 'repeat', time: { endTime: '05:32' } }),
    ])
    expect(spans(again)).toEqual([[from, from + 32 * MINUTE]])
    expect(again.segments[0]?.repeat).toBe(true)
  })

  test('[SQ3] sound is cut at an item, a screen where the window ends', () => {
    const short = { time: { endTime: '05:15' } }
    expect(spans(compile(world, [aSchedule(playlist, short)]))).toEqual([
      [from, from + 11 * MINUTE],
    ])
    const repeated = aSchedule(playlist, { fill: 'repeat', time: { endTime: '05:22' } })
    expect(spans(compile(world, [repeated]))).toEqual([[from, from + 20 * MINUTE]])

    const videos = clips.map((clip) =>
      anAsset({ kind: 'video', durationMs: clip.rendition?.durationMs ?? 0 }),
    )
    const board = aPlaylist(videos, { channel: 'screen' })
    const plan = compile(
      { assets: videos, playlists: [board] },
      [aSchedule(board, short)],
      undefined,
      ZONE,
      'screen',
    )
    expect(spans(plan)).toEqual([[from, from + 15 * MINUTE]])
  })

  test('[SQ4] a still slide stands as long as the playlist says, or 10 s', () => {
    const [image, bulletin] = [anAsset({ kind: 'image' }), anAsset({ kind: 'bulletin' })]
    const board = aPlaylist([image, bulletin], { channel: 'screen' })
    board.items = [
      { kind: 'asset', assetId: image.id, durationMs: 25_000, gainDb: 0, chime: false },
      { kind: 'asset', assetId: bulletin.id, durationMs: null, gainDb: 0, chime: false },
    ]
    const plan = compile(
      { assets: [image, bulletin], playlists: [board] },
      [aSchedule(board)],
      undefined,
      ZONE,
      'screen',
    )
    expect(plan.segments[0]?.items.map(({ durationMs }) => durationMs)).toEqual([25_000, 10_000])
  })

  test('[SQ5] a sound longer than its whole window is withheld, the others are played', () => {
    const long = anAsset({ durationMs: 31 * MINUTE })
    const short = anAsset({ durationMs: MINUTE })
    const mixed = aPlaylist([long, short])
    const plan = compile({ assets: [long, short], playlists: [mixed] }, [aSchedule(mixed)])
    expect(plan.withheld.map(({ assetId, reason }) => [assetId, reason])).toEqual([
      [long.id, 'too-long'],
    ])
    expect(spans(plan)).toEqual([[from, from + MINUTE]])
  })
})

describe('priority', () => {
  const long = anAsset({ durationMs: 20 * MINUTE })
  const brief = anAsset({ durationMs: 5 * MINUTE })
  const [regular, special] = [aPlaylist([long]), aPlaylist([brief])]
  const world = { assets: [long, brief], playlists: [regular, special] }
  const from = 5 * HOUR_MS

  test('[PR1] a higher class interrupts at once, [PR2] what it interrupted resumes where it would be', () => {
    const plan = compile(world, [
      aSchedule(regular, { name: 'Thường' }),
      aSchedule(special, {
        name: 'Khẩn',
        priority: 'emergency',
        time: { startTime: '05:05', endTime: '05:10' },
      }),
    ])
    expect(
      plan.segments.map(({ from: a, to, anchor, because }) => [
        a,
        to,
        anchor,
        because.schedules[0]?.name,
      ]),
    ).toEqual([
      [from, from + 5 * MINUTE, from, 'Thường'],
      [from + 5 * MINUTE, from + 10 * MINUTE, from + 5 * MINUTE, 'Khẩn'],
      [from + 10 * MINUTE, from + 20 * MINUTE, from, 'Thường'],
    ])
  })

  test('[PR3] of one class, the window that began first keeps the channel; together, the one created first', () => {
    const later = aSchedule(special, {
      name: 'Sau',
      time: { startTime: '05:10', endTime: '05:30' },
    })
    const plan = compile(world, [later, aSchedule(regular, { name: 'Trước' })])
    expect(plan.segments.map(({ because }) => because.schedules[0]?.name)).toEqual(['Trước'])

    const ids = [
      '01890000-0000-7000-8000-000000000001',
      '01890000-0000-7000-8000-000000000002',
    ] as ScheduleId[]
    const twins = [
      aSchedule(special, { id: ids[1] as ScheduleId, name: 'B' }),
      aSchedule(regular, { id: ids[0] as ScheduleId, name: 'A' }),
    ]
    expect(compile(world, twins).segments[0]?.because).toMatchObject({
      schedules: [{ name: 'A' }],
      overrode: ['B'],
    })
  })

  test('[PR4] every segment names what put it on air and what it overrode', () => {
    const plan = compile(world, [
      aSchedule(regular, { name: 'Nền', priority: 'filler' }),
      aSchedule(special, {
        name: 'Ưu tiên',
        priority: 'priority',
        time: { startTime: '05:02', endTime: '05:30' },
      }),
      aSchedule(special, {
        name: 'Trực tiếp',
        priority: 'live',
        time: { startTime: '05:04', endTime: '05:30' },
      }),
    ])
    const said = plan.segments.map(({ because }) => [
      because.schedules[0]?.name,
      because.priority,
      because.overrode,
    ])
    expect(said).toEqual([
      ['Nền', 'filler', []],
      ['Ưu tiên', 'priority', ['Nền']],
      ['Trực tiếp', 'live', ['Nền', 'Ưu tiên']],
      ['Nền', 'filler', []],
    ])
  })
})

test('[CP2] a window from the day before goes on in the next plan at its position', () => {
  const clip = anAsset({ durationMs: 40 * MINUTE })
  const playlist = aPlaylist([clip])
  const overnight = aSchedule(playlist, {
    time: { startTime: '23:45', endTime: '01:00', rrule: null, startDate: '2024-11-12' },
  })
  const [segment] = compile(
    { assets: [clip], playlists: [playlist] },
    [overnight],
    '2024-11-13',
  ).segments
  expect(segment).toMatchObject({ from: 0, to: 25 * MINUTE, anchor: -15 * MINUTE })
})
