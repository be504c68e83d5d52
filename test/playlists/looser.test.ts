import { describe, expect, test } from 'vitest'
import { isQuietInWindows, looserFields } from '#playlists'
import { NO_POLICY, type Policy, type PolicyField } from '#protocol'

const DAYS = [1, 2, 3, 4, 5, 6, 7]
const window = (startTime: string, endTime: string, weekdays = DAYS) => ({
  startTime,
  endTime,
  weekdays,
})
const policy = (change: Partial<Policy>): Policy => ({ ...NO_POLICY, ...change })

describe('[PL13] what an area lays down is looser than above', () => {
  test.each<[string, Partial<Policy>, Partial<Policy>, PolicyField[]]>([
    ['nothing of its own', { quietHours: [window('21:00', '05:00')] }, {}, []],
    ['nothing above', {}, { broadcastWindows: [window('00:00', '24:00')] }, []],
    [
      'quiet hours taken away',
      { quietHours: [window('21:00', '05:00')] },
      { quietHours: [] },
      ['quietHours'],
    ],
    [
      'quiet hours that begin later',
      { quietHours: [window('21:00', '05:00')] },
      { quietHours: [window('22:00', '05:00')] },
      ['quietHours'],
    ],
    [
      'the same quiet hours in two rows',
      { quietHours: [window('21:00', '05:00')] },
      { quietHours: [window('21:00', '24:00'), window('00:00', '05:00')] },
      [],
    ],
    [
      'quiet hours on fewer days',
      { quietHours: [window('21:00', '23:00')] },
      { quietHours: [window('21:00', '23:00', [1, 2, 3])] },
      ['quietHours'],
    ],
    [
      'a window outside the windows',
      { broadcastWindows: [window('05:00', '06:00')] },
      { broadcastWindows: [window('05:30', '06:30')] },
      ['broadcastWindows'],
    ],
    [
      'no window at all',
      { broadcastWindows: [window('05:00', '06:00')] },
      { broadcastWindows: [] },
      [],
    ],
    ['a higher limit', { minutesPerDay: 60 }, { minutesPerDay: 61 }, ['minutesPerDay']],
    ['a lower limit', { sessionsPerDay: 2 }, { sessionsPerDay: 1 }, []],
    [
      'a higher ceiling',
      { volumeCeilings: [{ startTime: '05:00', endTime: '06:00', volume: 60 }] },
      { volumeCeilings: [{ startTime: '05:00', endTime: '06:00', volume: 70 }] },
      ['volumeCeilings'],
    ],
    [
      'a lower ceiling for longer',
      { volumeCeilings: [{ startTime: '05:00', endTime: '06:00', volume: 60 }] },
      { volumeCeilings: [{ startTime: '04:00', endTime: '06:00', volume: 50 }] },
      [],
    ],
    [
      'boards that are light longer',
      { screenBlank: [window('22:00', '05:00')] },
      { screenBlank: [window('23:00', '05:00')] },
      ['screenBlank'],
    ],
  ])('%s', (_name, above, own, looser) => {
    expect(looserFields(policy(above), policy(own))).toEqual(looser)
  })
})

test('quiet hours lie in windows, over midnight and on some days too', () => {
  const lies = (windows: Policy['broadcastWindows'], quiet: Policy['quietHours']) =>
    isQuietInWindows({ broadcastWindows: windows, quietHours: quiet })
  expect(lies([window('05:00', '21:00')], [window('21:00', '05:00')])).toBe(false)
  expect(lies([window('05:00', '06:30')], [window('05:00', '06:30')])).toBe(true)
  expect(lies([window('04:00', '06:00')], [window('21:00', '05:00')])).toBe(true)
  expect(lies([window('04:00', '06:00', [2])], [window('23:00', '05:00', [2])])).toBe(false)
  expect(lies([window('04:00', '06:00', [3])], [window('23:00', '05:00', [2])])).toBe(true)
  expect(lies(null, [window('21:00', '05:00')])).toBe(false)
})
