import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { timelineOf } from '#playlists/timeline'
import type { Fault, JournalRecord, Manifest, Play, Segment, Sha256 } from '#protocol'
import { createConductor } from '../../player/conduct/conductor.ts'
import { outcomeOf } from '../../player/conduct/play-of.ts'
import { openJournal } from '../../player/journal/journal.ts'
import type { Cue, Stage, StageEnd, StageEvents } from '../../player/stage/stage.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { AREA, anAsset, aPlaylist, aSchedule, DEVICE, sha } from '../support/builders.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** A stage that plays on time and makes no sound; a test can make it fail. */
const quietStage = () => {
  const cues: Cue[] = []
  const stopped: string[] = []
  let events: StageEvents | undefined
  let output: string | null = 'quiet'
  let refusal: Error | undefined
  let onRefused = () => {}
  let isTooLate = false
  const timers = new Map<string, NodeJS.Timeout[]>()
  const measured = { kind: 'screen' as const, output: 'quiet', frames: 1, picture: null }
  let ending: Partial<StageEnd> = {}
  const end = (key: string, startMono: number | null, reason: StageEnd['reason']) => {
    for (const timer of timers.get(key) ?? []) clearTimeout(timer)
    if (timers.delete(key))
      events?.onEnded(key, {
        startMono,
        endMono: startMono === null ? null : monotonicMs(),
        measured,
        reason,
        ...ending,
      })
  }
  const begun = new Map<string, number>()
  let ahead = 0
  const now = () => Date.now() + ahead
  const stage: Stage = {
    leadMs: 300,
    async prepare() {},
    async cue(cue) {
      cues.push(cue)
      if (refusal) {
        const error = refusal
        onRefused()
        throw error
      }
      if (isTooLate) {
        const unheard = { startMono: null, endMono: null, measured }
        setImmediate(() => events?.onEnded(cue.key, { ...unheard, reason: 'stopped' }))
        return
      }
      const inMs = Math.max(0, cue.from - now())
      const show = () => {
        begun.set(cue.key, monotonicMs())
        events?.onStarted(cue.key, { mono: monotonicMs(), errorMs: 0.5, skippedMs: 0 })
      }
      timers.set(cue.key, [
        setTimeout(show, inMs),
        setTimeout(() => end(cue.key, begun.get(cue.key) ?? null, 'done'), cue.to - now()),
      ])
    },
    stop(key) {
      stopped.push(key)
      end(key, begun.get(key) ?? null, 'stopped')
    },
    output: () => output,
    async close() {},
  }
  return {
    cues,
    stopped,
    open: (given: StageEvents) => {
      events = given
      return stage
    },
    setClock: (byMs: number) => {
      ahead += byMs
    },
    setOutput: (name: string | null) => (output = name),
    endWith: (more: Partial<StageEnd>) => (ending = more),
    refuse(error: Error, then = () => {}) {
      refusal = error
      onRefused = then
    },
    fault: (fault: Fault | null) => events?.onFault(fault),
    accept: () => (refusal = undefined),
    /** From now on its output holds too much already for what is cued. */
    beTooLate: () => (isTooLate = true),
    /** Everything that was cued ends. */
    end: (reason: StageEnd['reason']) => {
      for (const key of [...timers.keys()]) end(key, begun.get(key) ?? null, reason)
    },
  }
}

const SCHEDULE = { id: aSchedule(aPlaylist([])).id, name: 'Lịch' }

const segment = (from: number, durations: number[], change: Partial<Segment> = {}): Segment => ({
  from,
  to: from + durations.reduce((sum, ms) => sum + ms, 0),
  anchor: from,
  repeat: false,
  volume: 80,
  items: durations.map((durationMs, index) => ({
    assetId: anAsset().id,
    sha256: sha(`item ${index}`),
    mime: 'image/webp',
    kind: 'image',
    title: `Mục ${index}`,
    themes: [],
    approvedBy: 'Lan',
    durationMs,
    role: 'item',
    gainDb: 0,
    fallback: null,
    schedule: SCHEDULE,
  })),
  because: {
    schedules: [SCHEDULE],
    priority: 'normal',
    overrode: [],
    breaks: [],
  },
  ...change,
})

const manifest: Manifest = {
  v: 1,
  deviceId: DEVICE,
  revision: 3,
  issuedAt: 1,
  playUntil: Date.now() + 86_400_000,
  device: {
    name: 'Bảng',
    area: { id: AREA, code: '1', path: ['Xã'] },
    timeZone: 'UTC',
    channels: ['screen'],
    canvas: null,
  },
  days: [],
  media: [],
  relayHosts: [],
}

const start = () => {
  const folder = tempFolder()
  const stage = quietStage()
  const media = new Map<string, number>()
  const journal = openJournal<Play>(join(folder, 'journal.db'), DEVICE)
  let time: number | undefined = 0
  let isHeld = false
  let arrivals = 0
  const checks: 'throws'[] = []
  let offset = Date.now() - monotonicMs()
  const conductor = createConductor({
    channel: 'screen',
    clock: {
      now: () => (time === undefined ? undefined : monotonicMs() + offset),
      toMono: (at) => at - offset,
      fromMono: (mono) => mono + offset,
      state: () => ({ grade: 'synced', errorMs: 0 }),
      addSample() {},
      save() {},
    },
    cache: {
      has: (sha256: Sha256) => media.has(sha256),
      arrivalOf: (sha256: Sha256) => media.get(sha256),
      check: async () => {
        if (checks.shift() === 'throws') throw new Error('EROFS')
        return 'intact'
      },
      pathOf: (sha256: Sha256) => sha256,
    } as never,
    journal,
    stamp: () => ({ at: Date.now(), clock: { grade: 'synced', errorMs: 0 } }),
    log: pino({ level: 'silent' }),
    openStage: stage.open,
    onChange() {},
    onRecord() {},
    isHeld: () => isHeld,
  })
  onTestFinished(() => conductor.close())
  const events = () =>
    journal.unsent(100).records.map((bytes) => (JSON.parse(bytes) as JournalRecord).event)
  const plays = (): Play[] =>
    events().flatMap((event) => (event.kind === 'play' ? [event.play] : []))
  return {
    stage,
    conductor,
    journal,
    plays,
    events,
    hold: (held: boolean) => {
      isHeld = held
    },
    /** The stage goes by the same clock. */
    setClock: (byMs: number) => {
      offset += byMs
      stage.setClock(byMs)
    },
    loseTime: () => (time = undefined),
    fetched: (...names: number[]) => {
      for (const name of names) media.set(sha(`item ${name}`), ++arrivals)
    },
    lost: (name: number) => media.delete(sha(`item ${name}`)),
    checks,
    plan: (...segments: Segment[]) =>
      conductor.setPlan(timelineOf([{ startsAt: 0, sha256: sha('plan'), segments }]), manifest),
  }
}

const told = (plays: Play[]) =>
  plays.map(({ asset, outcome, cause }) => [asset.title, outcome, cause])

describe('the conductor', () => {
  test('brings out a plan item by item, and writes down each', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0, 1)
    const from = Date.now() + 600
    plan(segment(from, [400, 500]))
    await until(() => plays().length === 2)
    expect(told(plays())).toEqual([
      ['Mục 0', 'completed', null],
      ['Mục 1', 'completed', null],
    ])
    expect(plays()[0]).toMatchObject({
      plannedStartAt: from,
      plannedEndAt: from + 400,
      startErrorMs: 0.5,
      revision: 3,
      planSha256: sha('plan'),
    })
    expect(stage.cues.map(({ from: at, offsetMs }) => [at, offsetMs])).toEqual([
      [from, 0],
      [from + 400, 0],
    ])
  })

  test('joins what is on already at its position, and says so', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    const from = Date.now() - 5_000
    plan(segment(from, [6_000]))
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'partial', 'joined-late']])
    expect(stage.cues[0]?.offsetMs).toBeGreaterThan(4_900)
    expect(plays()[0]?.startErrorMs).toBeNull()
  })

  test('what never came in time is written down as such, and does not hold up what follows', async () => {
    const { plan, plays, fetched } = start()
    fetched(1)
    plan(segment(Date.now() + 500, [600, 500]))
    await until(() => plays().length === 2)
    expect(told(plays())).toEqual([
      ['Mục 0', 'failed', 'media-missing'],
      ['Mục 1', 'completed', null],
    ])
  })

  test('media that arrive late are joined for what is left', async () => {
    const { plan, plays, fetched } = start()
    plan(segment(Date.now() + 300, [2_000]))
    await new Promise((resolve) => setTimeout(resolve, 900))
    fetched(0)
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'partial', 'joined-late']])
  })

  test('a new plan ends what it no longer holds, and leaves alone what it still does', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0, 1)
    const on = segment(Date.now() - 100, [3_000, 500])
    plan(on)
    await until(() => stage.cues.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    plan(on)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(stage.stopped).toEqual([])
    plan()
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'partial', 'plan-changed']])
  })

  test('an emergency that arrives takes the channel at once, and the record of what it cut names it', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0, 1)
    const usual = segment(Date.now() - 100, [3_000])
    plan(usual)
    await until(() => stage.cues.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 500))
    // The server's clock is ahead of ours: by ours the emergency begins in a moment.
    const now = Date.now() + 30
    const urgent = segment(now, [500], { because: { ...usual.because, priority: 'emergency' } })
    const items = urgent.items.map((item) => ({ ...item, title: 'Khẩn', sha256: sha('item 1') }))
    plan({ ...usual, to: now }, { ...urgent, items }, { ...usual, from: now + 500 })
    await until(() => plays().length === 3)
    // A machine that does nothing else for a quarter of a second begins late, and says so.
    const [, second, third] = plays().map(({ cause }) => cause === 'joined-late')
    expect(told(plays())).toEqual([
      ['Mục 0', 'partial', 'emergency'],
      second ? ['Khẩn', 'partial', 'joined-late'] : ['Khẩn', 'completed', null],
      ['Mục 0', 'partial', third ? 'joined-late' : 'cut-by-plan'],
    ])
    // It goes on where it would have been by then.
    const { from, offsetMs } = stage.cues.at(-1) as Cue
    expect(from).toBeGreaterThanOrEqual(now + 500)
    expect(offsetMs).toBe(from - usual.from)
  })

  test('an emergency that is taken back ends as a change of the plan, not as cut by itself', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    const usual = segment(Date.now() - 100, [3_000])
    plan({ ...usual, because: { ...usual.because, priority: 'emergency' } })
    await until(() => stage.cues.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    plan()
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'partial', 'plan-changed']])
  })

  test('what a monitor heard comes after the end, and the play is in the journal before it', async () => {
    const { plan, plays, fetched, stage, journal, conductor } = start()
    fetched(0)
    const heard = {
      monitor: 'pulse',
      comparedMs: 300,
      share: 1,
      offsetMs: 0,
      snrDb: 8,
    }
    let tell: (what: typeof heard) => void = () => {}
    const measured = { kind: 'audio' as const, output: 'quiet', samples: 1, sampleRate: 48_000 }
    stage.endWith({
      measured: { ...measured, rmsDbfs: -20, peakDbfs: -3, underruns: 0 },
      heard: new Promise((resolve) => {
        tell = resolve
      }),
    })
    plan(segment(Date.now() + 300, [600]))
    await until(() => journal.leftOpen()[0]?.body.outcome === 'completed')
    expect(plays()).toEqual([])
    expect(conductor.status().now).toBeNull()
    tell(heard)
    await until(() => plays().length === 1)
    expect(plays()[0]).toMatchObject({ outcome: 'completed', measured: { kind: 'audio', heard } })
    expect(journal.leftOpen()).toEqual([])
  })

  test('what a fault tore goes on where it should be by now, as a play of its own', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    plan(segment(Date.now() + 300, [3_000]))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    stage.end('lost')
    await until(() => plays().length === 2)
    expect(told(plays())).toEqual([
      ['Mục 0', 'interrupted', 'screen-lost'],
      ['Mục 0', 'partial', 'joined-late'],
    ])
  })

  test('without a stage nothing is begun, and the record says what was missing', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    stage.setOutput(null)
    plan(segment(Date.now() + 300, [700]))
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'failed', 'screen-lost']])
    expect(stage.cues).toEqual([])
  })

  test('what cannot be decoded fails once, and is not tried for ever', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    stage.refuse(new Error('no picture'))
    plan(segment(Date.now() + 300, [1_500]))
    await new Promise((resolve) => setTimeout(resolve, 1_700))
    expect(told(plays())).toEqual([['Mục 0', 'failed', 'not-decodable']])
    expect(stage.cues).toHaveLength(1)
  })

  test('what was thrown away between its order and its first sample is ordered again', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    plan(segment(Date.now() - 100, [6_000]))
    await until(() => stage.cues.length === 1)
    // What was made ready is gone; the file itself may long be here again.
    stage.end('gone')
    await until(() => stage.cues.length === 2)
    stage.end('gone')
    await until(() => stage.cues.length === 3)
    expect(plays()).toEqual([])
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'partial', 'joined-late']])
  })

  test('what waits for its file goes by the newest plan that holds it', async () => {
    const { plan, fetched, lost, stage } = start()
    fetched(0)
    const from = Date.now() - 100
    plan(segment(from, [6_000]))
    await until(() => stage.cues.length === 1)
    lost(0)
    stage.end('gone')
    plan(segment(from, [6_000], { volume: 30 }))
    fetched(0)
    await until(() => stage.cues.length === 2)
    expect(stage.cues.map(({ volume }) => volume)).toEqual([80, 30])
  })

  test('what came too late for the output is told once', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    stage.beTooLate()
    plan(segment(Date.now() - 100, [3_000]))
    await until(() => plays().length === 1)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(told(plays())).toEqual([['Mục 0', 'failed', 'joined-late']])
    expect(stage.cues).toHaveLength(1)
  })

  test('a file that could not be looked at is looked at again', async () => {
    const { plan, plays, fetched, checks } = start()
    fetched(0)
    checks.push('throws', 'throws')
    plan(segment(Date.now() + 200, [1_500]))
    await until(() => plays().length === 1)
    expect(told(plays())).toMatchObject([['Mục 0', expect.not.stringContaining('failed'), null]])
  })

  test('what is refused because its file was just thrown away and fetched anew is ordered again', async () => {
    const { plan, plays, fetched, stage } = start()
    fetched(0)
    stage.refuse(new Error('no such file'), () => {
      fetched(0)
      stage.accept()
    })
    plan(segment(Date.now() - 100, [3_000]))
    await until(() => plays().length === 1)
    expect(told(plays())).toEqual([['Mục 0', 'partial', 'joined-late']])
    expect(stage.cues).toHaveLength(2)
  })

  test('a device that does not know the time plays nothing', async () => {
    const { plan, plays, fetched, stage, loseTime } = start()
    fetched(0)
    loseTime()
    plan(segment(Date.now() - 1_000, [60_000]))
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect([stage.cues, plays()]).toEqual([[], []])
  })

  test('being stopped ends what is on and writes it down; what had not begun leaves no trace', async () => {
    const { plan, plays, fetched, conductor, journal } = start()
    fetched(0, 1)
    plan(segment(Date.now() + 250, [700, 5_000]))
    await new Promise((resolve) => setTimeout(resolve, 800))
    await conductor.close()
    expect(told(plays())).toEqual([['Mục 0', 'interrupted', 'player-stopped']])
    expect(journal.leftOpen()).toEqual([])
  })

  test('skipped by hand, it ends, is told so, and is not joined again', async () => {
    const { plan, plays, fetched, conductor, events } = start()
    fetched(0, 1)
    const from = Date.now() + 300
    plan(segment(from, [1_500, 500]))
    await until(() => conductor.isOnAir())
    expect(conductor.skip()).toBe(true)
    expect(conductor.skip()).toBe(false)
    await until(() => plays().length === 2)
    expect(told(plays())).toEqual([
      ['Mục 0', 'partial', 'skipped'],
      ['Mục 1', 'completed', null],
    ])
    expect(events().filter(({ kind }) => kind === 'skip')).toEqual([
      {
        kind: 'skip',
        channel: 'screen',
        schedule: 'Lịch',
        title: 'Mục 0',
        plannedStartAt: from,
        why: 'by-hand',
      },
    ])
  })

  test('a clock that is set back plays nothing twice, and says what it left out', async () => {
    const { plan, plays, fetched, conductor, events, setClock, stage } = start()
    fetched(0, 1)
    const from = Date.now() + 300
    plan(segment(from, [900, 4_000]))
    await until(() => plays().length === 1 && conductor.isOnAir())
    // So much of item 1 is gone that what is left of it is told as joined late.
    await new Promise((resolve) => setTimeout(resolve, 500))
    setClock(from + 100 - Date.now())
    conductor.clockWasSet()
    // Item 1 was begun, and is torn; item 0 is due again, for the whole of its time.
    await until(() => plays().length === 3)
    expect(told(plays())).toEqual([
      ['Mục 0', 'completed', null],
      ['Mục 1', 'partial', 'clock-set'],
      ['Mục 1', 'partial', 'joined-late'],
    ])
    expect(events().filter(({ kind }) => kind === 'skip')).toMatchObject([
      { title: 'Mục 0', why: 'already-played' },
    ])
    expect(stage.cues.map(({ item }) => item.title)).toEqual(['Mục 0', 'Mục 1', 'Mục 1'])
    const [, torn, joined] = plays()
    expect(joined?.startAt ?? 0).toBeGreaterThanOrEqual((torn?.plannedStartAt ?? 0) - 5)
  })

  test('while the clock waits to be set, what is on goes on, and nothing new begins', async () => {
    const { plan, plays, fetched, stage, hold } = start()
    fetched(0, 1)
    plan(segment(Date.now() + 300, [1_200, 600]))
    await until(() => stage.cues.length === 1)
    hold(true)
    await until(() => plays().length === 1)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(told(plays()).slice(0, 1)).toEqual([['Mục 0', 'completed', null]])
    expect(stage.cues).toHaveLength(1)
  })

  test('an output that goes and comes back is told once each', async () => {
    const { stage, events } = start()
    const gone = (detail: string): Fault => ({ code: 'output-lost', detail })
    const other: Fault = { code: 'monitor-other', detail: null }
    for (const fault of [gone('unplugged'), gone('still unplugged'), null, null]) stage.fault(fault)
    // What is wrong in another way meanwhile is told too, and does not fill the journal by fluttering.
    for (const fault of [gone('again'), other, gone('again'), other, null]) stage.fault(fault)
    const lost = (reason: string) => ({ kind: 'output', channel: 'screen', state: 'lost', reason })
    const back = { kind: 'output', channel: 'screen', state: 'back', reason: null }
    expect(events()).toEqual([
      ...[lost('unplugged'), back],
      ...[lost('again'), lost('monitor-other'), back],
    ])
  })

  test('says what is on and what comes next', async () => {
    const { plan, fetched, conductor } = start()
    fetched(0, 1)
    plan(segment(Date.now() + 200, [3_000, 1_000]))
    await until(() => conductor.status().now !== null)
    expect(conductor.status()).toMatchObject({
      channel: 'screen',
      now: { title: 'Mục 0', schedule: 'Lịch' },
      next: { title: 'Mục 1' },
      output: 'quiet',
    })
  })
})

test('the first thing that went wrong names the outcome', () => {
  const good = {
    stoppedFor: undefined,
    isJoined: false,
    isPlannedShort: false,
    wasHeard: true,
    end: 'done' as const,
    measured: null,
    isMutedByHand: false,
  }
  const outcome = (change: object) => Object.values(outcomeOf({ ...good, ...change }, 'audio'))
  expect(outcome({})).toEqual(['completed', null])
  expect(outcome({ isPlannedShort: true })).toEqual(['partial', 'cut-by-plan'])
  expect(outcome({ isPlannedShort: true, isJoined: true })).toEqual(['partial', 'joined-late'])
  expect(outcome({ isJoined: true, end: 'lost' })).toEqual(['interrupted', 'output-lost'])
  expect(outcome({ wasHeard: false, end: 'lost' })).toEqual(['failed', 'output-lost'])
  // Too late for what the output held already: no output was lost.
  expect(outcome({ wasHeard: false, end: 'stopped' })).toEqual(['failed', 'joined-late'])
  expect(outcome({ stoppedFor: 'plan-changed', end: 'stopped' })).toEqual([
    'partial',
    'plan-changed',
  ])
  expect(outcome({ stoppedFor: 'skipped', end: 'stopped' })).toEqual(['partial', 'skipped'])
  expect(outcome({ stoppedFor: 'player-stopped', end: 'stopped' })).toEqual([
    'interrupted',
    'player-stopped',
  ])
  const sound = { kind: 'audio' as const, output: 'null', samples: 480_000, sampleRate: 48_000 }
  const measured = { ...sound, rmsDbfs: -20, peakDbfs: -3, underruns: 0 }
  const relay = (streamMs: number, fallbackMs: number) =>
    outcome({
      measured: { ...measured, relay: { streamMs, fallbackMs, silentMs: 0, connections: 1 } },
    })
  expect(relay(10_000, 0)).toEqual(['completed', null])
  expect(relay(7_000, 3_000)).toEqual(['partial', 'relay-lost'])
  expect(relay(0, 10_000)).toEqual(['failed', 'relay-lost'])
  const hushed = (mutedMs: number, isMutedByHand: boolean) =>
    outcome({ measured: { ...measured, mutedMs }, isMutedByHand })
  expect(hushed(2_000, true)).toEqual(['partial', 'muted'])
  expect(hushed(10_000, true)).toEqual(['failed', 'muted'])
  expect(hushed(2_000, false)).toEqual(['partial', 'emergency'])
  expect(outcome({ measured: { ...measured, rmsDbfs: null } })).toEqual(['failed', 'silent'])
})
