import { describe, expect, test } from 'vitest'
import type { Asset, Playlist, Policy, Schedule } from '#protocol'
import { anAsset, aPlaylist, aSchedule } from '../support/builders.ts'
import { EVERY_DAY, MINUTE_MS, minutesOf, placeOf, planOf } from '../support/law.ts'

type Window = [startTime: string, endTime: string]
type Change = Partial<Omit<Schedule, 'time'>>

/** Schedules by the minutes of their items, in the order in which they were created. */
const world = () => {
  const assets: Asset[] = []
  const playlists: Playlist[] = []
  return {
    schedule(name: string, minutes: readonly number[], window: Window, change: Change = {}) {
      const clips = minutes.map((each) => anAsset({ durationMs: each * MINUTE_MS }))
      const list = aPlaylist(clips)
      assets.push(...clips)
      playlists.push(list)
      const [startTime, endTime] = window
      return aSchedule(list, { name, ...change, time: { startTime, endTime } })
    },
    plan: (policy: Partial<Policy>, schedules: readonly Schedule[]) =>
      planOf({ assets, playlists }, schedules, placeOf(policy)),
  }
}

const heard = (plan: ReturnType<ReturnType<typeof world>['plan']>) =>
  plan.segments.map(({ because, from, to }) => [
    because.schedules[0]?.name,
    from / MINUTE_MS,
    to / MINUTE_MS,
  ])

const exception = { reason: 'Theo công điện' }

describe('[CF2] who queues waits for what is on air once limits are kept', () => {
  const given = (policy: Partial<Policy>, change: Change = { exception }) => {
    const { schedule, plan } = world()
    const first = schedule('C', [10], ['05:00', '05:10'], { priority: 'live' })
    const silent = schedule('A', [5], ['06:00', '08:00'], { fill: 'repeat' })
    const waiting = schedule('B', [10], ['06:00', '09:00'], { onConflict: 'queue', ...change })
    return heard(plan(policy, [first, silent, waiting]))
  }

  test('the other has no session left', () => {
    expect(given({ sessionsPerDay: 1 })).toEqual([
      ['C', 300, 310],
      ['B', 360, 370],
    ])
  })
  test('the other is cut after 30 minutes', () => {
    expect(given({ minutesPerSession: 30 })).toEqual([
      ['C', 300, 310],
      ['A', 360, 390],
      ['B', 390, 400],
    ])
  })
  test('without limits it waits until the end', () => {
    expect(given({}).at(-1)).toEqual(['B', 480, 490])
  })
  test('who is bound itself is in the session of the other, and cut with it', () => {
    expect(given({ minutesPerSession: 45 }, {})).toEqual([
      ['C', 300, 310],
      ['A', 360, 405],
    ])
    expect(given({ minutesPerDay: 60 }, {}).at(-1)).toEqual(['A', 360, 410])
  })
})

describe('[LM7] of each session the longest beginning that limits allow is heard', () => {
  const rounds = (
    policy: Partial<Policy>,
    minutes: readonly number[],
    count: number,
    gap: number,
  ) => {
    const { schedule, plan } = world()
    const repeats = { count, gapMs: gap * MINUTE_MS }
    const found = plan(policy, [schedule('A', minutes, ['05:00', '12:00'], { repeats })])
    return {
      spans: minutesOf(found),
      reasons: found.withheld.map(({ reason, at }) => [reason, at]),
    }
  }

  test.each<[string, Partial<Policy>, number[], number, number, number[][], string[]]>([
    [
      '[LM2] two of three rounds',
      { sessionsPerDay: 2 },
      [5],
      3,
      15,
      [
        [300, 305],
        [320, 325],
      ],
      ['too-many-sessions'],
    ],
    ['[LM2] one of two', { sessionsPerDay: 1 }, [3], 2, 18, [[300, 303]], ['too-many-sessions']],
    [
      '[LM2] rounds closer than ten minutes are one session',
      { sessionsPerDay: 1 },
      [3],
      3,
      9,
      [
        [300, 303],
        [312, 315],
        [324, 327],
      ],
      [],
    ],
    [
      '[LM4] 30 minutes of each round',
      { minutesPerSession: 30 },
      [10, 10, 10, 10],
      3,
      15,
      [
        [300, 330],
        [355, 385],
        [410, 440],
      ],
      ['too-many-minutes', 'too-many-minutes', 'too-many-minutes'],
    ],
    [
      '[LM4] 12 minutes of each round, to an item',
      { minutesPerSession: 14 },
      [7, 5, 5],
      2,
      20,
      [
        [300, 312],
        [337, 349],
      ],
      ['too-many-minutes', 'too-many-minutes'],
    ],
    [
      '[LM3] the minutes of the day end in the second round',
      { minutesPerDay: 50 },
      [10, 10, 10],
      3,
      15,
      [
        [300, 330],
        [345, 365],
      ],
      ['too-many-minutes', 'too-many-minutes'],
    ],
    [
      '[LM2] none',
      { sessionsPerDay: 0 },
      [5],
      2,
      15,
      [],
      ['too-many-sessions', 'too-many-sessions'],
    ],
  ])('%s', (_name, policy, minutes, count, gap, spans, reasons) => {
    const found = rounds(policy, minutes, count, gap)
    expect(found.spans).toEqual(spans)
    expect(found.reasons.map(([reason]) => reason)).toEqual(reasons)
  })

  test('what is cut is listed where it is cut', () => {
    const { reasons } = rounds({ minutesPerSession: 30 }, [10, 10, 10, 10], 2, 15)
    expect(reasons).toEqual([
      ['too-many-minutes', 330 * MINUTE_MS],
      ['too-many-minutes', 385 * MINUTE_MS],
    ])
  })

  test.each([
    [45, [10, 10, 8], '17:00', ['17:30', '18:00'], [[1020, 1040]]],
    [40, [10, 5, 9], '17:04', ['17:32', '18:02'], [[1024, 1039]]],
  ] as const)(
    '[LM4] ten minutes of silence before a relay keep %i minutes for themselves',
    (minutesPerSession, minutes, start, [from, to], own) => {
      const { schedule, plan } = world()
      const relay = schedule('VOV', [30], [from, to], { priority: 'priority' })
      const local = schedule('Xã', minutes, [start, from])
      const found = heard(plan({ minutesPerSession }, [local, relay]))
      expect(found.filter(([name]) => name === 'Xã').map(([, ...span]) => span)).toEqual(own)
    },
  )

  test.each([
    [85, [40, 10, 38], [1260, 1310]],
    [60, [40, 10, 8, 30], [1260, 1318]],
  ] as const)(
    '[LM4] a long session later in the evening takes only what joins it: %i minutes',
    (minutesPerSession, minutes, own) => {
      const { schedule, plan } = world()
      const quietHours = [{ startTime: '04:30', endTime: '21:00', weekdays: EVERY_DAY }]
      const local = schedule('Xã', minutes, ['21:00', '23:59'])
      const live = schedule('Trực tiếp', [12, 12, 12, 12, 12], ['22:30', '23:54'], {
        priority: 'live',
      })
      const found = heard(plan({ minutesPerSession, quietHours }, [local, live]))
      expect(found[0]).toEqual(['Xã', ...own])
      expect(found[1]?.slice(0, 2)).toEqual(['Trực tiếp', 1350])
    },
  )

  test('a window whose whole is one session with others keeps it, though its beginning alone were a second', () => {
    const { schedule, plan } = world()
    const live = schedule('Trực tiếp', [30], ['08:00', '08:30'], { priority: 'live' })
    const loop = schedule('Xã', [5], ['06:00', '09:00'], { fill: 'repeat' })
    expect(heard(plan({ sessionsPerDay: 1 }, [loop, live]))).toEqual([
      ['Xã', 360, 480],
      ['Trực tiếp', 480, 510],
      ['Xã', 510, 540],
    ])
  })
})

describe('[LM5] limits go by the clock within a class', () => {
  test.each<[string, Change, Change]>([
    ['the evening was created first', {}, {}],
    ['the evening replaces', { onConflict: 'replace' }, {}],
    ['both replace', { onConflict: 'replace' }, { onConflict: 'replace' }],
  ])('%s', (_name, late, early) => {
    const { schedule, plan } = world()
    const evening = schedule('Chiều', [10, 10], ['17:00', '17:30'], late)
    const morning = schedule('Sáng', [10, 10], ['05:00', '05:30'], early)
    expect(heard(plan({ minutesPerDay: 30 }, [evening, morning]))).toEqual([
      ['Sáng', 300, 320],
      ['Chiều', 1020, 1030],
    ])
    expect(heard(plan({ sessionsPerDay: 1 }, [evening, morning]))).toEqual([['Sáng', 300, 320]])
  })

  test('a higher class has them first all the same', () => {
    const { schedule, plan } = world()
    const morning = schedule('Sáng', [10, 10], ['05:00', '05:30'])
    const evening = schedule('Chiều', [10, 10], ['17:00', '17:30'], { priority: 'live' })
    expect(heard(plan({ minutesPerDay: 30 }, [morning, evening]))).toEqual([
      ['Sáng', 300, 310],
      ['Chiều', 1020, 1040],
    ])
  })

  test('of two that begin together the one that gets the channel', () => {
    const { schedule, plan } = world()
    const one = schedule('Một', [10], ['05:00', '05:30'])
    const two = schedule('Hai', [10], ['05:00', '05:30'], { onConflict: 'replace' })
    const three = schedule('Ba', [10], ['05:10', '05:30'])
    expect(heard(plan({ minutesPerDay: 10 }, [three, one, two]))).toEqual([['Hai', 300, 310]])
  })
})

describe('[TM7] a date that a zone leaves out', () => {
  const apia = (rrule: string, window: Window, date: string) => {
    const clip = anAsset({ durationMs: 10 * MINUTE_MS })
    const list = aPlaylist([clip])
    const [startTime, endTime] = window
    const time = { startTime, endTime, rrule, startDate: '2011-12-28' }
    const schedule = aSchedule(list, { fill: 'repeat', time })
    const place = placeOf({}, { timeZone: 'Pacific/Apia' })
    return minutesOf(planOf({ assets: [clip], playlists: [list] }, [schedule], place, date))
  }

  test('nothing of it happens on the day after', () => {
    expect(apia('FREQ=DAILY', ['05:00', '05:30'], '2011-12-29')).toEqual([[300, 330]])
    expect(apia('FREQ=DAILY', ['05:00', '05:30'], '2011-12-30')).toEqual([])
    expect(apia('FREQ=DAILY', ['05:00', '05:30'], '2011-12-31')).toEqual([[300, 330]])
    expect(apia('FREQ=DAILY;INTERVAL=2', ['05:00', '05:30'], '2011-12-31')).toEqual([])
    expect(apia('FREQ=DAILY;INTERVAL=2', ['05:00', '05:30'], '2012-01-01')).toEqual([[300, 330]])
  })

  test('a window of the day before ends in the day after', () => {
    expect(apia('FREQ=DAILY;COUNT=2', ['23:00', '00:30'], '2011-12-31')).toEqual([[0, 30]])
  })
})
