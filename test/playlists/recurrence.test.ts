import { describe, expect, test } from 'vitest'
import { checkRecurrence, datesOf } from '#playlists'
import type { TimeRule } from '#protocol'

const rule = (change: Partial<TimeRule>): TimeRule => ({
  startDate: '2024-11-11',
  startTime: '05:00',
  endTime: '05:30',
  daypart: null,
  rrule: null,
  extraDates: [],
  exceptDates: [],
  ...change,
})

const ZONE = 'Asia/Ho_Chi_Minh'

const dates = (change: Partial<TimeRule>, first = '2024-11-01', last = '2024-12-31') =>
  datesOf(rule(change), first, last, ZONE)

test('[RC1] without a recurrence only the start date happens', () => {
  expect(dates({})).toEqual(['2024-11-11'])
  expect(dates({}, '2024-11-12')).toEqual([])
})

describe('[RC2] a recurrence is an RRULE over dates', () => {
  test.each<[string, string, string[]]>([
    ['daily, three times', 'FREQ=DAILY;COUNT=3', ['2024-11-11', '2024-11-12', '2024-11-13']],
    [
      'every other day',
      'FREQ=DAILY;INTERVAL=2;COUNT=3',
      ['2024-11-11', '2024-11-13', '2024-11-15'],
    ],
    [
      'Mondays and Thursdays',
      'FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3',
      ['2024-11-11', '2024-11-14', '2024-11-18'],
    ],
    ['the start date is no Tuesday', 'FREQ=WEEKLY;BYDAY=TU;COUNT=2', ['2024-11-12', '2024-11-19']],
    [
      'up to and including a day',
      'FREQ=DAILY;UNTIL=20241113',
      ['2024-11-11', '2024-11-12', '2024-11-13'],
    ],
    ['the last day of the month', 'FREQ=MONTHLY;BYMONTHDAY=-1', ['2024-11-30', '2024-12-31']],
    ['the second Sunday', 'FREQ=MONTHLY;BYDAY=2SU', ['2024-12-08']],
    ['across the turn of the year', 'FREQ=DAILY;UNTIL=20250102', []],
  ])('%s', (name, rrule, expected) => {
    if (name.startsWith('across')) {
      expect(dates({ rrule }, '2024-12-30', '2025-01-31')).toEqual([
        '2024-12-30',
        '2024-12-31',
        '2025-01-01',
        '2025-01-02',
      ])
    } else expect(dates({ rrule })).toEqual(expected)
  })

  test('a span asked for in the middle counts from the start all the same', () => {
    expect(dates({ rrule: 'FREQ=DAILY;INTERVAL=3' }, '2024-11-15', '2024-11-21')).toEqual([
      '2024-11-17',
      '2024-11-20',
    ])
  })
})

test('[RC3] extra dates are added, excepted ones taken away, and the exception wins', () => {
  const change = {
    rrule: 'FREQ=DAILY;COUNT=3',
    extraDates: ['2024-11-20', '2024-11-21'],
    exceptDates: ['2024-11-12', '2024-11-21'],
  }
  expect(dates(change)).toEqual(['2024-11-11', '2024-11-13', '2024-11-20'])
})

test.each(['FREQ=HOURLY', 'FREQ=MINUTELY;COUNT=5', 'FREQ=DAILY;BYHOUR=5,17'])(
  '[RC4] %s says something below a day and is refused',
  (rrule) => {
    expect(() => checkRecurrence(rule({ rrule }), ZONE)).toThrow(
      expect.objectContaining({ code: 'recurrence-invalid' }),
    )
  },
)

describe('[RC5] a schedule that never happens is refused', () => {
  test.each<[string, Partial<TimeRule>]>([
    ['its only day is excepted', { exceptDates: ['2024-11-11'] }],
    ['31 February', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31' }],
    ['it ends before it starts', { rrule: 'FREQ=DAILY;UNTIL=20241101' }],
  ])('%s', (_name, change) => {
    expect(() => checkRecurrence(rule(change), ZONE)).toThrow(
      expect.objectContaining({ code: 'recurrence-empty' }),
    )
  })

  test('one that happens on an extra date alone is taken', () => {
    expect(() =>
      checkRecurrence(rule({ exceptDates: ['2024-11-11'], extraDates: ['2024-11-01'] }), ZONE),
    ).not.toThrow()
  })

  test.each(['nonsense', 'FREQ=OFTEN', ''])('"%s" is no rule at all', (rrule) => {
    expect(() => checkRecurrence(rule({ rrule }), ZONE)).toThrow(
      expect.objectContaining({ code: 'recurrence-invalid' }),
    )
  })
})

describe('[RC6] days that only some months or years have', () => {
  test('29 February', () => {
    const leap = { startDate: '2024-02-29', rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' }
    expect(dates(leap, '2024-01-01', '2033-12-31')).toEqual([
      '2024-02-29',
      '2028-02-29',
      '2032-02-29',
    ])
  })
  test('the 31st', () => {
    const monthly = { startDate: '2024-08-31', rrule: 'FREQ=MONTHLY;BYMONTHDAY=31' }
    expect(dates(monthly, '2024-08-01', '2024-12-31')).toEqual([
      '2024-08-31',
      '2024-10-31',
      '2024-12-31',
    ])
  })
})

describe('[RC7] what no rule over dates can say is refused by its name', () => {
  test.each([
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY=32'],
    ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH=13'],
    ['FREQ=YEARLY;BYWEEKNO=60', 'BYWEEKNO=60'],
    ['FREQ=DAILY;BYEASTER=0', 'BYEASTER=0'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0'],
    ['FREQ=DAILY;COUNT=0', 'COUNT=0'],
    ['FREQ=DAILY;COUNT=-3', 'COUNT=-3'],
    ['FREQ=DAILY;COUNT=5;UNTIL=20250101', 'COUNT, UNTIL'],
    ['FREQ=DAILY;RSCALE=GREGORIAN', 'RSCALE=GREGORIAN'],
    ['FREQ=DAILY;COUNT=1=2', 'COUNT=1=2'],
    ['FREQ=DAILY;UNTIL=20250230', 'UNTIL=20250230'],
    ['FREQ=DAILY;UNTIL=20250101T250000', 'UNTIL=20250101T250000'],
    ['FREQ=DAILY;UNTIL=99991231T235959Z', 'UNTIL=99991231T235959Z'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ=WEEKLY'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY=XX'],
    ['BYDAY=MO', 'FREQ'],
  ])('%s', (rrule, detail) => {
    expect(() => checkRecurrence(rule({ rrule }), ZONE)).toThrow(
      expect.objectContaining({ code: 'recurrence-invalid', params: { detail } }),
    )
  })
  test.each([
    'FREQ=DAILY;COUNT=2;',
    ';FREQ=DAILY',
    'FREQ=DAILY;;COUNT=2',
    'FREQ=MONTHLY;BYDAY=1TU, -1TH',
    ' FREQ=DAILY',
    'FREQ=DAILY\n',
    'RRULE:FREQ=DAILY',
    '',
  ])('%j: the punctuation is named, not the library’s own words', (rrule) => {
    expect(() => checkRecurrence(rule({ rrule }), ZONE)).toThrow(
      expect.objectContaining({
        code: 'recurrence-invalid',
        params: { detail: rrule },
        fields: [{ field: 'time.rrule', message: 'rule-punctuation' }],
      }),
    )
  })
  test.each([
    { startDate: '0024-11-11' },
    { startDate: '9999-12-31' },
    { extraDates: ['1024-11-12'] },
  ])('a slip of the hand: %j', (change) => {
    expect(() => checkRecurrence(rule(change), ZONE)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        fields: [{ field: expect.stringMatching(/Date/), message: 'date-out-of-range' }],
      }),
    )
  })
})

describe('[RC8] a rule without end', () => {
  test('a million times, and over a century later', () => {
    const million = { startDate: '2000-01-01', rrule: 'FREQ=DAILY;COUNT=1000000' }
    expect(() => checkRecurrence(rule(million), ZONE)).not.toThrow()
    expect(dates(million, '2024-11-12', '2024-11-13')).toEqual(['2024-11-12', '2024-11-13'])
    expect(dates(million, '2126-11-12', '2126-11-13')).toEqual(['2126-11-12', '2126-11-13'])
  })
  test.each([
    ['FREQ=DAILY;COUNT=1000000', 3],
    ['FREQ=WEEKLY;BYDAY=MO,WE;COUNT=100000', 2],
    ['FREQ=DAILY;COUNT=9999', 0],
    ['FREQ=DAILY;COUNT=200000', 3],
  ])('%s is counted from its start, however long ago that is', (rrule, times) => {
    const found = dates({ startDate: '2000-01-01', rrule }, '2190-01-04', '2190-01-06')
    expect(found).toHaveLength(times)
  })
  test.each([
    ['FREQ=YEARLY;BYWEEKNO=1,2;BYDAY=MO,TU;COUNT=70000', '2000-01-03', '2190-01-04', 1],
    ['FREQ=DAILY;BYMONTHDAY=31;COUNT=367', '2000-01-01', '2052-05-31', 1],
    ['FREQ=MONTHLY;COUNT=367', '2000-01-01', '2030-07-01', 1],
    ['FREQ=MONTHLY;COUNT=367', '2000-01-01', '2030-08-01', 0],
  ])('%s from %s is counted to %s', (rrule, startDate, date, times) => {
    expect(() => checkRecurrence(rule({ startDate, rrule }), ZONE)).not.toThrow()
    expect(dates({ startDate, rrule }, date, date)).toHaveLength(times)
  })
  test('asked for as a whole it is whole', () => {
    const all = dates({ startDate: '2000-01-01', rrule: 'FREQ=DAILY' }, '2000-01-01', '2040-12-31')
    expect(all).toHaveLength(14_976)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('[RC9] what RFC 5545 forbids is refused with what to write instead', () => {
  test.each([
    ['FREQ=WEEKLY;BYDAY=2SA,4SA', 'BYDAY=2SA,4SA', 'rule-numbered-weekday'],
    ['FREQ=DAILY;BYDAY=1MO', 'BYDAY=1MO', 'rule-numbered-weekday'],
    ['FREQ=DAILY;BYDAY=MO,-1TU', 'BYDAY=MO,-1TU', 'rule-numbered-weekday'],
    ['FREQ=WEEKLY;BYMONTHDAY=13', 'BYMONTHDAY=13', 'rule-month-day-in-week'],
    ['FREQ=WEEKLY;BYDAY=FR;BYMONTHDAY=13', 'BYMONTHDAY=13', 'rule-month-day-in-week'],
    ['FREQ=MONTHLY;BYYEARDAY=100', 'BYYEARDAY=100', 'rule-of-years'],
    ['FREQ=DAILY;BYYEARDAY=100', 'BYYEARDAY=100', 'rule-of-years'],
    ['FREQ=WEEKLY;BYYEARDAY=-1', 'BYYEARDAY=-1', 'rule-of-years'],
    ['FREQ=MONTHLY;BYWEEKNO=20', 'BYWEEKNO=20', 'rule-of-years'],
    ['FREQ=WEEKLY;BYWEEKNO=20;BYDAY=MO', 'BYWEEKNO=20', 'rule-of-years'],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO', 'BYDAY=1MO', 'rule-numbered-in-week'],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS=1', 'rule-position-alone'],
    ['FREQ=MONTHLY;BYSETPOS=-1', 'BYSETPOS=-1', 'rule-position-alone'],
    ['FREQ=DAILY;UNTIL=20250101;COUNT=3', 'COUNT, UNTIL', 'rule-count-and-until'],
    ['FREQ=HOURLY', 'FREQ=HOURLY', 'rule-below-a-day'],
    ['FREQ=DAILY;BYHOUR=5', 'BYHOUR=5', 'rule-below-a-day'],
  ])('%s', (rrule, detail, message) => {
    const refused = {
      code: 'recurrence-invalid',
      params: { detail },
      fields: [{ field: 'time.rrule', message }],
    }
    expect(() => checkRecurrence(rule({ rrule }), ZONE)).toThrow(expect.objectContaining(refused))
    expect(() => dates({ rrule })).toThrow(expect.objectContaining(refused))
  })
  test.each([
    ['FREQ=MONTHLY;BYDAY=2SA,4SA', ['2026-01-10', '2026-01-24', '2026-02-14', '2026-02-28']],
    ['FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR', ['2026-02-13', '2026-03-13']],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', ['2026-01-30', '2026-02-27', '2026-03-31']],
    ['FREQ=YEARLY;BYYEARDAY=60', ['2026-03-01']],
    ['freq=weekly;byday=sa', ['2026-01-03', '2026-01-10', '2026-01-17', '2026-01-24']],
  ])('%s, which is said instead, is taken', (rrule, expected) => {
    const found = dates({ startDate: '2026-01-01', rrule }, '2026-01-01', '2026-04-01')
    expect(found.slice(0, expected.length)).toEqual(expected)
  })
})

/** Where other implementations have been seen to answer otherwise; the dates follow from RFC 5545. */
const YEARLY: [rrule: string, startDate: string, last: string, expected: string[]][] = [
  [
    'FREQ=YEARLY;BYWEEKNO=20',
    '2026-01-02',
    '2031-12-31',
    ['2026-05-15', '2027-05-21', '2028-05-19', '2029-05-18', '2030-05-17', '2031-05-16'],
  ],
  [
    'FREQ=YEARLY;BYDAY=TU,1MO',
    '2026-01-01',
    '2026-01-31',
    ['2026-01-05', '2026-01-06', '2026-01-13', '2026-01-20', '2026-01-27'],
  ],
  ['FREQ=YEARLY;BYDAY=53TU', '2026-01-01', '2035-12-31', ['2030-12-31']],
  ['FREQ=YEARLY;BYDAY=-53TH', '2026-01-01', '2032-12-31', ['2026-01-01', '2032-01-01']],
  ['FREQ=YEARLY;BYMONTHDAY=7;BYDAY=1MO', '2026-01-01', '2035-12-31', ['2030-01-07']],
  [
    'FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=1MO',
    '2026-01-01',
    '2028-12-31',
    ['2026-06-01', '2027-06-07', '2028-06-05'],
  ],
  [
    'FREQ=YEARLY;BYYEARDAY=1,100;BYDAY=TH',
    '2026-01-01',
    '2032-12-31',
    ['2026-01-01', '2031-04-10', '2032-01-01'],
  ],
  [
    'FREQ=YEARLY;BYYEARDAY=1,100;BYMONTHDAY=1',
    '2026-01-01',
    '2028-12-31',
    ['2026-01-01', '2027-01-01', '2028-01-01'],
  ],
  [
    'FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=13',
    '2026-01-01',
    '2031-12-31',
    ['2026-05-13', '2030-05-13', '2031-05-13'],
  ],
  [
    'FREQ=YEARLY;BYWEEKNO=20;BYYEARDAY=134',
    '2026-01-01',
    '2031-12-31',
    ['2026-05-14', '2029-05-14', '2030-05-14', '2031-05-14'],
  ],
  ['FREQ=YEARLY;BYWEEKNO=53', '2027-01-03', '2033-12-31', ['2027-01-03', '2033-01-02']],
  ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO', '2025-01-01', '2027-12-31', ['2025-12-29', '2027-01-04']],
  [
    'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU',
    '2026-01-01',
    '2028-12-31',
    ['2027-01-03', '2028-01-02', '2028-12-31'],
  ],
  [
    'FREQ=YEARLY;WKST=SU;BYWEEKNO=1;BYDAY=SU',
    '2025-01-01',
    '2027-12-31',
    ['2026-01-04', '2027-01-03'],
  ],
  [
    'FREQ=YEARLY;BYMONTH=5;BYWEEKNO=20;BYDAY=MO',
    '2026-01-01',
    '2027-12-31',
    ['2026-05-11', '2027-05-17'],
  ],
  [
    'FREQ=YEARLY;BYYEARDAY=-1,366',
    '2026-01-01',
    '2028-12-31',
    ['2026-12-31', '2027-12-31', '2028-12-31'],
  ],
  ['FREQ=YEARLY;BYMONTH=2', '2024-02-29', '2032-12-31', ['2024-02-29', '2028-02-29', '2032-02-29']],
]

describe('[RC10] a day happens where every part of the rule holds of it', () => {
  test.each(YEARLY)('%s from %s to %s', (rrule, startDate, last, expected) => {
    expect(dates({ startDate, rrule }, startDate, last)).toEqual(expected)
  })

  test.each([
    ...YEARLY.map(([rrule, startDate]) => [rrule, startDate] as const),
    ['FREQ=DAILY;INTERVAL=3;BYMONTH=1,6', '2025-11-11'] as const,
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,WE;BYSETPOS=-1', '2025-11-12'] as const,
    ['FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR,2TU;BYSETPOS=1', '2025-11-12'] as const,
    ['FREQ=MONTHLY;COUNT=40;BYMONTHDAY=31,-1', '2025-11-12'] as const,
    ['FREQ=YEARLY;INTERVAL=2;BYDAY=MO;BYSETPOS=-1', '2025-11-12'] as const,
  ])('%s from %s: each month alone, and together', (rrule, startDate) => {
    const all = dates({ startDate, rrule }, '2025-01-01', '2034-12-31')
    const months = Array.from({ length: 120 }, (_, index) => {
      const first = new Date(Date.UTC(2025, index, 1)).toISOString().slice(0, 10)
      const last = new Date(Date.UTC(2025, index + 1, 0)).toISOString().slice(0, 10)
      return dates({ startDate, rrule }, first, last)
    })
    expect(months.flat()).toEqual(all)
    const days = all.slice(0, 20).flatMap((date) => dates({ startDate, rrule }, date, date))
    expect(days).toEqual(all.slice(0, 20))
  })
})

describe('[RC11] UNTIL is a date, a local time or a time in UTC', () => {
  const last = (until: string, startTime = '05:00', timeZone = ZONE) =>
    datesOf(
      rule({ startDate: '2026-12-25', startTime, rrule: `FREQ=DAILY;UNTIL=${until}` }),
      '2026-12-01',
      '2027-01-31',
      timeZone,
    ).at(-1)

  test.each([
    ['a date is included', '20261231', '23:59', '2026-12-31'],
    ['05:00 on 31 December is 22:00Z on the 30th', '20261230T220000Z', '05:00', '2026-12-31'],
    ['a second before it', '20261230T215959Z', '05:00', '2026-12-30'],
    ['the same instant, with a window in the evening', '20261230T220000Z', '18:00', '2026-12-30'],
    ['an evening in UTC is the next morning here', '20260105T170000Z', '00:00', undefined],
    ['midnight here', '20270105T170000Z', '00:00', '2027-01-06'],
    ['after midnight here', '20270105T170000Z', '00:01', '2027-01-05'],
    ['the end of a day as a local time', '20261231T235959', '05:00', '2026-12-31'],
    ['the start itself as a local time', '20261231T050000', '05:00', '2026-12-31'],
    ['before the start, as a local time', '20270105T000000', '05:00', '2027-01-04'],
    ['a start with seconds', '20261231T050010', '05:00:10', '2026-12-31'],
    ['a start with seconds, a second too late', '20261231T050010', '05:00:11', '2026-12-30'],
  ])('%s: %s', (_name, until, startTime, expected) => {
    expect(last(until, startTime)).toBe(expected)
  })

  test('in a zone west of Greenwich', () => {
    expect(last('20270101T020000Z', '18:00', 'America/Los_Angeles')).toBe('2026-12-31')
    expect(last('20270101T015959Z', '18:00', 'America/Los_Angeles')).toBe('2026-12-30')
  })
})

/** Of 1,000 random rules, seeds in test/bench/recurrence.ts: those with which another implementation was wrong. */
const DISPUTED: [rrule: string, startDate: string, expected: string[]][] = [
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE',
    '2027-06-06',
    ['2027-06-06', '2027-06-16', '2027-06-20', '2027-06-30'],
  ],
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU',
    '2027-08-21',
    ['2027-08-29', '2027-09-12', '2027-09-26'],
  ],
  [
    'FREQ=WEEKLY;INTERVAL=3;BYDAY=WE,TU;WKST=TU;COUNT=5',
    '2025-03-03',
    ['2025-03-18', '2025-03-19', '2025-04-08', '2025-04-09', '2025-04-29'],
  ],
  ['FREQ=WEEKLY;BYDAY=TU,FR;BYSETPOS=2', '2025-05-23', ['2025-05-23', '2025-05-30', '2025-06-06']],
  ['FREQ=YEARLY;INTERVAL=5;BYWEEKNO=53;BYDAY=SA,TU,MO', '2027-11-09', ['2032-12-27', '2032-12-28']],
  [
    'FREQ=YEARLY;BYMONTHDAY=13,22,11,2;BYDAY=MO,-20WE,12SA',
    '2024-06-12',
    ['2024-07-22', '2024-09-02', '2024-11-11', '2024-12-02', '2025-01-13', '2025-03-22'],
  ],
  [
    'FREQ=YEARLY;BYDAY=45SA,TH',
    '2025-11-01',
    ['2025-11-06', '2025-11-08', '2025-11-13', '2025-11-20'],
  ],
]

describe('[RC10] rules that others answer otherwise', () => {
  test.each(DISPUTED)('%s from %s', (rrule, startDate, expected) => {
    const found = dates({ startDate, rrule }, startDate, '2034-12-31')
    expect(found.slice(0, expected.length)).toEqual(expected)
  })
})

describe('[RC13] a period of BYSETPOS is whole', () => {
  test.each([
    // The week of Wednesday, 12 November: its first weekday of the rule is the Monday before the start.
    ['FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1', '2025-11-12', ['2025-11-17', '2025-11-24']],
    ['FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2', '2025-11-12', ['2025-11-12', '2025-11-19']],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1', '2025-11-12', ['2025-12-01', '2026-01-05']],
    ['FREQ=YEARLY;BYDAY=MO;BYSETPOS=1,-1', '2025-11-12', ['2025-12-29', '2026-01-05']],
    ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;BYSETPOS=1', '2025-01-01', ['2025-12-29', '2027-01-04']],
  ])('%s from %s', (rrule, startDate, expected) => {
    expect(dates({ startDate, rrule }, startDate, '2027-12-31').slice(0, 2)).toEqual(expected)
  })
})
