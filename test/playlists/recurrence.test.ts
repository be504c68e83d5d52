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

const dates = (change: Partial<TimeRule>, first = '2024-11-01', last = '2024-12-31') =>
  datesOf(rule(change), first, last)

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
    expect(() => checkRecurrence(rule({ rrule }))).toThrow(
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
    expect(() => checkRecurrence(rule(change))).toThrow(
      expect.objectContaining({ code: 'recurrence-empty' }),
    )
  })

  test('one that happens on an extra date alone is taken', () => {
    expect(() =>
      checkRecurrence(rule({ exceptDates: ['2024-11-11'], extraDates: ['2024-11-01'] })),
    ).not.toThrow()
  })

  test.each(['nonsense', 'FREQ=OFTEN', ''])('"%s" is no rule at all', (rrule) => {
    expect(() => checkRecurrence(rule({ rrule }))).toThrow(
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
    ['FREQ=YEARLY;BYWEEKNO=1,2;BYDAY=MO,TU;COUNT=70000', 'COUNT=70000'],
    ['FREQ=DAILY;BYMONTHDAY=31;COUNT=367', 'COUNT=367'],
    ['FREQ=MONTHLY;COUNT=367', 'COUNT=367'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ=WEEKLY'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY=XX'],
    ['BYDAY=MO', 'FREQ'],
  ])('%s', (rrule, detail) => {
    expect(() => checkRecurrence(rule({ rrule }))).toThrow(
      expect.objectContaining({ code: 'recurrence-invalid', params: { detail } }),
    )
  })
  test.each([
    { startDate: '0024-11-11' },
    { startDate: '9999-12-31' },
    { extraDates: ['1024-11-12'] },
  ])('a slip of the hand: %j', (change) => {
    expect(() => checkRecurrence(rule(change))).toThrow(
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
    expect(() => checkRecurrence(rule(million))).not.toThrow()
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
  test('asked for as a whole it is whole', () => {
    const all = dates({ startDate: '2000-01-01', rrule: 'FREQ=DAILY' }, '2000-01-01', '2040-12-31')
    expect(all).toHaveLength(14_976)
    expect(new Set(all).size).toBe(all.length)
  })
})
