import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entriesBetween, timelineOf } from '#playlists/timeline'
import { anAsset, aPlaylist, aSchedule, sha } from '../support/builders.ts'
import { EVERY_DAY, MINUTE_MS, placeOf, planOf } from '../support/law.ts'
import { type ModelPolicy, type ModelSchedule, modelDay } from '../support/limits-model.ts'
import { lookedAt } from '../support/looked-at.ts'

const minute = fc.integer({ min: 0, max: 287 }).map((five) => five * 5)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const span = fc
  .tuple(minute, fc.integer({ min: 1, max: 40 }))
  .map(([from, fives]) => ({ from, to: Math.min(1_440, from + fives * 5) }))

const schedules = fc.array(
  fc
    .record({
      priority: fc.constantFrom('normal' as const, 'priority' as const, 'emergency' as const),
      onConflict: fc.constantFrom('refuse' as const, 'queue' as const, 'replace' as const),
      isException: fc.nat(5).map((number) => number === 0),
      // Most begin in the same hours: far apart they have nothing to do with each other.
      span: fc.oneof(
        { weight: 1, arbitrary: span },
        {
          weight: 4,
          arbitrary: fc
            .tuple(fc.integer({ min: 60, max: 84 }), fc.integer({ min: 1, max: 40 }))
            .map(([from, fives]) => ({ from: from * 5, to: (from + fives) * 5 })),
        },
      ),
      items: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      isLoop: fc.boolean(),
      count: fc.integer({ min: 1, max: 3 }),
      gap: fc.constantFrom(0, 5, 9, 10, 15),
    })
    .map(({ span: { from, to }, ...rest }) => ({ ...rest, from, to })),
  { minLength: 1, maxLength: 6 },
)

const policies: fc.Arbitrary<ModelPolicy> = fc.record({
  sessionsPerDay: maybe(fc.integer({ min: 0, max: 4 })),
  minutesPerDay: maybe(fc.integer({ min: 0, max: 240 })),
  minutesPerSession: maybe(fc.integer({ min: 1, max: 90 })),
  quiet: fc.array(span, { maxLength: 2 }),
})

const wall = (at: number) =>
  `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`

/** The same day as the compiler makes it. */
const compiledDay = (drawn: readonly ModelSchedule[], { quiet, ...limits }: ModelPolicy) => {
  const lists = drawn.map(({ items }) =>
    items.map((each) => anAsset({ durationMs: each * MINUTE_MS })),
  )
  const playlists = lists.map((assets) => aPlaylist(assets))
  const made = drawn.map((one, index) =>
    aSchedule(playlists[index] as (typeof playlists)[number], {
      priority: one.priority,
      onConflict: one.onConflict,
      exception: one.isException ? { reason: 'Theo công điện' } : null,
      fill: one.isLoop ? 'repeat' : 'end',
      repeats: { count: one.count, gapMs: one.gap * MINUTE_MS },
      time: { startTime: wall(one.from), endTime: wall(one.to) },
    }),
  )
  const quietHours = quiet.map(({ from, to }) => ({
    startTime: wall(from),
    endTime: wall(to),
    weekdays: EVERY_DAY,
  }))
  const { segments } = planOf(
    { assets: lists.flat(), playlists },
    made.toReversed(),
    placeOf({ ...limits, quietHours }),
  )
  const air = new Map<number, { order: number; index: number; from: number }>()
  const timeline = timelineOf([{ startsAt: 0, sha256: sha('plan'), segments }])
  for (const { item, startAt, from, to } of entriesBetween(timeline, 0, 1_440 * MINUTE_MS)) {
    const order = made.findIndex(({ id }) => id === item.schedule.id)
    const index = lists[order]?.findIndex(({ id }) => id === item.assetId) ?? -1
    for (let at = from / MINUTE_MS; at < to / MINUTE_MS; at++)
      air.set(at, { order, index, from: startAt / MINUTE_MS })
  }
  return air
}

test('[CF2] [CF3] [CF4] [LM1] [LM2] [LM3] [LM4] [LM5] [LM7] [PR1] [PR3] the compiler puts on air what brute force does', () => {
  const [cut, heard] = [lookedAt(), lookedAt()]
  fc.assert(
    fc.property(schedules, policies, (drawn, policy) => {
      const numbered = drawn.map((one, order): ModelSchedule => ({ ...one, order }))
      const model = modelDay(numbered, policy)
      const free = { ...policy, sessionsPerDay: null, minutesPerDay: null, minutesPerSession: null }
      heard.add(model.size > 0)
      cut.add(modelDay(numbered, free).size > model.size)
      const compiled = compiledDay(numbered, policy)
      const sorted = (air: typeof model) => [...air].sort(([a], [b]) => a - b)
      expect(sorted(compiled)).toEqual(sorted(model))
    }),
    { numRuns: 400 },
  )
  heard.expectAtLeast(200)
  cut.expectAtLeast(80)
})
