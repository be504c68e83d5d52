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
