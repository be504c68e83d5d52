import { describe, expect, test } from 'vitest'
import { addDays, nestingProblem } from '#playlists'
import type { Playlist, PlaylistItem, Schedule } from '#protocol'
import { anAsset, aPlaylist, aSchedule } from '../support/builders.ts'
import { DATE, minutesOf, placeOf, planOf, reasonsOf } from '../support/law.ts'

const clips = Array.from({ length: 7 }, (_, index) =>
  anAsset({ durationMs: 60_000, title: String(index) }),
)
const nested = (playlist: Playlist, take: number | null = null): PlaylistItem => ({
  kind: 'playlist',
  playlistId: playlist.id,
  take,
})
const titlesOf = (playlists: readonly Playlist[], schedule: Schedule, date = DATE): string[] =>
  planOf({ assets: clips, playlists }, [schedule], placeOf(), date).segments.flatMap(({ items }) =>
    items.map(({ title }) => title),
  )

test('[NE1] a playlist in a playlist is played in its place, all of it', () => {
  const inner = aPlaylist(clips.slice(2, 4))
  const outer = aPlaylist(clips.slice(0, 2))
  outer.items.splice(1, 0, nested(inner))
  expect(titlesOf([inner, outer], aSchedule(outer))).toEqual(['0', '2', '3', '1'])
})

describe('[NE2] a part of a playlist', () => {
  const inner = aPlaylist(clips)
  const outer = aPlaylist([], { items: [nested(inner, 3)] })
  const daily = aSchedule(outer, { time: { startDate: '2024-11-12' } })
  const turns = (schedule: Schedule, playlists: readonly Playlist[], dates: number[]) =>
    dates.map((day) => titlesOf(playlists, schedule, addDays(DATE, day)).join(''))

  test('goes on each day where the day before left off', () => {
    expect(turns(daily, [inner, outer], [0, 1, 2, 3])).toEqual(['012', '345', '601', '234'])
  })

  test('goes on from turn to turn, also where a turn comes once in as many days as there are items', () => {
    const weekly = aSchedule(aPlaylist([], { items: [nested(inner, 1)] }), {
      time: { startDate: '2024-11-12', rrule: 'FREQ=WEEKLY' },
    })
    const list = { ...outer, id: weekly.playlistId, items: [nested(inner, 1)] }
    expect(turns(weekly, [inner, list], [0, 7, 14])).toEqual(['0', '1', '2'])
  })

  test('leaves out what may not be played, and takes as many of the others', () => {
    const someExpired = clips.map((clip, index) =>
      index % 2 ? clip : { ...clip, validTo: '2024-01-01' },
    )
    const plan = planOf({ assets: someExpired, playlists: [inner, outer] }, [daily])
    expect(plan.segments[0]?.items.map(({ title }) => title)).toEqual(['1', '3', '5'])
    expect(reasonsOf(plan)).toEqual(['not-valid', 'not-valid', 'not-valid', 'not-valid'])
  })

  test('of a shuffled playlist, everything comes once before anything comes again', () => {
    const mixed = { ...inner, shuffle: true }
    const first = turns(daily, [mixed, outer], [0, 1, 2, 3, 4, 5, 6]).join('')
    for (const round of [first.slice(0, 7), first.slice(7, 14), first.slice(14, 21)]) {
      expect([...round].sort().join('')).toBe('0123456')
    }
    expect(first.slice(0, 7)).not.toBe(first.slice(7, 14))
  })
})

describe('[NE3] nesting without end', () => {
  const first = aPlaylist([clips[0] as (typeof clips)[0]])
  const second = aPlaylist([clips[1] as (typeof clips)[0]])
  first.items.push(nested(second))
  second.items.push(nested(first))
  const byId = (playlists: readonly Playlist[]) => new Map(playlists.map((list) => [list.id, list]))

  test('a playlist that contains itself is refused with the way that it goes', () => {
    expect(nestingProblem(first.id, byId([first, second]))).toEqual({
      kind: 'cycle',
      path: [first.id, second.id, first.id],
    })
    expect(nestingProblem(first.id, byId([{ ...first, items: [] }]))).toBeUndefined()
  })

  test('compiled all the same it leaves that part out and says so', () => {
    const plan = planOf({ assets: clips, playlists: [first, second] }, [aSchedule(first)])
    expect(minutesOf(plan)).toEqual([[300, 302]])
    expect(reasonsOf(plan)).toEqual(['asset-missing'])
  })

  test('one nested too deep is refused', () => {
    const chain = Array.from({ length: 9 }, () => aPlaylist([]))
    chain.slice(1).forEach((list, index) => {
      chain[index]?.items.push(nested(list))
    })
    const [top, next] = chain as [Playlist, Playlist]
    expect(nestingProblem(top.id, byId(chain))?.kind).toBe('too-deep')
    expect(nestingProblem(next.id, byId(chain))).toBeUndefined()
  })

  test('one that unfolds to billions of items is refused, and compiled in bounded time', () => {
    const doubling = Array.from({ length: 8 }, () => aPlaylist([]))
    doubling.forEach((list, index) => {
      const inner = doubling[index + 1]
      if (inner) list.items = Array.from({ length: 1_000 }, () => nested(inner))
      else list.items = [...aPlaylist(clips).items]
    })
    const [top] = doubling as [Playlist]
    expect(nestingProblem(top.id, byId(doubling))?.kind).toBe('too-long')
    const plan = planOf({ assets: clips, playlists: doubling }, [aSchedule(top)])
    expect(minutesOf(plan)).toEqual([[300, 330]])
  })
})

test('[NE4] another order each day, the same whenever it is asked for', () => {
  const mixed = aPlaylist(clips, { shuffle: true })
  const schedule = aSchedule(mixed)
  const days = [0, 1, 2, 3, 4].map((day) =>
    titlesOf([mixed], schedule, addDays(DATE, day)).join(''),
  )
  expect(days.map((day) => [...day].sort().join(''))).toEqual(days.map(() => '0123456'))
  expect(new Set(days).size).toBe(5)
  expect(titlesOf([{ ...mixed, name: 'Tên khác' }], schedule).join('')).toBe(days[0])
})
