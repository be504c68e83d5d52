import { describe, expect, test } from 'vitest'
import { bandsOf, blocksOf, coverageOf, explainAt, misfitsOf, occurrencesOf } from '#playlists'
import { type Asset, Block, Explanation, type Policy, type Schedule } from '#protocol'
import { aCampaign, anAsset, aPlaylist, aSchedule, aTheme, DEVICE } from '../support/builders.ts'
import { compilerOf, DATE, EVERY_DAY, MINUTE_MS, placeOf, planOf } from '../support/law.ts'

const theme = aTheme('1.1', ['1'])
const campaigns = [aCampaign({ themes: [theme] })]
const clips = [4, 6].map((minutes) =>
  anAsset({ durationMs: minutes * MINUTE_MS, themeIds: [theme.id] }),
)
const music = anAsset({ durationMs: 5 * MINUTE_MS })
const expired = anAsset({ validTo: '2024-01-01' })
const playlist = aPlaylist([...clips, expired])
const interlude = aPlaylist([music])
const world = { assets: [...clips, music, expired], playlists: [playlist, interlude], campaigns }
const instant = (text: string) => Date.parse(`${text}+07:00`)

describe('[FS1] occurrences', () => {
  const schedule = aSchedule(playlist, {
    time: {
      startTime: '23:30',
      endTime: '00:10',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,TU',
    },
  })
  const named = aSchedule(playlist, { time: { ...schedule.time, daypart: 'toi' } })
  test('are the windows, whatever else is on', () => {
    expect(
      occurrencesOf(
        compilerOf(world),
        schedule,
        placeOf({ broadcastWindows: [] }),
        DATE,
        '2024-11-18',
      ),
    ).toEqual([
      {
        date: DATE,
        from: instant('2024-11-12T23:30:00'),
        to: instant('2024-11-13T00:10:00'),
        roundsAt: [],
      },
      {
        date: '2024-11-18',
        from: instant('2024-11-18T23:30:00'),
        to: instant('2024-11-19T00:10:00'),
        roundsAt: [],
      },
    ])
  })
  test('have the times of the daypart, and are none where it does not exist', () => {
    const toi = { code: 'toi', name: 'Tối', startTime: '19:00', endTime: '19:30' }
    const dayparts = [{ ...toi, exceptions: [{ weekday: 1, times: null }] }]
    expect(
      occurrencesOf(compilerOf(world), named, placeOf({ dayparts }), DATE, '2024-11-18'),
    ).toMatchObject([{ date: DATE, from: instant('2024-11-12T19:00:00') }])
    expect(occurrencesOf(compilerOf(world), named, placeOf(), DATE, '2024-11-18')).toEqual([])
  })
})

describe('[SQ6] playlists that do not fit', () => {
  const misfits = (change: Parameters<typeof aSchedule>[1]) =>
    misfitsOf(compilerOf(world), [aSchedule(playlist, change)], placeOf(), DATE, '2024-11-14')

  test.each<[string, string, Partial<Schedule>, unknown[]]>([
    [
      'too short',
      '05:30',
      {},
      [{ kind: 'short', windowMs: 30 * MINUTE_MS, playlistMs: 10 * MINUTE_MS }],
    ],
    [
      'too long',
      '05:08',
      {},
      [{ kind: 'long', windowMs: 8 * MINUTE_MS, playlistMs: 10 * MINUTE_MS }],
    ],
    ['just right', '05:10', {}, []],
    ['a loop fills it', '05:30', { fill: 'repeat' }, []],
    [
      'rounds and silence count',
      '05:22',
      { repeats: { count: 2, gapMs: 3 * MINUTE_MS } },
      [{ kind: 'long', playlistMs: 23 * MINUTE_MS }],
    ],
  ])('%s', (_name, endTime, change, expected) => {
    const found = misfits({ ...change, time: { endTime } })
    expect(found).toMatchObject(
      expected.map((misfit) => ({ ...(misfit as object), firstDate: DATE })),
    )
    expect(found).toHaveLength(expected.length)
  })
})

describe('[SQ6] what policy leaves of the window is what counts', () => {
  const twelve = [1, 2, 3, 4, 5].map(() => anAsset({ durationMs: 12 * MINUTE_MS }))
  const list = aPlaylist(twelve)
  const hour = (change: Parameters<typeof aSchedule>[1] = {}) =>
    aSchedule(list, { ...change, time: { endTime: '06:00', ...change.time } })
  const quiet = (endTime: string) => [{ startTime: '04:00', endTime, weekdays: EVERY_DAY }]
  const misfits = (policy: Partial<Policy>, schedule = hour()) =>
    misfitsOf(
      compilerOf({ assets: twelve, playlists: [list] }),
      [schedule],
      placeOf(policy),
      DATE,
      DATE,
    ).map(({ kind, windowMs, playlistMs }) => [kind, playlistMs / MINUTE_MS, windowMs / MINUTE_MS])

  test.each<[string, Partial<Policy>, unknown[]]>([
    ['all of it', {}, []],
    ['half of it is quiet', { quietHours: quiet('05:30') }, [['long', 60, 30]]],
    ['a third of it is quiet', { quietHours: quiet('05:20') }, [['long', 60, 40]]],
    ['20 minutes a day', { minutesPerDay: 20 }, [['long', 60, 20]]],
    ['45 minutes a session', { minutesPerSession: 45 }, [['long', 60, 45]]],
    ['no session', { sessionsPerDay: 0 }, [['long', 60, 0]]],
    ['limits that are wide enough', { minutesPerDay: 60, sessionsPerDay: 1 }, []],
  ])('%s', (_name, policy, expected) => {
    expect(misfits(policy)).toEqual(expected)
  })

  test('what limits do not bind is not measured by them', () => {
    const policy = { minutesPerDay: 20 }
    expect(misfits(policy, hour({ exception: { reason: 'Theo công điện' } }))).toEqual([])
    expect(misfits(policy, hour({ priority: 'emergency' }))).toEqual([])
  })

  test('rounds are sessions of their own where they lie far apart', () => {
    const rounds = hour({
      repeats: { count: 2, gapMs: 15 * MINUTE_MS },
      time: { endTime: '07:30' },
    })
    expect(misfits({ minutesPerSession: 60 }, rounds)).toEqual([['short', 135, 150]])
    expect(misfits({ minutesPerSession: 50 }, rounds)).toEqual([['long', 120, 100]])
  })
})

describe('[FS2] blocks', () => {
  const regular = aSchedule(playlist, { name: 'Thường' })
  const breaking = aSchedule(interlude, {
    name: 'Ưu tiên',
    priority: 'priority',
    time: { startTime: '05:02', endTime: '05:30' },
  })
  const rival = aSchedule(interlude, { name: 'Trùng', time: { startTime: '05:08' } })
  const blocks = (schedules: Schedule[], groups = 1, policy = {}) =>
    blocksOf(
      compilerOf(world),
      Array.from({ length: groups }, (_, index) => ({
        schedules,
        place: placeOf(policy),
        devices: [`a${index}`, `b${index}`],
      })),
      DATE,
      DATE,
      new Set([regular.id]),
    )

  test('say when, what, where something else is heard, and what is withheld', () => {
    const [block, other] = blocks([regular, breaking]).map((each) => Block.parse(each))
    expect(block).toEqual({
      from: instant('2024-11-12T05:00:00'),
      to: instant('2024-11-12T05:10:00'),
      schedule: { id: regular.id, name: 'Thường' },
      channel: 'audio',
      priority: 'normal',
      themeCodes: ['1.1'],
      devices: 2,
      withheld: 1,
      overridden: [{ from: instant('2024-11-12T05:02:00'), to: instant('2024-11-12T05:07:00') }],
      isConflict: false,
      isDraft: true,
    })
    expect(other).toMatchObject({ overridden: [], isDraft: false, themeCodes: [] })
  })
  test('show conflicts on both sides', () => {
    expect(blocks([regular, rival]).map(({ isConflict }) => isConflict)).toEqual([true, true])
  })
  test('of hearers of the same are one, with all their devices', () => {
    expect(blocks([regular], 3).map(({ devices }) => devices)).toEqual([6])
  })
  test('of what policy keeps silent are as long as the window', () => {
    const [block] = blocks([regular], 1, { broadcastWindows: [] })
    const whole = { from: instant('2024-11-12T05:00:00'), to: instant('2024-11-12T05:30:00') }
    expect(block).toMatchObject({ ...whole, overridden: [whole] })
  })
  test('go on after midnight', () => {
    const late = aSchedule(playlist, { time: { startTime: '23:55', endTime: '00:30' } })
    expect(blocks([late])).toMatchObject([{ to: instant('2024-11-13T00:05:00'), overridden: [] }])
  })
})

describe('[FS3] coverage', () => {
  const covered = (schedules: Schedule[]) => coverageOf([planOf(world, schedules)]).get(theme.id)

  test('counts plays where they begin and minutes where they are on air', () => {
    expect(covered([aSchedule(playlist)])).toMatchObject({ plays: 2, minutes: 10 })
    const loop = aSchedule(playlist, { fill: 'repeat', time: { endTime: '05:44' } })
    expect(covered([loop])).toMatchObject({ plays: 9, minutes: 44 })
  })
  test('an interruption takes minutes, and plays only where it hides their beginning', () => {
    const breaking = aSchedule(interlude, {
      priority: 'emergency',
      time: { startTime: '05:03', endTime: '05:30' },
    })
    expect(covered([aSchedule(playlist), breaking])).toMatchObject({ plays: 1, minutes: 5 })
  })
})

describe('[FS4] why', () => {
  const regular = aSchedule(playlist, { name: 'Thường' })
  const breaking = aSchedule(interlude, {
    name: 'Ưu tiên',
    priority: 'priority',
    time: { startTime: '05:02', endTime: '05:30' },
  })
  const rival = aSchedule(interlude, { name: 'Trùng', time: { startTime: '05:01' } })
  const silent = aSchedule(aPlaylist([expired]), { name: 'Hết hạn' })
  const why = (time: string, policy = {}, schedules = [regular, breaking, rival]) => {
    const of = explainAt(
      compilerOf(world),
      { schedules, place: placeOf(policy) },
      instant(`2024-11-12T${time}`),
    )
    return Explanation.parse({ deviceId: DEVICE, at: 1, publication: 1, channels: [of] })
      .channels[0]
  }
  const others = (...args: Parameters<typeof why>) =>
    Object.fromEntries(
      why(...args)?.others.map(({ schedule, reason }) => [schedule.name, reason]) ?? [],
    )

  test('what is on, and what it holds back', () => {
    expect(why('05:03:00')?.entry).toMatchObject({
      from: instant('2024-11-12T05:02:00'),
      to: instant('2024-11-12T05:07:00'),
      because: { schedules: [{ name: 'Ưu tiên' }], overrode: ['Thường', 'Trùng'] },
    })
    expect(others('05:03:00')).toEqual({ Thường: 'lower-class', Trùng: 'lower-class' })
    expect(others('05:01:30')).toEqual({ Trùng: 'conflict' })
  })
  test('between two rounds, and while it waits for another to end, its turn comes later', () => {
    const rounds = aSchedule(interlude, {
      name: 'Mỗi 15 phút',
      cadence: { kind: 'interval', minutes: 15 },
      time: { startTime: '08:00', endTime: '08:30' },
    })
    expect(others('08:10:00', {}, [rounds])).toEqual({ 'Mỗi 15 phút': 'later' })
    expect(others('08:25:00', {}, [rounds])).toEqual({ 'Mỗi 15 phút': 'ended' })
    // Where a limit cut the round before, that is why.
    const hours = aSchedule(playlist, {
      name: 'Mỗi giờ',
      cadence: { kind: 'hourly', minute: 0 },
      time: { startTime: '08:00', endTime: '10:00' },
    })
    const most = { minutesPerSession: 2 }
    expect(others('08:02:30', most, [hours])).toEqual({ 'Mỗi giờ': 'policy' })
    expect(others('08:30:00', {}, [hours])).toEqual({ 'Mỗi giờ': 'later' })
    const queued = aSchedule(interlude, {
      name: 'Chờ',
      onConflict: 'queue',
      time: { startTime: '05:01', endTime: '05:30' },
    })
    expect(others('05:02:00', {}, [regular, queued])).toEqual({ Chờ: 'later' })
  })
  test('of two with the same name each stands by itself, and nothing is said twice', () => {
    const namesakes = [1, 2].map(() =>
      aSchedule(playlist, { name: 'Sáng', time: { startTime: '05:00', endTime: '05:30' } }),
    )
    const urgent = aSchedule(interlude, {
      name: 'Sáng',
      priority: 'live',
      time: { startTime: '05:03', endTime: '05:30' },
    })
    const all = why('05:04:00', {}, [...namesakes, urgent])
    expect(all?.entry?.because).toMatchObject({
      schedules: [{ id: urgent.id }],
      overrode: ['Sáng', 'Sáng'],
      overrodeIds: namesakes.map(({ id }) => id),
    })
    expect(all?.others.map(({ schedule }) => schedule.id)).toEqual(namesakes.map(({ id }) => id))
    expect(why('05:01:00', {}, namesakes)?.entry?.because).toMatchObject({
      schedules: [{ id: namesakes[0]?.id }],
      overrodeIds: [namesakes[1]?.id],
    })
    // That the second is in conflict is said once, and what is withheld of each is said of each.
    const beneath = why('05:01:00', {}, namesakes)
    expect(beneath?.others).toMatchObject([{ reason: 'conflict' }])
    expect(beneath?.withheld.map(({ scheduleId, reason }) => [scheduleId, reason])).toEqual(
      namesakes.map(({ id }) => [id, 'not-valid']),
    )
  })
  test('an item that is left out because it began beneath another is in conflict, not below', () => {
    const [one, two] = [[4], [10, 10]].map((minutes) =>
      minutes.map((each) => anAsset({ durationMs: each * MINUTE_MS })),
    ) as [Asset[], Asset[]]
    const [own, later] = [aPlaylist(one), aPlaylist(two)]
    const first = aSchedule(own, { name: 'Trước' })
    const second = aSchedule(later, { name: 'Sau', time: { startTime: '05:02' } })
    const at = (time: string) =>
      explainAt(
        compilerOf({ assets: [...one, ...two], playlists: [own, later] }),
        { schedules: [first, second], place: placeOf() },
        instant(`2024-11-12T${time}`),
      )
    expect(at('05:08:00')).toMatchObject({
      entry: null,
      others: [
        { schedule: { name: 'Trước' }, reason: 'ended' },
        { schedule: { name: 'Sau' }, reason: 'conflict' },
      ],
      next: { from: instant('2024-11-12T05:12:00') },
    })
  })
  test('why nothing is on', () => {
    expect(why('05:20:00')?.entry).toBeNull()
    expect(others('05:20:00')).toEqual({ Thường: 'ended', 'Ưu tiên': 'ended', Trùng: 'ended' })
    expect(others('05:20:00', { broadcastWindows: [] }, [regular])).toEqual({ Thường: 'policy' })
    const windows = [{ startTime: '05:00', endTime: '05:05', weekdays: EVERY_DAY }]
    expect(others('05:20:00', { broadcastWindows: windows }, [regular])).toEqual({
      Thường: 'policy',
    })
    expect(others('05:08:00', { minutesPerDay: 5 }, [regular])).toEqual({ Thường: 'policy' })
    const list = { ...aPlaylist([expired]), id: silent.playlistId }
    const of = explainAt(
      compilerOf({ ...world, playlists: [list] }),
      { schedules: [silent], place: placeOf() },
      instant('2024-11-12T05:01:00'),
    )
    expect(of).toMatchObject({
      entry: null,
      others: [{ reason: 'withheld' }],
      withheld: [{ assetId: expired.id, reason: 'not-valid' }],
    })
  })
  test('what comes next, today or on another day', () => {
    expect(why('05:03:00')?.next?.from).toBe(instant('2024-11-12T05:07:00'))
    expect(why('05:20:00')?.next?.from).toBe(instant('2024-11-13T05:00:00'))
  })
})

describe('[FS5] the bands of a policy', () => {
  const window = (startTime: string, endTime: string, weekdays = EVERY_DAY) => ({
    startTime,
    endTime,
    weekdays,
  })
  test('are those of the days asked about, and what reaches into them', () => {
    const place = placeOf({
      broadcastWindows: [window('05:00', '06:30', [2]), window('06:00', '07:00', [2])],
      quietHours: [window('21:00', '05:00')],
    })
    expect(bandsOf(compilerOf(world), place, DATE, '2024-11-13')).toEqual({
      days: { from: instant('2024-11-12T00:00:00'), to: instant('2024-11-14T00:00:00') },
      windows: [{ from: instant('2024-11-12T05:00:00'), to: instant('2024-11-12T07:00:00') }],
      quiet: [
        { from: instant('2024-11-12T00:00:00'), to: instant('2024-11-12T05:00:00') },
        { from: instant('2024-11-12T21:00:00'), to: instant('2024-11-13T05:00:00') },
        { from: instant('2024-11-13T21:00:00'), to: instant('2024-11-14T00:00:00') },
      ],
    })
  })
  test('are all day where nothing is laid down, and nowhere where nothing is allowed', () => {
    const { days, windows, quiet } = bandsOf(compilerOf(world), placeOf(), DATE, DATE)
    expect(windows).toEqual([days])
    expect(quiet).toEqual([])
    const never = placeOf({ broadcastWindows: [] })
    expect(bandsOf(compilerOf(world), never, DATE, DATE).windows).toEqual([])
  })
  test('follow a zone that changes its clocks', () => {
    const place = placeOf({ quietHours: [window('01:00', '03:00')] }, { timeZone: 'Europe/Berlin' })
    const { days, quiet } = bandsOf(compilerOf(world), place, '2024-10-27', '2024-10-27')
    expect(days.to - days.from).toBe(25 * 60 * MINUTE_MS)
    expect(quiet.map(({ from, to }) => (to - from) / MINUTE_MS)).toEqual([180])
  })
})

test('[RC12] a stored rule that is refused by now is withheld by name on every day from its start on', () => {
  const refused = aSchedule(playlist, {
    name: 'Cũ',
    time: { startDate: DATE, rrule: 'FREQ=WEEKLY;BYDAY=2TU', extraDates: ['2024-11-20'] },
  })
  const other = aSchedule(interlude, { time: { startTime: '17:00', endTime: '17:30' } })
  const heard = [refused, other]
  const compiler = compilerOf(world)
  const days = compiler.span(heard, placeOf(), '2024-11-11', '2024-11-20')
  const said = days.map(({ plan }) =>
    plan.withheld
      .filter(({ scheduleId }) => scheduleId === refused.id)
      .map(({ schedule, reason }) => `${schedule}: ${reason}`),
  )
  expect(days.map(({ plan }) => plan.segments.length)).toEqual(days.map(() => 1))
  expect(said).toEqual([[], ...Array.from({ length: 9 }, () => ['Cũ: recurrence-refused'])])
  expect(occurrencesOf(compiler, refused, placeOf(), '2024-11-11', '2024-11-20')).toEqual([])
  const why = explainAt(
    compiler,
    { schedules: heard, place: placeOf() },
    instant('2024-11-12T12:00:00'),
  )
  expect(why.withheld).toMatchObject([{ schedule: 'Cũ', reason: 'recurrence-refused' }])
})
