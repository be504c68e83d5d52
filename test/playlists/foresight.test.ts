import { describe, expect, test } from 'vitest'
import { bandsOf, blocksOf, coverageOf, explainAt, misfitsOf, occurrencesOf } from '#playlists'
import { Block, Explanation, type Schedule } from '#protocol'
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
      { date: DATE, from: instant('2024-11-12T23:30:00'), to: instant('2024-11-13T00:10:00') },
      {
        date: '2024-11-18',
        from: instant('2024-11-18T23:30:00'),
        to: instant('2024-11-19T00:10:00'),
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
