import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileDay, type Programme } from '#playlists'
import { entriesBetween, entryAt, nextEntry, timelineOf } from '#playlists/timeline'
import { type Asset, DayPlan, NO_POLICY, type Playlist, PRIORITIES, type Schedule } from '#protocol'
import { anAsset, aPlaylist, aSchedule, HOUR_MS, sha } from '../support/builders.ts'
import { lookedAt } from '../support/looked-at.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const DATE = '2024-11-12'
const DAY_MS = 24 * HOUR_MS

const pad = (value: number) => String(value).padStart(2, '0')
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 7, 15, 30, 45))
  .map(([hour, minute]) => `${pad(hour)}:${pad(minute)}`)

const world = fc
  .record({
    durations: fc.array(fc.array(fc.integer({ min: 1_000, max: 2_000_000 }), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
    windows: fc.array(
      fc.record({
        playlist: fc.nat(3),
        startTime: time,
        endTime: time,
        priority: fc.constantFrom(...PRIORITIES),
        fill: fc.constantFrom('end' as const, 'repeat' as const),
        rrule: fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=TU', null),
      }),
      { maxLength: 7 },
    ),
  })
  .map(({ durations, windows }) => {
    const lists = durations.map((list) => list.map((durationMs) => anAsset({ durationMs })))
    const playlists: Playlist[] = lists.map((assets) => aPlaylist(assets))
    const schedules: Schedule[] = windows.map(({ playlist, startTime, endTime, rrule, ...rest }) =>
      aSchedule(playlists[playlist % playlists.length] as Playlist, {
        ...rest,
        time: { startTime, endTime, rrule, startDate: rrule === null ? DATE : '2024-11-01' },
      }),
    )
    return { assets: lists.flat(), playlists, schedules }
  })

const programme = (assets: readonly Asset[], playlists: readonly Playlist[]): Programme => ({
  assets: new Map(assets.map((asset) => [asset.id, asset])),
  playlists: new Map(playlists.map((playlist) => [playlist.id, playlist])),
  campaigns: [],
  relayHosts: [],
})

const plan = (
  {
    assets,
    playlists,
    schedules,
  }: { assets: Asset[]; playlists: Playlist[]; schedules: Schedule[] },
  date = DATE,
) =>
  compileDay(schedules, programme(assets, playlists), {
    date,
    timeZone: ZONE,
    channel: 'audio',
    policy: NO_POLICY,
  })

const RUNS = { numRuns: 150 }
/** At a random instant mostly nothing is on air. */
const MANY_RUNS = { numRuns: 600 }

describe('plans, whatever is scheduled', () => {
  test('[CP1] the order of the inputs never shows', () => {
    const onAir = lookedAt()
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (inputs, dice) => {
        const shuffled = <T>(all: T[]): T[] =>
          all
            .map((item) => ({ item, at: dice.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item)
        const other = {
          assets: shuffled(inputs.assets),
          playlists: shuffled(inputs.playlists),
          schedules: shuffled(inputs.schedules),
        }
        onAir.add(plan(inputs).segments.length > 1)
        expect(canonicalize(plan(other))).toBe(canonicalize(plan(inputs)))
      }),
      RUNS,
    )
    onAir.expectAtLeast(30)
  })

  test('[CP3] segments are sorted and never overlap, and a plan is always a valid plan', () => {
    const pairs = lookedAt()
    fc.assert(
      fc.property(world, (inputs) => {
        const compiled = DayPlan.parse(plan(inputs))
        pairs.add(Math.max(0, compiled.segments.length - 1))
        for (const [index, segment] of compiled.segments.entries()) {
          const before = compiled.segments[index - 1]
          expect(segment.from).toBeGreaterThanOrEqual(before?.to ?? 0)
          expect(segment.to).toBeLessThanOrEqual(DAY_MS)
        }
      }),
      RUNS,
    )
    pairs.expectAtLeast(60)
  })

  test('[PR1] nothing is on air while something higher wants the channel', () => {
    const [heard, rivalled] = [lookedAt(), lookedAt()]
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: DAY_MS - 1 }), (inputs, at) => {
        // One of each class: within a class an item may be left out [CF4].
        const schedules = inputs.schedules.filter(
          ({ priority }, index, all) =>
            all.findIndex((other) => other.priority === priority) === index,
        )
        const { segments } = plan({ ...inputs, schedules })
        const onAir = segments.find(({ from, to }) => from <= at && at < to)
        const alone = schedules.flatMap((schedule) => {
          const own = plan({ ...inputs, schedules: [schedule] }).segments
          return own.some(({ from, to }) => from <= at && at < to) ? [schedule.priority] : []
        })
        heard.add(onAir !== undefined)
        rivalled.add(new Set(alone).size > 1)
        const highest = Math.max(-1, ...alone.map((priority) => PRIORITIES.indexOf(priority)))
        expect(onAir ? PRIORITIES.indexOf(onAir.because.priority) : -1).toBe(highest)
      }),
      MANY_RUNS,
    )
    heard.expectAtLeast(60)
    rivalled.expectAtLeast(10)
  })
})

describe('the timeline', () => {
  const twoDays = (inputs: Parameters<typeof plan>[0]) =>
    timelineOf([
      { startsAt: 0, sha256: sha('1'), segments: plan(inputs).segments },
      { startsAt: DAY_MS, sha256: sha('2'), segments: plan(inputs, '2024-11-13').segments },
    ])

  test('[TL1] what is on at an instant is what the walk through the day meets there', () => {
    const heard = lookedAt()
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 2 * DAY_MS - 1 }), (inputs, at) => {
        const timeline = twoDays(inputs)
        const walked = [...entriesBetween(timeline, 0, 2 * DAY_MS)].find(
          ({ from, to }) => from <= at && at < to,
        )
        expect(entryAt(timeline, at)).toEqual(walked)
        heard.add(walked !== undefined)
        expect(walked?.startAt ?? at).toBeLessThanOrEqual(at)
        expect(at).toBeLessThan(walked ? walked.startAt + walked.item.durationMs : at + 1)
      }),
      MANY_RUNS,
    )
    heard.expectAtLeast(60)
  })

  test('[TL2] entries cover the segments exactly: no gap inside them, nothing outside, none twice', () => {
    const onAir = lookedAt()
    fc.assert(
      fc.property(world, (inputs) => {
        const timeline = twoDays(inputs)
        onAir.add(timeline.length > 1)
        const covered = [...entriesBetween(timeline, 0, 2 * DAY_MS)].reduce(
          (sum, { from, to }) => sum + to - from,
          0,
        )
        const planned = timeline.reduce((sum, { from, to }) => sum + to - from, 0)
        expect(covered).toBe(planned)
        let end = 0
        for (const { from, to } of entriesBetween(timeline, 0, 2 * DAY_MS)) {
          expect(from).toBeGreaterThanOrEqual(end)
          end = to
        }
      }),
      RUNS,
    )
    onAir.expectAtLeast(30)
  })

  test('[TL2] what comes next begins at or after the instant, and nothing begins before it', () => {
    const found = lookedAt()
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 2 * DAY_MS }), (inputs, at) => {
        const timeline = twoDays(inputs)
        const walked = [...entriesBetween(timeline, 0, 3 * DAY_MS)].find(({ from }) => from >= at)
        found.add(walked !== undefined)
        expect(nextEntry(timeline, at)).toEqual(walked)
      }),
      RUNS,
    )
    found.expectAtLeast(30)
  })
})

test('[TL3] an item that crosses midnight is one entry, before and after it', () => {
  const clip = anAsset({ durationMs: 40 * 60_000 })
  const playlist = aPlaylist([clip])
  const overnight = aSchedule(playlist, {
    time: { startTime: '23:45', endTime: '01:00', rrule: null, startDate: DATE },
  })
  const inputs = { assets: [clip], playlists: [playlist], schedules: [overnight] }
  const timeline = timelineOf([
    { startsAt: 0, sha256: sha('1'), segments: plan(inputs).segments },
    { startsAt: DAY_MS, sha256: sha('2'), segments: plan(inputs, '2024-11-13').segments },
  ])
  const start = DAY_MS - 15 * 60_000
  const expected = { startAt: start, from: start, to: start + 40 * 60_000 }
  expect([...entriesBetween(timeline, 0, 2 * DAY_MS)]).toHaveLength(1)
  expect(entryAt(timeline, DAY_MS - 1)).toMatchObject(expected)
  expect(entryAt(timeline, DAY_MS)).toMatchObject(expected)
  expect(entryAt(timeline, DAY_MS + 25 * 60_000)).toBeUndefined()
})
