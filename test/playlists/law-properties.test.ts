import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, createCompiler, createPlanWriter, datesFrom } from '#playlists'
import {
  NO_POLICY,
  type Playlist,
  type PlaylistItem,
  type Policy,
  PRIORITIES,
  type Schedule,
} from '#protocol'
import { aCampaign, anAsset, aPlaylist, aSchedule, aTheme, HOUR_MS } from '../support/builders.ts'
import { DATE, EVERY_DAY, MINUTE_MS, placeOf, planOf, programmeOf } from '../support/law.ts'
import { lookedAt } from '../support/looked-at.ts'

const pad = (value: number) => String(value).padStart(2, '0')
const clock = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 10, 15, 30, 50))
  .map(([hour, minute]) => `${pad(hour)}:${pad(minute)}`)
const window = fc.record({
  startTime: clock,
  endTime: clock,
  weekdays: fc.subarray(EVERY_DAY, { minLength: 1 }),
})
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })

const policies: fc.Arbitrary<Policy> = fc
  .record({
    broadcastWindows: maybe(fc.array(window, { maxLength: 3 })),
    quietHours: maybe(fc.array(window, { maxLength: 2 })),
    sessionsPerDay: maybe(fc.integer({ min: 0, max: 4 })),
    minutesPerDay: maybe(fc.integer({ min: 0, max: 120 })),
    minutesPerSession: maybe(fc.integer({ min: 1, max: 45 })),
    volumeCeilings: maybe(
      fc.array(fc.record({ startTime: clock, endTime: clock, volume: fc.nat(100) }), {
        maxLength: 3,
      }),
    ),
    screenBlank: maybe(fc.array(window, { maxLength: 2 })),
  })
  .map((laid) => ({ ...NO_POLICY, ...laid }))

const themes = [aTheme('1', ['1']), aTheme('2', ['2'])] as const
const tune = anAsset({ durationMs: MINUTE_MS })

const worldOf = (channels: fc.Arbitrary<'audio' | 'screen'>) =>
  fc
    .record({
      channel: channels,
      lists: fc.array(
        fc.record({
          clips: fc.array(
            fc.record({
              durationMs: fc.integer({ min: 20_000, max: 900_000 }),
              theme: maybe(fc.nat(1)),
              validTo: maybe(fc.constantFrom(DATE, '2024-11-20', '2024-01-01')),
              chime: fc.boolean(),
            }),
            { maxLength: 4 },
          ),
          nest: maybe(fc.record({ list: fc.nat(3), take: maybe(fc.integer({ min: 1, max: 3 })) })),
          shuffle: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      schedules: fc.array(
        fc.record({
          list: fc.nat(3),
          filler: fc.nat(3),
          startTime: clock,
          endTime: clock,
          priority: fc.constantFrom(...PRIORITIES),
          fill: fc.constantFrom('end' as const, 'repeat' as const, 'playlist' as const),
          onConflict: fc.constantFrom('refuse' as const, 'queue' as const, 'replace' as const),
          count: fc.integer({ min: 1, max: 3 }),
          weight: fc.integer({ min: 1, max: 5 }),
          session: fc.boolean(),
          isException: fc.nat(5).map((n) => n === 0),
          rrule: fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=TU,WE', 'FREQ=DAILY;INTERVAL=3'),
        }),
        { maxLength: 6 },
      ),
      policy: policies,
    })
    .map(({ channel, lists, schedules, policy }) => {
      const kind = channel === 'audio' ? ('clip' as const) : ('video' as const)
      const assets = lists.map(({ clips }) =>
        clips.map(({ durationMs, theme, validTo }) =>
          anAsset({
            kind,
            durationMs,
            validTo,
            themeIds: theme === null ? [] : [themes[theme as 0 | 1].id],
          }),
        ),
      )
      const playlists: Playlist[] = lists.map(({ shuffle }) => aPlaylist([], { channel, shuffle }))
      lists.forEach(({ clips, nest }, index) => {
        const list = playlists[index] as Playlist
        list.items = clips.map(({ chime }, place): PlaylistItem => {
          const assetId = assets[index]?.[place]?.id as Playlist['id'] as never
          return { kind: 'asset', assetId, durationMs: null, gainDb: 0, chime }
        })
        const inner = nest && playlists[nest.list]
        if (inner) list.items.push({ kind: 'playlist', playlistId: inner.id, take: nest.take })
      })
      const pick = (index: number) => playlists[index % playlists.length] as Playlist
      return {
        world: {
          assets: [tune, ...assets.flat()],
          playlists,
          campaigns: [aCampaign({ themes: [...themes] })],
        },
        schedules: schedules.map(
          ({
            list,
            filler,
            startTime,
            endTime,
            rrule,
            count,
            isException,
            fill,
            ...rest
          }): Schedule =>
            aSchedule(pick(list), {
              ...rest,
              fill,
              fillPlaylistId: fill === 'playlist' ? pick(filler).id : null,
              repeats: { count, gapMs: 120_000 },
              exception: isException ? { reason: 'Theo công điện' } : null,
              time: { startTime, endTime, rrule, startDate: '2024-11-01' },
            }),
        ),
        place: placeOf(
          {
            ...policy,
            station: { signature: tune.id, call: null, chime: tune.id, closing: tune.id },
          },
          { channel },
        ),
      }
    })

const world = worldOf(fc.constantFrom('audio' as const, 'screen' as const))
const soundWorld = worldOf(fc.constant('audio' as const))

const RUNS = { numRuns: 120 }
const LAST = addDays(DATE, 5)

describe('whatever is scheduled, under whatever policy', () => {
  test('[CP1] a span is what its days are by themselves, and its bytes are canonical', () => {
    const onAir = lookedAt()
    fc.assert(
      fc.property(world, ({ world: inputs, schedules, place }) => {
        const write = createPlanWriter()
        const compiler = createCompiler(programmeOf(inputs), DATE, LAST)
        const span = compiler.span(schedules, place, DATE, LAST)
        expect(span.map(({ date }) => date)).toEqual(datesFrom(DATE, LAST))
        onAir.add(span.some(({ plan }) => plan.segments.length > 0))
        for (const { date, plan } of span) {
          const alone = canonicalize(planOf(inputs, schedules.toReversed(), place, date))
          expect(write(plan)).toBe(alone)
        }
      }),
      RUNS,
    )
    onAir.expectAtLeast(30)
  })

  test('[CP3] segments never overlap, and every one is whole', () => {
    const pairs = lookedAt()
    fc.assert(
      fc.property(world, ({ world: inputs, schedules, place }) => {
        const { segments } = planOf(inputs, schedules, place)
        pairs.add(Math.max(0, segments.length - 1))
        segments.forEach((segment, index) => {
          expect(segment.from).toBeGreaterThanOrEqual(segments[index - 1]?.to ?? 0)
          expect(segment.anchor).toBeLessThanOrEqual(segment.from)
          expect(segment.to).toBeLessThanOrEqual(24 * HOUR_MS)
          expect(segment.items.length).toBeGreaterThan(0)
        })
      }),
      RUNS,
    )
    pairs.expectAtLeast(40)
  })

  test('[PL3] [PL4] sound is nowhere outside policy, unless an emergency or an exception says so', () => {
    const always = fc
      .record({ startTime: clock, endTime: clock })
      .map((times) => [{ ...times, weekdays: EVERY_DAY }])
    const [broken, bound] = [lookedAt(), lookedAt()]
    fc.assert(
      fc.property(
        soundWorld,
        always,
        always,
        ({ world: inputs, schedules, place }, open, quiet) => {
          const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
          const isIn = (at: number, [hours]: typeof open) => {
            const [from, to] = [minuteOf(hours?.startTime ?? ''), minuteOf(hours?.endTime ?? '')]
            return from < to ? from <= at && at < to : at >= from || at < to
          }
          const policy = { ...place.policy, broadcastWindows: open, quietHours: quiet }
          const { segments } = planOf(inputs, schedules, { ...place, policy })
          for (const { from, to, because } of segments) {
            broken.add(because.breaks.length > 0)
            bound.add(because.breaks.length === 0)
            const minutes = [Math.floor(from / MINUTE_MS), Math.floor((to - 1) / MINUTE_MS)]
            const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]))
            const schedule = byId.get(because.schedules[0]?.id as Schedule['id'])
            const isEmergency = because.priority === 'emergency'
            for (const minute of minutes) {
              if (isIn(minute, quiet)) {
                expect(isEmergency && because.breaks.includes('quiet-hours')).toBe(true)
              }
              if (!isIn(minute, open)) {
                expect(isEmergency || schedule?.exception !== null).toBe(true)
                expect(because.breaks).toContain('broadcast-window')
              }
            }
          }
        },
      ),
      RUNS,
    )
    broken.expectAtLeast(20)
    bound.expectAtLeast(20)
  })

  test('[LM3] no day has more minutes of sound than it may', () => {
    const [cut, heard] = [lookedAt(), lookedAt()]
    fc.assert(
      fc.property(
        soundWorld,
        fc.integer({ min: 0, max: 30 }),
        ({ world: inputs, schedules, place }, minutesPerDay) => {
          const bound = schedules.filter(
            ({ exception, priority, time }) =>
              !exception && priority !== 'emergency' && time.startTime < time.endTime,
          )
          const policy = { ...place.policy, minutesPerDay }
          const { segments, withheld } = planOf(inputs, bound, { ...place, policy })
          const total = segments.reduce((sum, { from, to }) => sum + to - from, 0)
          cut.add(withheld.some(({ reason }) => reason === 'too-many-minutes'))
          heard.add(total > 0)
          expect(total).toBeLessThanOrEqual(minutesPerDay * MINUTE_MS)
        },
      ),
      // Sound that a limit cuts is drawn about once in ten worlds.
      { numRuns: 500 },
    )
    cut.expectAtLeast(10)
    heard.expectAtLeast(10)
  })

  test('[SQ2] a loop leaves no more silence at its end than an item would fill', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20_000, max: 600_000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 10, max: 59 }),
        (durations, minutes) => {
          const clips = durations.map((durationMs) => anAsset({ durationMs }))
          const list = aPlaylist(clips)
          const schedule = aSchedule(list, { fill: 'repeat', time: { endTime: `05:${minutes}` } })
          const { segments } = planOf({ assets: clips, playlists: [list] }, [schedule])
          const end = 5 * HOUR_MS + minutes * MINUTE_MS
          expect(segments[0]?.from).toBe(5 * HOUR_MS)
          expect(end - (segments.at(-1)?.to ?? 0)).toBeLessThan(Math.max(...durations))
        },
      ),
      RUNS,
    )
  })
})

describe('days on which something changes', () => {
  const clip = anAsset({ durationMs: 10 * MINUTE_MS })
  const list = aPlaylist([clip])
  const inputs = { assets: [clip], playlists: [list] }
  const loop = (startTime: string, endTime: string, time: Partial<Schedule['time']> = {}) =>
    aSchedule(list, { fill: 'repeat', time: { startTime, endTime, ...time } })
  const minutes = (
    schedule: Schedule,
    date: string,
    policy: Partial<Policy> = {},
    timeZone?: string,
  ) =>
    planOf(inputs, [schedule], placeOf(policy, timeZone ? { timeZone } : {}), date).segments.map(
      ({ from, to }) => [from / MINUTE_MS, to / MINUTE_MS],
    )

  test.each<[string, Schedule, string, number[][]]>([
    [
      '29 February',
      loop('05:00', '05:30', { startDate: '2024-02-01' }),
      '2024-02-29',
      [[300, 330]],
    ],
    [
      'the last of a month',
      loop('05:00', '05:30', { rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1' }),
      '2024-11-30',
      [[300, 330]],
    ],
    [
      'the first after it',
      loop('05:00', '05:30', { rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1' }),
      '2024-12-01',
      [],
    ],
    [
      'over New Year',
      loop('23:30', '00:30'),
      '2025-01-01',
      [
        [0, 30],
        [1410, 1440],
      ],
    ],
  ])('[CP2] %s', (_name, schedule, date, expected) => {
    expect(minutes(schedule, date)).toEqual(expected)
  })

  test('[PL3] a recurrence across weekdays with other windows', () => {
    const policy = {
      broadcastWindows: [
        { startTime: '05:00', endTime: '06:00', weekdays: [1, 2, 3, 4, 5] },
        { startTime: '05:20', endTime: '06:00', weekdays: [6] },
      ],
    }
    const schedule = loop('05:00', '05:40')
    expect(minutes(schedule, '2024-11-15', policy)).toEqual([[300, 340]])
    expect(minutes(schedule, '2024-11-16', policy)).toEqual([[320, 340]])
    expect(minutes(schedule, '2024-11-17', policy)).toEqual([])
  })

  test('[TM4] windows of policy change their clocks with the zone', () => {
    const policy = { quietHours: [{ startTime: '22:00', endTime: '05:00', weekdays: EVERY_DAY }] }
    const schedule = loop('04:00', '05:30', { startDate: '2024-03-01' })
    expect(minutes(schedule, '2024-03-30', policy, 'Europe/Berlin')).toEqual([[300, 330]])
    expect(minutes(schedule, '2024-03-31', policy, 'Europe/Berlin')).toEqual([[240, 270]])
    expect(minutes(schedule, '2024-10-27', policy, 'Europe/Berlin')).toEqual([[360, 390]])
  })
})
