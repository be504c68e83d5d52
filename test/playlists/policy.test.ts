import { describe, expect, test } from 'vitest'
import { effectivePolicy } from '#playlists'
import { NO_POLICY, type Policy } from '#protocol'
import { anAsset, aPlaylist, aSchedule, HOUR_MS } from '../support/builders.ts'
import { at, EVERY_DAY, MINUTE_MS, minutesOf, placeOf, planOf, reasonsOf } from '../support/law.ts'

const clip = anAsset({ durationMs: 5 * MINUTE_MS })
const playlist = aPlaylist([clip])
const world = { assets: [clip], playlists: [playlist] }
const loop = (startTime: string, endTime: string, change: Parameters<typeof aSchedule>[1] = {}) =>
  aSchedule(playlist, { fill: 'repeat', ...change, time: { startTime, endTime, ...change.time } })

const plan = (policy: Partial<Policy>, schedules: Parameters<typeof planOf>[1], date?: string) =>
  planOf(world, schedules, placeOf(policy), date)

const windows = (...spans: [string, string][]) =>
  spans.map(([startTime, endTime]) => ({ startTime, endTime, weekdays: EVERY_DAY }))

test('[PL1] every field comes from the nearest area that lays it down', () => {
  const province = { ...NO_POLICY, minutesPerDay: 90, sessionsPerDay: 2 }
  const commune = { ...NO_POLICY, minutesPerDay: 45, quietHours: [] }
  expect(effectivePolicy([province, NO_POLICY, commune])).toEqual({
    ...NO_POLICY,
    minutesPerDay: 45,
    sessionsPerDay: 2,
    quietHours: [],
  })
  expect(effectivePolicy([])).toEqual(NO_POLICY)
})

describe('[PL2] dayparts', () => {
  const morning = {
    code: 'sang',
    name: 'Buổi sáng',
    startTime: '05:10',
    endTime: '05:40',
    exceptions: [
      { weekday: 3, times: { startTime: '05:30', endTime: '05:50' } },
      { weekday: 7, times: null },
    ],
  }
  const onDaypart = loop('06:00', '06:10', { time: { daypart: 'sang' } })

  test.each<[string, string, number[][], string[]]>([
    ['a Tuesday has the times of the daypart', '2024-11-12', [[310, 340]], []],
    ['a Wednesday has times of its own', '2024-11-13', [[330, 350]], []],
    ['on a Sunday it does not exist', '2024-11-17', [], ['daypart-missing']],
  ])('%s', (_name, date, spans, reasons) => {
    const compiled = plan({ dayparts: [morning] }, [onDaypart], date)
    expect(minutesOf(compiled)).toEqual(spans)
    expect(reasonsOf(compiled)).toEqual(reasons)
  })

  test.each<[string, Partial<Policy>]>([
    ['no windows', {}],
    ['an empty list of them', { dayparts: [] }],
    ['others', { dayparts: [{ ...morning, code: 'trua' }] }],
  ])('[PL12] where the area has %s it is withheld, never at its own times', (_name, policy) => {
    const compiled = plan(policy, [onDaypart, loop('07:00', '07:05')])
    expect(minutesOf(compiled)).toEqual([[420, 425]])
    expect(compiled.withheld).toMatchObject([
      { scheduleId: onDaypart.id, reason: 'daypart-missing', at: null },
    ])
  })
})

describe('[PL3] broadcast windows', () => {
  const policy = { broadcastWindows: windows(['05:00', '06:30'], ['17:00', '18:30']) }

  test('nothing is on air outside of them; emergencies and exceptions are, and say so', () => {
    const noon = loop('12:00', '12:10')
    expect(minutesOf(plan(policy, [noon]))).toEqual([])
    const reason = { reason: 'Lễ phát động chiến dịch' }
    for (const change of [{ priority: 'emergency' as const }, { exception: reason }]) {
      const [segment] = plan(policy, [loop('12:00', '12:10', change)]).segments
      expect(segment?.because.breaks).toEqual(['broadcast-window'])
    }
    const inside = plan(policy, [loop('05:00', '05:10', { exception: reason })])
    expect(inside.segments[0]?.because.breaks).toEqual([])
  })

  test('an empty list is never', () => {
    expect(minutesOf(plan({ broadcastWindows: [] }, [loop('05:00', '05:10')]))).toEqual([])
  })

  test('windows that touch are one', () => {
    const touching = { broadcastWindows: windows(['05:00', '05:07'], ['05:07', '06:00']) }
    expect(minutesOf(plan(touching, [loop('05:00', '05:10')]))).toEqual([[300, 310]])
  })
})

describe('[PL4] quiet hours', () => {
  const policy = { quietHours: windows(['21:00', '05:00']) }

  test('only emergencies are heard in them', () => {
    const reason = { reason: 'Lễ phát động chiến dịch' }
    const all = [
      loop('22:00', '22:10'),
      loop('23:00', '23:10', { exception: reason, priority: 'live' }),
      loop('23:30', '23:40', { priority: 'emergency' }),
    ]
    const compiled = plan(policy, all)
    expect(minutesOf(compiled)).toEqual([[at('23:30'), at('23:40')]])
    expect(compiled.segments[0]?.because.breaks).toEqual(['quiet-hours'])
    expect(reasonsOf(compiled)).toEqual(['quiet-hours', 'quiet-hours'])
  })

  test('they go on after midnight, and the day after tomorrow as well', () => {
    expect(minutesOf(plan(policy, [loop('04:00', '05:10')]))).toEqual([[300, 310]])
    const overnight = loop('20:50', '05:05')
    expect(minutesOf(plan(policy, [overnight]))).toEqual([
      [300, 305],
      [at('20:50'), at('21:00')],
    ])
  })
})

test('[PL5] what policy keeps off the air is listed with its reason and time', () => {
  const policy = {
    broadcastWindows: windows(['05:00', '12:00']),
    quietHours: windows(['06:00', '07:00']),
  }
  const schedule = loop('04:50', '07:30')
  expect(plan(policy, [schedule]).withheld.map(({ at: ms, reason }) => [ms, reason])).toEqual([
    [at('04:50') * MINUTE_MS, 'outside-windows'],
    [6 * HOUR_MS, 'quiet-hours'],
  ])
})

describe('[PL6] a window that policy cuts is played in its parts', () => {
  const policy = { broadcastWindows: windows(['05:00', '05:12'], ['17:00', '18:00']) }
  const clips = [1, 2, 3, 4].map(() => anAsset({ durationMs: 5 * MINUTE_MS }))
  const list = aPlaylist(clips)
  const day = { time: { startTime: '04:00', endTime: '24:00' } }

  test('a playlist goes on in the next part, item by item', () => {
    const compiled = planOf(
      { assets: clips, playlists: [list] },
      [aSchedule(list, day)],
      placeOf(policy),
    )
    expect(minutesOf(compiled)).toEqual([
      [300, 310],
      [1020, 1030],
    ])
    expect(compiled.segments.flatMap(({ items }) => items.map(({ assetId }) => assetId))).toEqual(
      clips.map(({ id }) => id),
    )
  })

  test('a loop begins anew in each', () => {
    const compiled = planOf(
      { assets: clips, playlists: [list] },
      [aSchedule(list, { ...day, fill: 'repeat' })],
      placeOf(policy),
    )
    expect(compiled.segments.map(({ from, anchor }) => from - anchor)).toEqual([0, 0])
    expect(minutesOf(compiled)).toEqual([
      [300, 310],
      [1020, 1080],
    ])
  })
})

describe('ceilings and dark hours', () => {
  const policy: Partial<Policy> = {
    volumeCeilings: [
      { startTime: '21:00', endTime: '06:00', volume: 50 },
      { startTime: '05:00', endTime: '05:30', volume: 40 },
      { startTime: '05:20', endTime: '05:40', volume: 60 },
    ],
    screenBlank: windows(['22:00', '05:00']),
  }

  test('[PL7] a ceiling splits no item; an emergency is not bound to it and says so', () => {
    const compiled = plan(policy, [
      loop('05:25', '05:35'),
      loop('23:00', '23:10', { priority: 'emergency', volume: 90 }),
    ])
    expect(minutesOf(compiled)).toEqual([
      [325, 335],
      [1380, 1390],
    ])
    expect(compiled.segments[1]?.because.breaks).toEqual(['limit'])
    expect(
      compiled.ceilings.map(({ from, to, volume }) => [from / MINUTE_MS, to / MINUTE_MS, volume]),
    ).toEqual([
      [0, 300, 50],
      [300, 330, 40],
      [330, 360, 50],
      [1260, 1380, 50],
      [1390, 1440, 50],
    ])
  })

  test('[PL8] where ceilings lie over each other the lowest holds', () => {
    const { ceilings } = plan(policy, [])
    expect(ceilings.map(({ volume }) => volume)).toEqual([50, 40, 50, 50])
    ceilings.slice(1).forEach((ceiling, index) => {
      expect(ceiling.from).toBeGreaterThanOrEqual(ceilings[index]?.to ?? 0)
    })
  })

  test('[PL9] a board is dark in the hours that policy names, [PL10] and has no other hours', () => {
    const image = anAsset({ kind: 'image' })
    const board = aPlaylist([image], { channel: 'screen' })
    const strict = {
      ...policy,
      broadcastWindows: [],
      quietHours: windows(['00:00', '24:00']),
      minutesPerDay: 0,
    }
    const compiled = planOf(
      { assets: [image], playlists: [board] },
      [aSchedule(board, { fill: 'repeat', time: { startTime: '00:00', endTime: '24:00' } })],
      placeOf(strict, { channel: 'screen' }),
    )
    expect(minutesOf(compiled)).toEqual([[0, 1440]])
    expect(compiled.blank.map(({ from, to }) => [from / MINUTE_MS, to / MINUTE_MS])).toEqual([
      [0, 300],
      [1320, 1440],
    ])
    expect(compiled.ceilings).toEqual([])
  })
})

describe('limits', () => {
  test('[LM1] schedules that follow each other closely are one session, [LM2] and there are no more than allowed', () => {
    const schedules = [
      loop('05:00', '05:15', { name: 'VOV' }),
      loop('05:20', '05:30', { name: 'Xã' }),
      loop('12:00', '12:10', { name: 'Trưa' }),
      loop('17:00', '17:10', { name: 'Chiều', priority: 'priority' }),
    ]
    const compiled = plan({ sessionsPerDay: 2 }, schedules)
    expect(compiled.segments.map(({ because }) => because.schedules[0]?.name)).toEqual([
      'VOV',
      'Xã',
      'Chiều',
    ])
    expect(compiled.withheld).toMatchObject([
      { schedule: 'Trưa', reason: 'too-many-sessions', at: 12 * HOUR_MS },
    ])
  })

  test('[LM3] minutes a day are cut at an item', () => {
    const compiled = plan({ minutesPerDay: 28 }, [loop('05:00', '05:20'), loop('17:00', '17:20')])
    expect(minutesOf(compiled)).toEqual([
      [300, 320],
      [1020, 1025],
    ])
    expect(compiled.withheld).toMatchObject([
      { reason: 'too-many-minutes', at: at('17:05') * MINUTE_MS },
    ])
  })

  test('[LM3, PL6] minutes a day hold for all pieces of a window together', () => {
    const broadcastWindows = windows(['05:00', '05:20'], ['05:40', '06:00'])
    const compiled = plan({ minutesPerDay: 30, broadcastWindows }, [loop('05:00', '06:00')])
    expect(minutesOf(compiled)).toEqual([
      [300, 320],
      [340, 350],
    ])
  })

  test('[LM4] minutes a session hold for schedules that follow each other as well', () => {
    const one = plan({ minutesPerSession: 15 }, [loop('05:00', '06:00'), loop('17:00', '17:20')])
    expect(minutesOf(one)).toEqual([
      [300, 315],
      [1020, 1035],
    ])
    const relayed = plan({ minutesPerSession: 30 }, [
      loop('05:00', '05:20', { name: 'VOV' }),
      loop('05:20', '05:45', { name: 'Xã' }),
    ])
    expect(minutesOf(relayed)).toEqual([
      [300, 320],
      [320, 330],
    ])
  })

  test('[LM5] the higher class has its minutes first; emergencies and exceptions are not bound and say so', () => {
    const compiled = plan({ minutesPerDay: 20 }, [
      loop('05:00', '05:20', { name: 'Thường' }),
      loop('17:00', '17:15', { name: 'Ưu tiên', priority: 'priority' }),
      loop('19:00', '19:10', { name: 'Khẩn', priority: 'emergency' }),
      loop('20:00', '20:10', { name: 'Đặc biệt', exception: { reason: 'Theo công điện' } }),
    ])
    expect(
      compiled.segments.map(({ from, to, because }) => [
        because.schedules[0]?.name,
        (to - from) / MINUTE_MS,
        because.breaks,
      ]),
    ).toEqual([
      ['Thường', 5, []],
      ['Ưu tiên', 15, []],
      ['Khẩn', 10, ['limit']],
      ['Đặc biệt', 10, ['limit']],
    ])
  })

  test('[LM6] an overnight window counts for the day on which it starts', () => {
    const overnight = loop('23:50', '00:30')
    const policy = { minutesPerDay: 25 }
    expect(minutesOf(plan(policy, [overnight, loop('17:00', '17:05')]))).toEqual([
      [0, 10],
      [1020, 1025],
      [1430, 1440],
    ])
  })
})
