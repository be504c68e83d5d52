import { describe, expect, test } from 'vitest'
import { createPlanWriter } from '#playlists'
import { entriesBetween, timelineOf } from '#playlists/timeline'
import type { Asset, DayPlan, Schedule } from '#protocol'
import { anAsset, aPlaylist, aSchedule, sha } from '../support/builders.ts'
import { compilerOf, placeOf, planOf } from '../support/law.ts'

const BOARD = placeOf({}, { channel: 'screen' })
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const stills = (count: number): Asset[] =>
  Array.from({ length: count }, () => anAsset({ kind: 'image' }))

/** A list of stills; longer ones are lists of lists. */
const listOf = (assets: readonly Asset[], durationMs: number | null, shuffle = false) => {
  const parts = Array.from({ length: Math.ceil(assets.length / 2_000) }, (_, index) => {
    const part = aPlaylist(assets.slice(index * 2_000, (index + 1) * 2_000))
    const items = part.items.map((item) => ({ ...item, durationMs }) as typeof item)
    return { ...part, items, shuffle, channel: 'screen' as const }
  })
  const whole = aPlaylist([], {
    channel: 'screen',
    shuffle,
    items: parts.map(({ id }) => ({ kind: 'playlist' as const, playlistId: id, take: null })),
  })
  return { whole, playlists: [whole, ...parts] }
}

/** Many schedules that share one board, each beginning and ending some minutes after the one before. */
const crowd = (count: number, each: number) => {
  const assets: Asset[] = []
  const playlists = []
  const schedules: Schedule[] = []
  for (let index = 0; index < count; index++) {
    const own = stills(each)
    const list = aPlaylist(own, { channel: 'screen' })
    assets.push(...own)
    playlists.push(list)
    const startTime = clock(300 + index * 5)
    const endTime = clock(960 + index * 5)
    const time = { startDate: '2024-11-12', startTime, endTime, rrule: 'FREQ=DAILY' }
    schedules.push(aSchedule(list, { fill: 'repeat', weight: 1 + (index % 60), time }))
  }
  return { world: { assets, playlists }, schedules }
}

const itemsIn = ({ segments }: DayPlan): number =>
  segments.reduce((sum, { items }) => sum + items.length, 0)

describe('a board that many share', () => {
  test('[CP4] 80 schedules of 20 and of 60 stills are a plan that any device takes', () => {
    const [small, large] = [crowd(20, 20), crowd(60, 60)]
    const world = {
      assets: [...small.world.assets, ...large.world.assets],
      playlists: [...small.world.playlists, ...large.world.playlists],
    }
    const plan = planOf(world, [...small.schedules, ...large.schedules], BOARD)
    expect(itemsIn(plan)).toBeLessThan(15_000)
    expect(createPlanWriter()(plan).length).toBeLessThan(8_000_000)
  })

  test('[CP4] something is on air at every instant of a loop that is written in part', () => {
    const { world, schedules } = crowd(30, 40)
    const plan = planOf(world, schedules, BOARD)
    const timeline = timelineOf([{ startsAt: 0, sha256: sha('1'), segments: plan.segments }])
    let at = 300 * 60_000
    for (const entry of entriesBetween(timeline, 0, 86_400_000)) {
      expect(entry.from).toBe(at)
      at = entry.to
    }
    expect(at).toBe((960 + 29 * 5) * 60_000)
  })

  test('[CP4] a loop that crosses midnight is one on the device, however much of it is written', () => {
    const assets = stills(2_500)
    const long = listOf(assets, 15_000)
    const short = listOf(assets.slice(0, 700), 15_000)
    const world = { assets, playlists: [...long.playlists, ...short.playlists] }
    const time = { startDate: '2024-11-12', startTime: '22:00', endTime: '04:00' }
    const schedules = [
      aSchedule(long.whole, { fill: 'repeat', time: { ...time, rrule: 'FREQ=DAILY' } }),
      aSchedule(short.whole, { fill: 'repeat', time: { ...time, rrule: 'FREQ=DAILY' } }),
      aSchedule(short.whole, {
        fill: 'repeat',
        time: { ...time, startTime: '01:00', endTime: '02:00', rrule: 'FREQ=DAILY' },
      }),
    ]
    const days = compilerOf(world, '2024-11-12', '2024-11-13').span(
      schedules,
      BOARD,
      '2024-11-12',
      '2024-11-13',
    )
    const timeline = timelineOf(
      days.map(({ startsAt, plan }) => ({ startsAt, sha256: sha('1'), segments: plan.segments })),
    )
    const midnight = days[1]?.startsAt as number
    const before = timeline.filter(({ from, to }) => from < midnight && midnight < to)
    expect(before).toHaveLength(1)
  })
})

describe('what a day plan may hold', () => {
  const schedulesOf = (count: number, durationMs: number, each: number) => {
    const assets = stills(each)
    const list = listOf(assets, durationMs)
    const schedules = Array.from({ length: count }, (_, index) =>
      aSchedule(list.whole, {
        name: `Lịch ${index}`,
        fill: 'repeat',
        time: { startDate: '2024-11-12', startTime: '00:00', endTime: '24:00', rrule: null },
      }),
    )
    return { world: { assets, playlists: list.playlists }, schedules }
  }

  test('[CP5] 20,000 items are taken', () => {
    const { world, schedules } = schedulesOf(2, 1_000, 10_000)
    expect(itemsIn(planOf(world, schedules, BOARD))).toBe(20_000)
  })

  test('[CP5] more are refused by the schedule that most of them are from', () => {
    const { world, schedules } = schedulesOf(2, 1_000, 10_001)
    expect(() => planOf(world, schedules, BOARD)).toThrow(
      expect.objectContaining({
        code: 'plan-too-large',
        params: expect.objectContaining({ items: 20_002, most: 20_000 }),
      }),
    )
    expect(() => planOf(world, schedules, BOARD)).toThrow(/“Lịch [01]”/)
  })

  test('[CP5] ten schedules of 18,000 stills each are written as far as they are on air', () => {
    const { world, schedules } = schedulesOf(10, 10_000, 18_000)
    expect(itemsIn(planOf(world, schedules, BOARD))).toBe(8_640)
  })

  test('[CP5] a plan that would be longer than a device takes is refused while it is written', () => {
    const assets = stills(9_000)
    const name = 'n'.repeat(900)
    const titled = assets.map((asset) => ({ ...asset, title: name }))
    const list = listOf(titled, 2_000)
    const schedule = aSchedule(list.whole, {
      name: 'Lịch dài',
      fill: 'repeat',
      time: { startDate: '2024-11-12', startTime: '00:00', endTime: '24:00', rrule: null },
    })
    const plan = planOf({ assets: titled, playlists: list.playlists }, [schedule], BOARD)
    expect(() => createPlanWriter()(plan)).toThrow(
      expect.objectContaining({ code: 'plan-too-long', params: expect.anything() }),
    )
    expect(() => createPlanWriter()(plan)).toThrow(/“Lịch dài”/)
  })

  test('the days of a shuffled list hold the same items in another order', () => {
    const assets = stills(1_200)
    const { whole, playlists } = listOf(assets, null, true)
    const schedule = aSchedule(whole, {
      fill: 'repeat',
      time: {
        startDate: '2024-11-12',
        startTime: '05:00',
        endTime: '22:00',
        rrule: 'FREQ=DAILY',
      },
    })
    const compiler = compilerOf({ assets, playlists }, '2024-11-12', '2024-11-13')
    const days = compiler.span([schedule], BOARD, '2024-11-12', '2024-11-13')
    const [first, second] = days.map(({ plan }) => plan.segments[0]?.items ?? [])
    expect(first).toHaveLength(1_200)
    expect(second).not.toEqual(first)
    expect(new Set([...(first ?? []), ...(second ?? [])]).size).toBe(1_200)
  })
})
