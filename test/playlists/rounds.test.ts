import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findConflicts, misfitsOf, occurrencesOf } from '#playlists'
import { DayPlan, type Schedule, ScheduleInput } from '#protocol'
import { AREA, anAsset, aPlaylist, aSchedule, DEVICE } from '../support/builders.ts'
import {
  at,
  compilerOf,
  DATE,
  EVERY_DAY,
  MINUTE_MS,
  minutesOf,
  NO_STATION,
  placeOf,
  planOf,
  reasonsOf,
} from '../support/law.ts'

/** Rounds by the clock: every so many minutes, or at a minute of every hour. */

const clip = anAsset({ durationMs: 3 * MINUTE_MS })
const short = anAsset({ durationMs: MINUTE_MS })
const long = anAsset({ durationMs: 20 * MINUTE_MS })
const signal = aPlaylist([clip])
const two = aPlaylist([clip, long])
const world = { assets: [clip, short, long], playlists: [signal, two] }

type Change = Partial<Omit<Schedule, 'time'>> & { time?: Partial<Schedule['time']> }

const every = (minutes: number, startTime: string, endTime: string, change: Change = {}) =>
  aSchedule(signal, {
    cadence: { kind: 'interval', minutes },
    ...change,
    time: { startTime, endTime, ...change.time },
  })
const hourly = (minute: number, startTime: string, endTime: string, change: Change = {}) =>
  aSchedule(signal, {
    cadence: { kind: 'hourly', minute },
    ...change,
    time: { startTime, endTime, ...change.time },
  })
const startsOf = (schedules: readonly Schedule[], place = placeOf(), date = DATE) =>
  minutesOf(planOf(world, schedules, place, date)).map(([from]) => from)

describe('[RD1] when rounds begin', () => {
  test('every 30 minutes from the start of the window, and not at its end', () => {
    expect(minutesOf(planOf(world, [every(30, '06:10', '07:40')]))).toEqual([
      [370, 373],
      [400, 403],
      [430, 433],
    ])
  })
  test.each([
    [50, '06:00', '09:00', ['06:50', '07:50', '08:50']],
    [0, '06:00', '08:00', ['06:00', '07:00']],
    [0, '06:00:01', '08:03:00', ['07:00', '08:00']],
    [30, '06:31', '07:29', []],
  ])('at minute %i of every hour from %s to %s', (minute, from, to, expected) => {
    expect(startsOf([hourly(minute, from, to)])).toEqual(expected.map(at))
  })
  test('past midnight, in the plan of the next day', () => {
    const late = hourly(15, '22:00', '02:00', { time: { rrule: null, startDate: DATE } })
    expect(startsOf([late])).toEqual(['22:15', '23:15'].map(at))
    expect(startsOf([late], placeOf(), '2024-11-13')).toEqual(['00:15', '01:15'].map(at))
  })
  test('with the times of the area’s daypart', () => {
    const dayparts = [
      { code: 'sang', name: 'Sáng', startTime: '07:00', endTime: '08:00', exceptions: [] },
    ]
    const named = every(20, '05:00', '05:30', { time: { daypart: 'sang' } })
    expect(startsOf([named], placeOf({ dayparts }))).toEqual(['07:00', '07:20', '07:40'].map(at))
  })
  test('they are in the occurrences', () => {
    const found = occurrencesOf(
      compilerOf(world),
      hourly(50, '06:00', '08:00'),
      placeOf(),
      DATE,
      DATE,
    )
    const start = Date.parse(`${DATE}T00:00:00+07:00`)
    expect(found).toMatchObject([
      { roundsAt: [start + at('06:50') * MINUTE_MS, start + at('07:50') * MINUTE_MS] },
    ])
  })
  test('on a board as well', () => {
    const slide = anAsset({ kind: 'image', durationMs: MINUTE_MS })
    const slides = aPlaylist([slide], { channel: 'screen' })
    const schedule = aSchedule(slides, { cadence: { kind: 'interval', minutes: 10 } })
    const board = { assets: [slide], playlists: [slides] }
    const plan = planOf(board, [schedule], placeOf({}, { channel: 'screen' }))
    expect(minutesOf(DayPlan.parse(plan)).map(([from]) => from)).toEqual([300, 310, 320])
  })
})

describe('[RD2] rounds do not drift', () => {
  test('a playlist that is longer than the time between two is cut at an item, and that is said', () => {
    const plan = planOf(world, [every(15, '06:00', '06:45', { playlistId: two.id })])
    expect(minutesOf(plan)).toEqual([
      [360, 363],
      [375, 378],
      [390, 393],
    ])
    expect(reasonsOf(plan)).toEqual(['too-long'])
    const near = planOf(world, [every(22, '06:00', '07:06', { playlistId: two.id })])
    expect(minutesOf(near)).toEqual([
      [360, 363],
      [382, 385],
      [404, 407],
    ])
    expect(near.withheld).toMatchObject([{ reason: 'not-fitting', at: at('06:03') * MINUTE_MS }])
  })
  test('whatever is in it, each begins at its time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1_000, max: 1_800_000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 30, max: 90 }),
        (durations, minutes) => {
          const assets = durations.map((durationMs) => anAsset({ durationMs }))
          const list = aPlaylist(assets)
          const schedule = { ...every(minutes, '05:00', '21:00'), playlistId: list.id }
          const plan = planOf({ assets, playlists: [list] }, [schedule])
          const rounds = Math.ceil((16 * 60) / minutes)
          const wanted = Array.from({ length: rounds }, (_, index) => 300 + index * minutes)
          const began = minutesOf(plan).map(([from]) => from)
          expect(wanted.slice(0, -1).filter((start) => !began.includes(start))).toEqual([])
        },
      ),
    )
  })
  test('each is a session of its own, and the shortest is what a playlist is measured by', () => {
    const station = { ...NO_STATION, signature: short.id }
    const plan = planOf(
      world,
      [every(30, '06:00', '07:00', { session: true })],
      placeOf({ station }),
    )
    expect(minutesOf(plan)).toEqual([
      [360, 364],
      [390, 394],
    ])
    const misfits = (schedule: Schedule) =>
      misfitsOf(compilerOf(world), [schedule], placeOf(), DATE, DATE)
    expect(misfits(every(30, '06:00', '07:00'))).toEqual([])
    expect(misfits(every(22, '06:00', '06:44', { playlistId: two.id }))).toMatchObject([
      { kind: 'long', windowMs: 22 * MINUTE_MS, playlistMs: 23 * MINUTE_MS },
    ])
  })
})

describe('[RD3] policy and other schedules', () => {
  const quietHours = [{ weekdays: EVERY_DAY as never, startTime: '07:00', endTime: '08:10' }]
  test('a round that would begin in quiet hours is listed and not made up for', () => {
    const plan = planOf(world, [every(30, '06:00', '09:00')], placeOf({ quietHours }))
    expect(minutesOf(plan).map(([from]) => from)).toEqual(['06:00', '06:30', '08:30'].map(at))
    expect(plan.withheld).toMatchObject([{ reason: 'quiet-hours', at: at('07:00') * MINUTE_MS }])
  })
  test('policy that closes no round is not named', () => {
    const plan = planOf(
      world,
      [hourly(50, '06:00', '08:55')],
      placeOf({
        quietHours: [{ weekdays: EVERY_DAY as never, startTime: '07:00', endTime: '07:30' }],
      }),
    )
    expect(minutesOf(plan)).toHaveLength(3)
    expect(plan.withheld).toEqual([])
  })
  test('a limit on sessions leaves the first rounds', () => {
    const plan = planOf(world, [every(30, '06:00', '09:00')], placeOf({ sessionsPerDay: 2 }))
    expect(minutesOf(plan).map(([from]) => from)).toEqual(['06:00', '06:30'].map(at))
    expect(new Set(reasonsOf(plan))).toEqual(new Set(['too-many-sessions']))
  })
  test('a round meets another schedule, the others do not', () => {
    const other = aSchedule(aPlaylist([clip]), { time: { startTime: '06:31', endTime: '06:34' } })
    const hearers = [
      {
        schedules: [every(30, '06:00', '08:00'), { ...other, playlistId: signal.id }],
        place: placeOf(),
        devices: [DEVICE],
      },
    ]
    const found = findConflicts(compilerOf(world), hearers as never, DATE, DATE)
    const start = Date.parse(`${DATE}T00:00:00+07:00`)
    expect(found).toMatchObject([{ from: start + at('06:31') * MINUTE_MS }])
  })
})

const input = (change: object, time: object = {}) => {
  const { id: _id, version: _version, ...body } = aSchedule(signal)
  return ScheduleInput.safeParse({
    ...body,
    areaId: AREA,
    ...change,
    time: { ...body.time, ...time },
  })
}
const problemsOf = (result: ReturnType<typeof input>) =>
  result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('[RD4] a window has at most 48 rounds', () => {
  test.each([
    ['every 30 minutes all day', { kind: 'interval', minutes: 30 }, '00:00', '24:00', []],
    ['every 5 minutes for four hours', { kind: 'interval', minutes: 5 }, '06:00', '10:00', []],
    [
      'every 5 minutes a little longer',
      { kind: 'interval', minutes: 5 },
      '06:00',
      '10:00:01',
      ['cadence: cadence-too-many'],
    ],
    [
      'every 29 minutes overnight',
      { kind: 'interval', minutes: 29 },
      '06:00',
      '05:59',
      ['cadence: cadence-too-many'],
    ],
    ['every hour all day', { kind: 'hourly', minute: 59 }, '00:00', '24:00', []],
    [
      'no minute in it',
      { kind: 'hourly', minute: 30 },
      '06:31',
      '07:30',
      ['cadence: cadence-without-round'],
    ],
    ['the minute is its start', { kind: 'hourly', minute: 31 }, '06:31', '06:32', []],
  ])('%s', (_name, cadence, startTime, endTime, problems) => {
    expect(problemsOf(input({ cadence }, { startTime, endTime }))).toEqual(problems)
  })
  test.each([
    { kind: 'interval', minutes: 4 },
    { kind: 'interval', minutes: 721 },
    { kind: 'interval', minutes: 7.5 },
    { kind: 'hourly', minute: 60 },
    { kind: 'hourly', minute: -1 },
    { kind: 'hourly', minute: 5, minutes: 5 },
    { kind: 'daily' },
  ])('%j is refused', (cadence) => {
    expect(input({ cadence }).success).toBe(false)
  })
  test('those of a daypart beyond it are listed', () => {
    const dayparts = [
      { code: 'dai', name: 'Dài', startTime: '00:00', endTime: '24:00', exceptions: [] },
    ]
    const named = every(5, '05:00', '05:30', { time: { daypart: 'dai' } })
    expect(problemsOf(input({ cadence: named.cadence }, named.time))).toEqual([])
    const plan = planOf(world, [named], placeOf({ dayparts }))
    expect(plan.segments).toHaveLength(48)
    expect(plan.withheld).toMatchObject([{ reason: 'not-fitting', at: 240 * MINUTE_MS }])
  })
})

describe('[RD5] where the clocks change', () => {
  const onDay = (schedule: Schedule, timeZone: string, date: string) =>
    minutesOf(planOf(world, [schedule], placeOf({}, { timeZone }), date)).map(([from]) => from)
  test('an hour that happens twice has its minute twice, one that is skipped has none', () => {
    const bells = hourly(10, '00:30', '04:00')
    expect(onDay(bells, 'Europe/Berlin', '2025-10-26')).toEqual([70, 130, 190, 250])
    expect(onDay(bells, 'Europe/Berlin', '2025-03-30')).toEqual([70, 130])
  })
  test('a change of half an hour moves the minute', () => {
    // Lord Howe Island: 02:00 becomes 01:30 on 6 April 2025.
    const bells = hourly(0, '00:30', '04:00')
    expect(onDay(bells, 'Australia/Lord_Howe', '2025-04-06')).toEqual([60, 150, 210])
  })
  test('so many minutes are elapsed time', () => {
    expect(onDay(every(60, '00:30', '04:00'), 'Europe/Berlin', '2025-10-26')).toEqual([
      30, 90, 150, 210, 270,
    ])
  })
})

describe('[RD6] rounds by the clock stand alone', () => {
  const cadence = { kind: 'interval', minutes: 10 }
  test.each([
    [{ cadence, fill: 'repeat' }, ['cadence: cadence-not-alone']],
    [{ cadence, fill: 'playlist', fillPlaylistId: two.id }, ['cadence: cadence-not-alone']],
    [{ cadence, repeats: { count: 2, gapMs: 0 } }, ['cadence: cadence-not-alone']],
    [{ cadence }, []],
    [{ cadence: null, repeats: { count: 2, gapMs: 0 } }, []],
    [{ repeats: { count: 2, gapMs: 0 } }, []],
  ])('%j', (change, problems) => {
    expect(problemsOf(input(change))).toEqual(problems)
  })
  test('what was stored before there were any has none', () => {
    const { cadence: _none, ...stored } = aSchedule(signal, {
      time: { startTime: '06:00', endTime: '07:00' },
    })
    expect(startsOf([stored as Schedule])).toEqual([360])
  })
})
