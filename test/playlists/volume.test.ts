import { describe, expect, test } from 'vitest'
import { entriesBetween, timelineOf, volumesOf } from '#playlists/timeline'
import type { DayPlan, Segment } from '#protocol'
import { aPlaylist, aSchedule, HOUR_MS, sha } from '../support/builders.ts'

const schedule = { id: aSchedule(aPlaylist([])).id, name: 'Lịch' }

const segment = (from: number, to: number): Segment => ({
  from,
  to,
  anchor: from,
  repeat: false,
  volume: 80,
  items: [
    {
      assetId: 'a' as never,
      sha256: sha('a'),
      mime: 'audio/ogg',
      kind: 'clip',
      title: 'Bản tin',
      themes: [],
      approvedBy: 'Lan',
      durationMs: to - from,
      role: 'item',
      gainDb: 0,
      fallback: null,
      schedule,
    },
  ],
  because: { schedules: [schedule], priority: 'normal', overrode: [], breaks: [] },
})

const volumes = (
  days: { startsAt: number; segments: Segment[]; ceilings: DayPlan['ceilings'] }[],
) =>
  [
    ...entriesBetween(
      timelineOf(days.map((day) => ({ ...day, sha256: sha('plan') }))),
      0,
      Number.MAX_SAFE_INTEGER,
    ),
  ].map(volumesOf)

describe('volume over the time of an entry', () => {
  test('[TL4] is that of its schedule where no ceiling touches it', () => {
    const ceilings = [{ from: 0, to: HOUR_MS, volume: 10 }]
    expect(volumes([{ startsAt: 0, segments: [segment(HOUR_MS, 2 * HOUR_MS)], ceilings }])).toEqual(
      [[{ at: HOUR_MS, volume: 80 }]],
    )
  })

  test('[TL4] goes down and up with ceilings in the midst of one entry, and is never raised by one', () => {
    const ceilings = [
      { from: 0, to: 1_000, volume: 30 },
      { from: 1_000, to: 2_000, volume: 90 },
      { from: 2_000, to: 3_000, volume: 0 },
    ]
    expect(volumes([{ startsAt: 0, segments: [segment(500, 4_000)], ceilings }])).toEqual([
      [
        { at: 500, volume: 30 },
        { at: 1_000, volume: 80 },
        { at: 2_000, volume: 0 },
        { at: 3_000, volume: 80 },
      ],
    ])
  })

  test('[TL5] of an item that is made louder stays below the ceiling, of a softer one is as it was', () => {
    const ceilings = [{ from: HOUR_MS, to: 2 * HOUR_MS, volume: 30 }]
    const withGain = (gainDb: number) => {
      const plain = segment(0, 3 * HOUR_MS)
      const segments = [{ ...plain, items: plain.items.map((item) => ({ ...item, gainDb })) }]
      const [steps = []] = volumes([{ startsAt: 0, segments, ceilings }])
      const gain = 10 ** (gainDb / 20)
      return steps.map(({ volume }) => Math.round(volume * gain * 1_000) / 1_000)
    }
    expect(withGain(0)).toEqual([80, 30, 80])
    // Twice as loud: 160 where nothing lies over it, and still 30 under the ceiling.
    expect(withGain(20 * Math.log10(2))).toEqual([160, 30, 160])
    expect(withGain(20 * Math.log10(0.5))).toEqual([40, 15, 40])
  })

  test('[TL4, TL3] follows the ceilings of both days where an entry crosses midnight', () => {
    const day = 24 * HOUR_MS
    const late = segment(day - HOUR_MS, day)
    const items = late.items.map((item) => ({ ...item, durationMs: 2 * HOUR_MS }))
    const early = { ...late, items, from: 0, to: HOUR_MS, anchor: -HOUR_MS }
    const night = { from: day - 1_000, to: day, volume: 20 }
    const morning = { from: 0, to: 1_000, volume: 20 }
    expect(
      volumes([
        { startsAt: 0, segments: [{ ...late, items }], ceilings: [night] },
        { startsAt: day, segments: [early], ceilings: [morning] },
      ]),
    ).toEqual([
      [
        { at: day - HOUR_MS, volume: 80 },
        { at: day - 1_000, volume: 20 },
        { at: day + 1_000, volume: 80 },
      ],
    ])
  })
})
