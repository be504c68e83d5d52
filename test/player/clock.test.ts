import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClock } from '../../player/time/clock.ts'
import {
  type ClockSample,
  type Exchanges,
  estimateOffset,
  NO_EXCHANGES,
  withSample,
} from '../../player/time/clock-offset.ts'
import { replaceFile } from '../../player/trust/replace-file.ts'
import { aMachine } from '../support/machine.ts'
import { tempFolder } from '../support/temp-folder.ts'

const NOW = 1_795_380_000_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const YEAR_MS = 365 * DAY_MS

/** An exchange with a server whose clock is `offset` ahead of ours, over a line of these delays. */
const exchange = (at: number, offset: number, there: number, back: number): ClockSample => ({
  sentAt: at,
  serverReceivedAt: at + there + offset,
  serverSentAt: at + there + offset + 0.1,
  receivedAt: at + there + 0.1 + back,
})

const taken = (samples: readonly ClockSample[]): Exchanges =>
  samples.reduce(withSample, NO_EXCHANGES)

describe('the offset from a handful of exchanges', () => {
  test('the truth always lies within the bound, whatever the network did', () => {
    const delay = fc.double({ min: 0.1, max: 900, noNaN: true })
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.array(fc.tuple(delay, delay), { minLength: 1, maxLength: 70 }),
        (offset, delays) => {
          const samples = delays.map(([there, back], index) =>
            exchange(index * 1000, offset, there, back),
          )
          const estimate = estimateOffset(taken(samples), delays.length * 1000 + 2000)
          expect(Math.abs((estimate?.offsetMs ?? Number.NaN) - offset)).toBeLessThanOrEqual(
            (estimate?.errorMs ?? 0) + 1e-6,
          )
        },
      ),
    )
  })

  test('the bound holds for any quartz that is not broken', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -99e-6, max: 99e-6, noNaN: true }),
        fc.array(fc.double({ min: 0.1, max: 900, noNaN: true }), { minLength: 1, maxLength: 70 }),
        fc.integer({ min: 0, max: 30 * DAY_MS }),
        (drift, delays, later) => {
          // The server's clock runs at another rate than ours.
          const truth = (mono: number) => mono * drift + 5_000
          const samples = delays.map((there, index) =>
            exchange(index * 20_000, truth(index * 20_000), there, 1),
          )
          const end = delays.length * 20_000 + later
          const estimate = estimateOffset(taken(samples), end)
          expect(Math.abs((estimate?.offsetMs ?? Number.NaN) - truth(end))).toBeLessThanOrEqual(
            (estimate?.errorMs ?? 0) + 0.2,
          )
        },
      ),
    )
  })

  test('a quick exchange is trusted over many slow ones, until it is old', () => {
    const quick = exchange(0, 500, 2, 2)
    const slow = (at: number) => exchange(at, 520, 60, 10)
    expect(estimateOffset(taken([quick, slow(10_000)]), 11_000)?.offsetMs).toBeCloseTo(500)
    expect(estimateOffset(taken([quick, slow(990_000)]), 991_000)?.offsetMs).toBeCloseTo(545)
  })

  test('an answer from before the question is no sample', () => {
    const odd = { sentAt: 10, serverReceivedAt: 0, serverSentAt: 50, receivedAt: 20 }
    expect(withSample(NO_EXCHANGES, odd)).toEqual(NO_EXCHANGES)
  })

  test('one answer that contradicts all others changes nothing; three that agree are believed', () => {
    const before = [0, 1, 2].map((count) => exchange(count * 1000, 0, 2, 2))
    const after = [4, 5, 6].map((count) => exchange(count * 1000, 5_000, 2, 2))
    const offset = (samples: readonly ClockSample[]) =>
      estimateOffset(taken(samples), 7_000)?.offsetMs
    expect(offset([...before, ...after.slice(0, 1)])).toBeCloseTo(0)
    expect(offset([...before, ...after.slice(0, 2)])).toBeCloseTo(0)
    expect(offset([...before, ...after])).toBeCloseTo(5_000)
    const scattered = [
      exchange(4_000, 9e6, 2, 2),
      exchange(5_000, -9e6, 2, 2),
      exchange(6e3, 4e6, 2, 2),
    ]
    expect(offset([...before, ...scattered])).toBeCloseTo(0)
  })
})

type Machine = ReturnType<typeof aMachine>

const open = (machine: Machine, path = join(tempFolder(), 'clock.json')) => ({
  path,
  clock: createClock(path, machine.sources),
})

/** Agrees with a server that is right, `ahead` of what this machine's monotonic clock says. */
const agree = (machine: Machine, clock: ReturnType<typeof createClock>, truth: () => number) => {
  for (let count = 0; count < 3; count++) {
    const offset = truth() - machine.sources.mono()
    clock.addSample(exchange(machine.sources.mono() - 5, offset, 2, 2))
    machine.runs(100)
  }
}

/** The true time, by a clock that nothing disturbs. */
const trueTime = (machine: Machine, at: number) => {
  const start = machine.sources.uptime() ?? 0
  return () => at + (machine.sources.uptime() ?? 0) - start
}

/** A device that knew the time at NOW, and what became of it afterwards. */
const afterRun = () => {
  const machine = aMachine(NOW)
  const { path, clock } = open(machine)
  agree(machine, clock, trueTime(machine, NOW))
  clock.save()
  return { machine, path }
}

describe('a device that has just started', () => {
  test('knows no time the first time', () => {
    const { clock } = open(aMachine(NOW))
    expect(clock.now()).toBeUndefined()
    expect(clock.state()).toEqual({ grade: 'unknown', errorMs: null })
    expect(clock.look(false).happenings).toEqual([])
  })

  test('goes on with the time that a clock chip kept, and says how far off it may be', () => {
    const { machine, path } = afterRun()
    machine.boots(NOW + 10 * DAY_MS)
    const { clock } = open(machine, path)
    expect(clock.state().grade).toBe('restored')
    expect(Math.abs((clock.now() ?? 0) - (NOW + 10 * DAY_MS))).toBeLessThan(500)
    // A second for the chip, and 8.64 s a day for its quartz.
    expect(clock.state().errorMs).toBeGreaterThan(86_400)
    expect(clock.state().errorMs).toBeLessThan(90_000)
  })

  test('whose player alone was started anew, counts on, whatever the system says', () => {
    const { machine, path } = afterRun()
    machine.runs(60_000)
    machine.systemIsSet(-40 * YEAR_MS)
    const { clock } = open(machine, path)
    expect(clock.state().grade).toBe('restored')
    expect(clock.state().errorMs).toBeLessThan(60)
    expect(Math.abs((clock.now() ?? 0) - (NOW + 60_300))).toBeLessThan(50)
  })

  test.each([
    ['1970, because its battery is dead', DAY_MS, 'behind'],
    ['2013, the date of its image', Date.parse('2013-11-18'), 'behind'],
    ['an hour before it was switched off', NOW - HOUR_MS, 'behind'],
    ['ten years later', NOW + 10 * YEAR_MS, 'ahead'],
  ])('does not believe a clock that stands in %s, and says so', (_name, shows, what) => {
    const { machine, path } = afterRun()
    machine.boots(shows)
    const { clock } = open(machine, path)
    expect(clock.now()).toBeUndefined()
    expect(clock.look(false).happenings).toMatchObject([{ what }])
    // Stamps do not go back all the same.
    expect(clock.atLeast()).toBeGreaterThanOrEqual(NOW)
    expect(clock.atLeast()).toBeLessThan(NOW + 10_000)
  })

  test('does not believe a plausible time that nothing can have kept', () => {
    const { machine, path } = afterRun()
    machine.boots(NOW + HOUR_MS, false)
    const { clock } = open(machine, path)
    expect(clock.now()).toBeUndefined()
    expect(clock.look(false).happenings).toMatchObject([{ what: 'no-rtc' }])
  })

  test.each(['{}', '{"serverTime":"x"}', 'not JSON', ''])(
    'does not believe a file that is damaged: %s',
    (text) => {
      const path = join(tempFolder(), 'clock.json')
      replaceFile(path, text)
      expect(open(aMachine(NOW), path).clock.now()).toBeUndefined()
    },
  )

  test('is told the time by the server, also where its own is years off', () => {
    const { machine, path } = afterRun()
    machine.boots(NOW + 10 * YEAR_MS)
    const { clock } = open(machine, path)
    clock.look(false)
    agree(machine, clock, trueTime(machine, NOW + HOUR_MS))
    expect(clock.state().grade).toBe('synced')
    expect(Math.abs((clock.now() ?? 0) - (NOW + HOUR_MS))).toBeLessThan(500)
    const { happenings } = clock.look(false)
    expect(happenings).toMatchObject([{ what: 'synced' }])
    expect(Math.abs((happenings[0]?.byMs ?? 0) + 10 * YEAR_MS - HOUR_MS)).toBeLessThan(1000)
  })

  test('two answers are not enough to be sure', () => {
    const machine = aMachine(NOW)
    const { clock } = open(machine)
    for (let count = 0; count < 2; count++) clock.addSample(exchange(900, 1000, 2, 2))
    expect(clock.now()).toBeUndefined()
  })
})

describe('a clock that runs', () => {
  const running = () => {
    const machine = aMachine(NOW)
    const truth = trueTime(machine, NOW)
    const { clock } = open(machine)
    agree(machine, clock, truth)
    clock.look(false)
    return { machine, clock, truth }
  }
  const offOf = ({ clock, truth }: Pick<ReturnType<typeof running>, 'clock' | 'truth'>) =>
    (clock.now() ?? Number.NaN) - truth()

  test('never goes by more than 500 parts in a million faster or slower than time itself', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            ms: fc.integer({ min: 10, max: 60_000 }),
            there: fc.double({ min: 0.1, max: 400, noNaN: true }),
            back: fc.double({ min: 0.1, max: 400, noNaN: true }),
          }),
          { maxLength: 60 },
        ),
        (steps) => {
          const { machine, clock, truth } = running()
          for (const { ms, there, back } of steps) {
            const before = clock.now() ?? Number.NaN
            clock.addSample(
              exchange(
                machine.sources.mono() - there - back,
                truth() - machine.sources.mono(),
                there,
                back,
              ),
            )
            machine.runs(ms)
            expect(clock.look(true)).toEqual({ happenings: [], isTorn: false })
            const went = (clock.now() ?? Number.NaN) - before
            expect(Math.abs(went - ms)).toBeLessThanOrEqual(ms * 500e-6 + 1e-3)
            expect(Math.abs(offOf({ clock, truth }))).toBeLessThanOrEqual(
              (clock.state().errorMs ?? 0) + 0.2,
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('alone, its bound grows with time, until it is no longer called synced', () => {
    const { machine, clock } = running()
    machine.runs(HOUR_MS)
    expect(clock.state()).toMatchObject({ grade: 'synced' })
    expect(clock.state().errorMs).toBeGreaterThan(360)
    machine.runs(5 * HOUR_MS)
    expect(clock.state().grade).toBe('restored')
    machine.runs(30 * DAY_MS)
    expect(clock.state().errorMs).toBeGreaterThan(259_000)
  })

  test.each([
    ['an hour ahead', HOUR_MS],
    ['an hour back', -HOUR_MS],
    ['ten years ahead', 10 * YEAR_MS],
    ['to 1970', -NOW],
    ['back by a leap second', -1_000],
  ])('does not care when somebody sets the system %s, and tells of it once', (_name, byMs) => {
    const { machine, clock, truth } = running()
    machine.runs(1_000)
    machine.systemIsSet(byMs)
    expect(clock.look(true)).toEqual({
      happenings: [{ what: 'system-set', byMs }],
      isTorn: false,
    })
    expect(clock.look(true).happenings).toEqual([])
    expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(5)
  })

  test('after the machine slept it is right at once, and what was on is torn', () => {
    const { machine, clock, truth } = running()
    machine.sleeps(3 * HOUR_MS)
    expect(clock.look(true)).toEqual({
      happenings: [{ what: 'suspended', byMs: 3 * HOUR_MS }],
      isTorn: true,
    })
    expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(5)
    expect(clock.state().grade).toBe('restored')
    agree(machine, clock, truth)
    expect(clock.state().grade).toBe('synced')
  })

  const serverIsSet = (byMs: number) => {
    const run = running()
    // A time server, or somebody's hand, has set the system to the same.
    run.machine.systemIsSet(byMs)
    expect(run.clock.look(false).happenings).toEqual([{ what: 'system-set', byMs }])
    agree(run.machine, run.clock, () => run.truth() + byMs)
    return run
  }

  test('a server that was set by seconds is followed when nothing is on, not before', () => {
    const { machine, clock, truth } = serverIsSet(10_000)
    expect(clock.look(true)).toEqual({ happenings: [], isTorn: false })
    expect(clock.isAboutToStep()).toBe(true)
    machine.runs(30_000)
    expect(clock.look(true).isTorn).toBe(false)
    expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(5)
    expect(clock.look(false).happenings).toEqual([{ what: 'stepped', byMs: 10_000 }])
    expect(clock.isAboutToStep()).toBe(false)
    expect(Math.abs(offOf({ clock, truth }) - 10_000)).toBeLessThan(5)
  })

  /** The server says the same for a while, asked every 20 s. */
  const insists = (
    { machine, clock, truth }: Pick<ReturnType<typeof running>, 'machine' | 'clock' | 'truth'>,
    byMs: number,
    forMs: number,
  ) => {
    for (let ms = 0; ms < forMs; ms += 20_000) {
      clock.addSample(
        exchange(machine.sources.mono() - 5, truth() + byMs - machine.sources.mono(), 2, 2),
      )
      machine.runs(20_000)
    }
  }

  test.each([
    ['six hours ahead', 6 * HOUR_MS],
    ['half a minute ahead', 30_000],
    ['an hour back', -HOUR_MS],
    ['to the year 2199', 173 * YEAR_MS],
  ])(
    'what the server alone says does not set it %s: refused, and told once in six hours',
    (_name, byMs) => {
      const run = running()
      const { clock, truth } = run
      insists(run, byMs, HOUR_MS)
      expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(5)
      expect(clock.look(false)).toMatchObject({
        happenings: [],
        refusedMs: expect.closeTo(byMs, -3),
      })
      expect(clock.look(false).refusedMs).toBeUndefined()
      const refused = clock.refusedStep()
      expect(Math.abs((refused?.byMs ?? 0) - byMs)).toBeLessThan(1_000)
      expect(Math.abs((refused?.since ?? 0) - truth() + HOUR_MS)).toBeLessThan(30_000)
      insists(run, byMs, 6.2 * HOUR_MS)
      expect(clock.look(false).refusedMs).toBeDefined()
      // The server is right again: nothing was moved, and nothing is refused any more.
      agree(run.machine, clock, truth)
      expect(clock.refusedStep()).toBeNull()
      expect(clock.state().grade).toBe('synced')
      expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(5)
    },
  )

  test('a system that agrees with the clock, or that nothing keeps, seconds nobody', () => {
    for (const isKept of [true, false]) {
      const machine = aMachine(NOW)
      const sources = { ...machine.sources, isSystemKept: () => isKept }
      const clock = createClock(join(tempFolder(), 'clock.json'), sources)
      const truth = trueTime(machine, NOW)
      agree(machine, clock, truth)
      if (!isKept) machine.systemIsSet(HOUR_MS)
      insists({ machine, clock, truth }, HOUR_MS, 60_000)
      clock.look(false)
      expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(5)
    }
  })

  test('a server that says the same for a day, without a second source, is believed in the end', () => {
    const run = running()
    insists(run, -HOUR_MS, 23.9 * HOUR_MS)
    expect(Math.abs(offOf(run))).toBeLessThan(5)
    insists(run, -HOUR_MS, 0.3 * HOUR_MS)
    expect(run.clock.look(false).happenings).toMatchObject(
      [{ what: 'synced' }, { what: 'stepped' }].slice(1),
    )
    expect(Math.abs(offOf(run) + HOUR_MS)).toBeLessThan(5_000)
    expect(run.clock.refusedStep()).toBeNull()
  })

  test('a server that changes its mind in between begins from the start', () => {
    const run = running()
    for (let hours = 0; hours < 30; hours++) insists(run, (hours % 2 ? 1 : 2) * HOUR_MS, HOUR_MS)
    expect(Math.abs(offOf(run))).toBeLessThan(5)
  })

  test('at start, a time before what is written on the disk is refused; a silent device believes it in an hour', () => {
    const { machine, path } = afterRun()
    machine.boots(NOW - 40 * YEAR_MS, false)
    const { clock } = open(machine, path)
    clock.isAfter(NOW + 10 * HOUR_MS)
    const truth = trueTime(machine, NOW + HOUR_MS)
    insists({ machine, clock, truth }, 0, 0.9 * HOUR_MS)
    expect(clock.now()).toBeUndefined()
    expect(clock.look(false).refusedMs).toBeDefined()
    insists({ machine, clock, truth }, 0, 0.2 * HOUR_MS)
    expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(1_000)
  })

  test('at start, after a power cut, a time after what is written on the disk is taken', () => {
    const { machine, path } = afterRun()
    // A chip without a battery: the system stands where it was switched off.
    machine.boots(NOW + 60_000)
    const { clock } = open(machine, path)
    expect(clock.state().grade).toBe('restored')
    const truth = trueTime(machine, NOW + 5 * HOUR_MS)
    agree(machine, clock, truth)
    clock.look(false)
    expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(1_000)
  })

  test('started again while the machine ran on, it is not set by more than a minute by the server alone', () => {
    const { machine, path } = afterRun()
    const truth = trueTime(machine, open(machine, path).clock.now() ?? 0)
    const { clock } = open(machine, path)
    insists({ machine, clock, truth }, 6 * HOUR_MS, HOUR_MS)
    clock.look(false)
    expect(Math.abs(offOf({ clock, truth }))).toBeLessThan(1_000)
    expect(clock.refusedStep()).not.toBeNull()
  })

  test('it does not wait for ever', () => {
    const { machine, clock } = serverIsSet(10_000)
    clock.look(true)
    machine.runs(11 * 60_000)
    expect(clock.look(true)).toMatchObject({ isTorn: true })
  })

  test('what is on at the wrong hour is not waited for', () => {
    const { clock } = serverIsSet(-HOUR_MS)
    expect(clock.look(true)).toEqual({
      happenings: [{ what: 'stepped', byMs: -HOUR_MS }],
      isTorn: true,
    })
  })
})
