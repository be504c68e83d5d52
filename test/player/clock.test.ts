import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClock } from '../../player/time/clock.ts'
import { type ClockSample, estimateOffset, withSample } from '../../player/time/clock-offset.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { replaceFile } from '../../player/trust/replace-file.ts'
import { tempFolder } from '../support/temp-folder.ts'

const NOW = 1_795_380_000_000
const YEAR_MS = 365 * 86_400_000

/** An exchange with a server whose clock is `offset` ahead of ours, over a line of these delays. */
const exchange = (at: number, offset: number, there: number, back: number): ClockSample => ({
  sentAt: at,
  serverReceivedAt: at + there + offset,
  serverSentAt: at + there + offset + 0.1,
  receivedAt: at + there + 0.1 + back,
})

describe('the offset from a handful of exchanges', () => {
  test('the truth always lies within the bound, whatever the network did', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.array(
          fc.tuple(
            fc.double({ min: 0.1, max: 900, noNaN: true }),
            fc.double({ min: 0.1, max: 900, noNaN: true }),
          ),
          {
            minLength: 1,
            maxLength: 70,
          },
        ),
        (offset, delays) => {
          let samples: readonly ClockSample[] = []
          for (const [index, [there, back]] of delays.entries()) {
            samples = withSample(samples, exchange(index * 1000, offset, there, back))
          }
          const estimate = estimateOffset(samples, delays.length * 1000 + 2000)
          expect(Math.abs((estimate?.offsetMs ?? Number.NaN) - offset)).toBeLessThanOrEqual(
            (estimate?.errorMs ?? 0) + 1e-6,
          )
        },
      ),
    )
  })

  test('a quick exchange is trusted over many slow ones, until it is old', () => {
    const quick = exchange(0, 500, 2, 2)
    const slow = (at: number) => exchange(at, 520, 60, 10)
    expect(estimateOffset([quick, slow(10_000)], 11_000)?.offsetMs).toBeCloseTo(500)
    expect(estimateOffset([quick, slow(990_000)], 991_000)?.offsetMs).toBeCloseTo(545)
  })

  test('an answer from before the question is no sample', () => {
    expect(
      withSample([], { sentAt: 10, serverReceivedAt: 0, serverSentAt: 50, receivedAt: 20 }),
    ).toEqual([])
  })
})

describe('a device that has just started', () => {
  const start = (saved: object | undefined, systemNow: number) => {
    const path = join(tempFolder(), 'clock.json')
    if (saved) replaceFile(path, JSON.stringify(saved))
    return createClock(path, () => systemNow)
  }

  test('knows no time the first time', () => {
    const clock = start(undefined, NOW)
    expect(clock.now()).toBeUndefined()
    expect(clock.state()).toEqual({ grade: 'unknown', errorMs: null })
  })

  test('goes on with the time that its own clock kept', () => {
    const clock = start({ serverTime: NOW - 60_000, systemAhead: 250 }, NOW + 250)
    expect(clock.state().grade).toBe('restored')
    expect(Math.abs((clock.now() ?? 0) - NOW)).toBeLessThan(50)
  })

  test.each([
    ['1970, because its battery is dead', 86_400_000],
    ['2013, the date of its image', Date.parse('2013-11-18')],
    ['an hour before it was switched off', NOW - 3_600_000],
  ])('does not believe a clock that stands in %s', (_name, systemNow) => {
    expect(start({ serverTime: NOW, systemAhead: 0 }, systemNow).now()).toBeUndefined()
  })

  test('does not believe a file that is damaged', () => {
    expect(start({ serverTime: 'x' }, NOW).now()).toBeUndefined()
  })

  test('is told the time by the server, also where its own is years off', () => {
    const clock = start({ serverTime: NOW, systemAhead: 0 }, NOW + 10 * YEAR_MS)
    const offset = NOW - monotonicMs()
    for (let count = 0; count < 3; count++)
      clock.addSample(exchange(monotonicMs() - 5, offset, 2, 2))
    expect(clock.state().grade).toBe('synced')
    expect(Math.abs((clock.now() ?? 0) - NOW)).toBeLessThan(50)
  })

  test('two answers are not enough to be sure', () => {
    const clock = start(undefined, NOW)
    for (let count = 0; count < 2; count++) clock.addSample(exchange(monotonicMs() - 5, 1000, 2, 2))
    expect(clock.now()).toBeUndefined()
  })
})

test('a small correction is pulled in, never torn: no step of the clock while it runs', async () => {
  const clock = createClock(join(tempFolder(), 'clock.json'), () => NOW)
  const offset = NOW - monotonicMs()
  for (let count = 0; count < 3; count++)
    clock.addSample(exchange(monotonicMs() - 50, offset, 20, 20))
  const before = (clock.now() ?? 0) - monotonicMs()
  clock.addSample(exchange(monotonicMs() - 5, offset + 15, 1, 1))
  await new Promise((resolve) => setTimeout(resolve, 200))
  const after = (clock.now() ?? 0) - monotonicMs()
  expect(after - before).toBeGreaterThan(0)
  expect(after - before).toBeLessThan(1)
})

test('what the clock saved is where it starts next time', () => {
  const path = join(tempFolder(), 'clock.json')
  const first = createClock(path, () => NOW + 5_000)
  const offset = NOW - monotonicMs()
  for (let count = 0; count < 3; count++) first.addSample(exchange(monotonicMs() - 5, offset, 2, 2))
  first.save()
  const second = createClock(path, () => NOW + 5_000 + 60_000)
  expect(second.state().grade).toBe('restored')
  expect(Math.abs((second.now() ?? 0) - (NOW + 60_000))).toBeLessThan(50)
})
