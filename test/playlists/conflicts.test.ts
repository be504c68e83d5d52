import { describe, expect, test } from 'vitest'
import { findConflicts } from '#playlists'
import { entryAt, timelineOf } from '#playlists/timeline'
import type { Schedule, ScheduleId } from '#protocol'
import { anAsset, aPlaylist, aSchedule, HOUR_MS, sha } from '../support/builders.ts'
import {
  compilerOf,
  DATE,
  MINUTE_MS,
  minutesOf,
  placeOf,
  planOf,
  reasonsOf,
} from '../support/law.ts'

const [long, brief] = [20, 5].map((minutes) => anAsset({ durationMs: minutes * MINUTE_MS })) as [
  ReturnType<typeof anAsset>,
  ReturnType<typeof anAsset>,
]
const [regular, special] = [aPlaylist([long]), aPlaylist([brief])]
const world = { assets: [long, brief], playlists: [regular, special] }
const first = aSchedule(regular, { name: 'Trước' })
const second = (change: Partial<Schedule> = {}, startTime = '05:10', endTime = '05:40') =>
  aSchedule(special, { name: 'Sau', ...change, time: { startTime, endTime } })

const namesOf = (schedules: Schedule[]) =>
  planOf(world, schedules).segments.map(({ because }) => because.schedules[0]?.name)

describe('[CF1] two of one class on one loudspeaker', () => {
  const hearers = (schedules: Schedule[], devices = ['Cụm 2', 'Cụm 1']) => ({
    schedules,
    place: placeOf(),
    devices,
  })
  const found = (schedules: Schedule[]) =>
    findConflicts(compilerOf(world, DATE, '2024-11-18'), [hearers(schedules)], DATE, '2024-11-18')

  test('what the loser does not get is listed with its time', () => {
    const plan = planOf(world, [first, second()])
    expect(plan.withheld).toMatchObject([
      { schedule: 'Sau', reason: 'conflict', at: 310 * MINUTE_MS },
    ])
    expect(reasonsOf(planOf(world, [first, second({ priority: 'priority' })]))).toEqual([])
  })

  test('is found with the devices, the days, and who is heard', () => {
    const challenger = second()
    expect(found([challenger, first])).toEqual([
      {
        from: Date.parse('2024-11-12T05:10:00+07:00'),
        to: Date.parse('2024-11-12T05:15:00+07:00'),
        schedule: { id: challenger.id, name: 'Sau' },
        other: { id: first.id, name: 'Trước' },
        winner: first.id,
        choice: 'refuse',
        devices: 2,
        deviceNames: ['Cụm 1', 'Cụm 2'],
        days: 7,
      },
    ])
    const taker = second({ onConflict: 'replace' })
    expect(found([taker, first])).toMatchObject([
      { schedule: { id: taker.id }, winner: taker.id, choice: 'replace' },
    ])
    expect(found([second({ onConflict: 'queue' }), first])).toMatchObject([
      { choice: 'queue', winner: first.id },
    ])
  })

  test('is none where classes differ, where the one has ended by then, or where nobody hears both', () => {
    expect(found([first, second({ priority: 'priority' })])).toEqual([])
    expect(found([first, second({}, '05:20')])).toEqual([])
    const compiler = compilerOf(world, DATE, DATE)
    const groups = [hearers([first]), hearers([second()])]
    expect(findConflicts(compiler, groups, DATE, DATE)).toEqual([])
  })

  test('is found across midnight', () => {
    const late = aSchedule(regular, { time: { startTime: '23:50', endTime: '00:20' } })
    const early = aSchedule(special, { time: { startTime: '00:05', endTime: '00:20' } })
    expect(found([late, early])).toMatchObject([{ schedule: { id: early.id }, days: 7 }])
  })
})

describe('[CF2] who queues', () => {
  const queued = second({ onConflict: 'queue' }, '05:10', '05:24')
  test('begins when the other has ended', () => {
    const later = second({ onConflict: 'queue' }, '05:10', '05:25')
    const plan = planOf(world, [later, first])
    expect(minutesOf(plan)).toEqual([
      [300, 320],
      [320, 325],
    ])
    expect(plan.segments[1]?.anchor).toBe(320 * MINUTE_MS)
    expect(plan.withheld).toEqual([])
  })
  test('[CF5] ends with its own window, and says that it waited and that the rest did not fit', () => {
    expect(planOf(world, [queued, first])).toMatchObject({
      withheld: [
        { schedule: 'Sau', reason: 'conflict', at: 310 * MINUTE_MS },
        { schedule: 'Sau', reason: 'not-fitting', at: 320 * MINUTE_MS },
      ],
    })
    expect(namesOf([queued, first])).toEqual(['Trước'])
  })
  test('waits for one of the day before as well', () => {
    const overnight = aSchedule(regular, { time: { startTime: '23:50', endTime: '00:30' } })
    const early = second({ onConflict: 'queue' }, '00:05', '00:30')
    expect(minutesOf(planOf(world, [overnight, early]))).toEqual([
      [0, 10],
      [10, 15],
      [1430, 1440],
    ])
  })
})

describe('[CF3] who replaces', () => {
  test('takes the channel, and the other resumes where it would be by then', () => {
    const plan = planOf(world, [first, second({ onConflict: 'replace' })])
    expect(plan.segments.map(({ because }) => because.schedules[0]?.name)).toEqual([
      'Trước',
      'Sau',
      'Trước',
    ])
    expect(plan.segments[2]?.anchor).toBe(5 * HOUR_MS)
    expect(plan.withheld).toMatchObject([{ schedule: 'Trước', reason: 'conflict' }])
  })
  test('of two, the one that began later has it', () => {
    const one = second({ name: 'Một', onConflict: 'replace' }, '05:00', '05:40')
    const two = second({ name: 'Hai', onConflict: 'replace' }, '05:02', '05:40')
    // "Trước" began beneath them, and is not joined in its middle.
    expect(namesOf([two, one, first])).toEqual(['Một', 'Hai'])
  })
  test.each([['05:00'], ['05:07']])(
    'of two that began together at %s, the one created first has it',
    (start) => {
      const [one, two] = ['Một', 'Hai'].map((name) =>
        second({ name, onConflict: 'replace' }, start, '05:40'),
      ) as [Schedule, Schedule]
      const named = namesOf([two, one])
      expect(named).toEqual(['Một'])
      const found = findConflicts(
        compilerOf(world),
        [{ schedules: [one, two], place: placeOf(), devices: ['Cụm'] }],
        DATE,
        DATE,
      )
      expect(found).toMatchObject([{ winner: one.id }])
    },
  )
})

describe('[CF4] what begins beneath another of its class', () => {
  const ten = [1, 2, 3].map(() => anAsset({ durationMs: 10 * MINUTE_MS }))
  const list = aPlaylist(ten)
  const sub = (change: Partial<Schedule>, startTime: string, endTime = '06:00') =>
    aSchedule(list, { name: 'Sau', ...change, time: { startTime, endTime } })
  const all = { assets: [long, brief, ...ten], playlists: [regular, special, list] }
  const until = (minute: number, change: Partial<Schedule> = {}) => {
    const filler = anAsset({ durationMs: minute * MINUTE_MS })
    const own = aPlaylist([filler])
    const schedule = aSchedule(own, { name: 'Trước', ...change, time: { endTime: '06:00' } })
    const inputs = { assets: [...all.assets, filler], playlists: [...all.playlists, own] }
    return { schedule, inputs }
  }
  const plan = (minute: number, later: Schedule, change: Partial<Schedule> = {}) => {
    const { schedule, inputs } = until(minute, change)
    return planOf(inputs, [later, schedule])
  }

  test('is left out, and the next item begins at its time', () => {
    const found = plan(25, sub({}, '05:20'))
    expect(minutesOf(found)).toEqual([
      [300, 325],
      [330, 350],
    ])
    expect(found.segments[1]?.anchor).toBe(320 * MINUTE_MS)
    expect(found.withheld).toMatchObject([{ schedule: 'Sau', reason: 'conflict' }])
    // In a loop as well, round after round.
    expect(minutesOf(plan(47, sub({ fill: 'repeat' }, '05:05', '05:58')))).toEqual([[300, 347]])
    expect(minutesOf(plan(33, sub({ fill: 'repeat' }, '05:05', '05:58')))).toEqual([
      [300, 333],
      [335, 355],
    ])
  })

  test('begins with its item where the other ends just then', () => {
    expect(minutesOf(plan(30, sub({}, '05:20')))).toEqual([
      [300, 330],
      [330, 350],
    ])
  })

  test('what began on air is resumed, however short it was', () => {
    const { inputs } = until(1)
    const own = sub({ name: 'Trước' }, '05:00')
    const taker = aSchedule(special, {
      onConflict: 'replace',
      time: { startTime: '05:01', endTime: '05:30' },
    })
    const found = planOf(inputs, [own, taker])
    expect(minutesOf(found)).toEqual([
      [300, 301],
      [301, 306],
      [306, 330],
    ])
  })

  test('a higher class does not leave out, and a relay and an emergency are joined', () => {
    expect(minutesOf(plan(25, sub({}, '05:20'), { priority: 'live' }))).toEqual([
      [300, 325],
      [325, 350],
    ])
    const urgent = sub({ priority: 'emergency' }, '05:20')
    expect(minutesOf(plan(25, urgent, { priority: 'emergency' }))).toEqual([
      [300, 325],
      [325, 350],
    ])
    const relay = anAsset({
      kind: 'relay',
      relay: { url: 'https://vov.example/vov1', fallbackAssetId: null },
      rendition: { ...(long.rendition as NonNullable<typeof long.rendition>), durationMs: null },
      approval: { ...long.approval, sha256: long.rendition?.sha256 ?? sha('x') },
    })
    const relays = aPlaylist([relay])
    relays.items = [
      { kind: 'asset', assetId: relay.id, durationMs: 30 * MINUTE_MS, gainDb: 0, chime: false },
    ]
    const { schedule, inputs } = until(25)
    const joined = aSchedule(relays, { time: { startTime: '05:20', endTime: '06:00' } })
    expect(
      minutesOf(
        planOf(
          {
            assets: [...inputs.assets, relay],
            playlists: [...inputs.playlists, relays],
          },
          [schedule, joined],
        ),
      ),
    ).toEqual([
      [300, 325],
      [325, 350],
    ])
  })

  test('across midnight both days say the same', () => {
    const night = aSchedule(list, { time: { startTime: '23:35', endTime: '00:30' } })
    const { schedule, inputs } = until(58)
    const before = { ...schedule, time: { ...schedule.time, startTime: '23:00', endTime: '23:59' } }
    // The item of 23:55 began beneath the other: it is left out on this day and on the next.
    expect(minutesOf(planOf(inputs, [night, before]))).toEqual([[1380, 1438]])
    const longer = { ...night, fill: 'repeat' as const }
    expect(minutesOf(planOf(inputs, [longer, before]))).toEqual([
      [5, 25],
      [1380, 1438],
    ])
  })

  test('[CF6] days do not chain without end, and what is met all the same is not joined', () => {
    const turns = (startTime: string, endTime: string) =>
      aSchedule(list, { fill: 'repeat', onConflict: 'queue', time: { startTime, endTime } })
    for (const [a, b] of [
      [turns('12:30', '03:30'), turns('19:05', '16:00')],
      [turns('11:00', '05:00'), turns('20:30', '18:10')],
    ] as const) {
      const { segments } = planOf(all, [a, b])
      const ten = 10 * MINUTE_MS
      for (const { from, anchor } of segments) if (from > 0) expect((from - anchor) % ten).toBe(0)
      expect(planOf(all, [b, a])).toEqual(planOf(all, [a, b]))
    }
  })
})

describe('a shared screen', () => {
  const slides = (count: number) => Array.from({ length: count }, () => anAsset({ kind: 'image' }))
  const [left, right] = [slides(2), slides(3)]
  const [leftList, rightList] = [
    aPlaylist(left, { channel: 'screen' }),
    aPlaylist(right, { channel: 'screen' }),
  ]
  const boards = { assets: [...left, ...right], playlists: [leftList, rightList] }
  const ids = [1, 2].map((n) => `01890000-0000-7000-8000-00000000000${n}`) as [
    ScheduleId,
    ScheduleId,
  ]
  const show = (weights: [number, number], change: Partial<Schedule> = {}) =>
    planOf(
      boards,
      [
        aSchedule(leftList, {
          id: ids[0],
          name: 'Trái',
          fill: 'repeat',
          weight: weights[0],
          time: { startTime: '05:00', endTime: '06:00' },
        }),
        aSchedule(rightList, {
          id: ids[1],
          name: 'Phải',
          fill: 'repeat',
          weight: weights[1],
          ...change,
          time: { startTime: '05:30', endTime: '06:30' },
        }),
      ],
      placeOf({}, { channel: 'screen' }),
    )
  const shares = (plan: ReturnType<typeof show>) => {
    const loop = plan.segments[1]?.items ?? []
    const count = (name: string) => loop.filter(({ schedule }) => schedule.name === name).length
    return [count('Trái') / loop.length, count('Phải') / loop.length]
  }

  test('[SH1] is shared while they overlap, and given to a higher class', () => {
    const plan = show([1, 1])
    expect(minutesOf(plan)).toEqual([
      [300, 330],
      [330, 360],
      [360, 390],
    ])
    expect(plan.segments.map(({ because }) => because.schedules.map(({ name }) => name))).toEqual([
      ['Trái'],
      ['Trái', 'Phải'],
      ['Phải'],
    ])
    expect(plan.segments[1]?.because.overrode).toEqual([])
    expect(plan.withheld).toEqual([])
    const higher = show([1, 1], { priority: 'priority' })
    expect(higher.segments.map(({ because }) => because.schedules.map(({ name }) => name))).toEqual(
      [['Trái'], ['Phải']],
    )
    expect(higher.segments[1]?.because.overrode).toEqual(['Trái'])
  })

  test.each<[[number, number]]>([[[1, 1]], [[3, 1]], [[1, 4]], [[100, 1]]])(
    '[SH2] times are as the weights %j, every item as often as the others',
    (weights) => {
      const plan = show(weights)
      const whole = weights[0] + weights[1]
      const [mine, others] = shares(plan)
      expect(Math.abs((mine ?? 0) - weights[0] / whole)).toBeLessThan(0.02)
      expect(Math.abs((others ?? 0) - weights[1] / whole)).toBeLessThan(0.02)
      const loop = plan.segments[1]?.items ?? []
      for (const set of [left, right]) {
        const counts = set.map(({ id }) => loop.filter(({ assetId }) => assetId === id).length)
        expect(new Set(counts).size).toBe(1)
      }
      // Evenly spread: the smaller share never waits longer than its fair distance and one item.
      const name = weights[0] < weights[1] ? 'Trái' : 'Phải'
      const places = loop.flatMap((item, place) => (item.schedule.name === name ? [place] : []))
      const gaps = places.slice(1).map((place, index) => place - (places[index] as number))
      expect(Math.max(1, ...gaps)).toBeLessThanOrEqual(Math.ceil(loop.length / places.length) + 1)
    },
  )

  test('[SH3] the loop begins with the sharing: late joiners are where everybody is', () => {
    const plan = show([2, 3])
    expect(plan.segments[1]?.anchor).toBe(5.5 * HOUR_MS)
    const timeline = timelineOf([{ startsAt: 0, sha256: sha('1'), segments: plan.segments }])
    const loop = plan.segments[1]?.items ?? []
    const total = loop.length * 10_000
    const at = 5.5 * HOUR_MS + total * 3 + 25_000
    expect(entryAt(timeline, at)?.item).toBe(loop[2])
  })
})
