import { describe, expect, test } from 'vitest'
import { Cause, type DayPlan, type PlanItem, type ScheduleId, type Sha256 } from '#protocol'
import type { Witness } from '../../server/evidence/cause.ts'
import { coverageOf, missingRuns } from '../../server/evidence/missing-runs.ts'
import {
  type DayInputs,
  drawUp,
  type MatchedPlay,
  type PlanVersion,
} from '../../server/evidence/statement.ts'
import { AREA, aPlay, DEVICE, HOUR_MS, sha } from '../support/builders.ts'

const DAY = 24 * HOUR_MS
const START = Date.parse('2024-11-11T00:00:00+07:00')
const AREA_SNAPSHOT = aPlay().area
const THEME = {
  id: '01890000-0000-7000-8000-0000000000cc' as never,
  code: '1.1',
  name: 'Niềm tin',
  campaign: 'Đợt',
}
const FIVE = 5 * HOUR_MS

const item = (name: string, seconds = 60): PlanItem => ({
  assetId: '01890000-0000-7000-8000-0000000000bb' as never,
  sha256: sha(name),
  mime: 'audio/ogg',
  kind: 'clip',
  title: name,
  themes: [THEME],
  approvedBy: 'Lan',
  durationMs: seconds * 1000,
  role: 'item',
  gainDb: 0,
  fallback: null,
  schedule: { id: '01890000-0000-7000-8000-0000000000aa' as ScheduleId, name: 'Buổi sáng' },
})

const plan = (
  items: PlanItem[],
  {
    from = FIVE,
    overrode = [] as string[],
    overrodeIds = undefined as ScheduleId[] | undefined,
    withheld = [] as DayPlan['withheld'],
  } = {},
): DayPlan => ({
  v: 1,
  channel: 'audio',
  segments: [
    {
      from,
      to: from + items.reduce((sum, { durationMs }) => sum + durationMs, 0),
      anchor: from,
      repeat: false,
      items,
      volume: 80,
      because: {
        schedules: [{ id: items[0]?.schedule.id as ScheduleId, name: 'Buổi sáng' }],
        priority: 'normal',
        overrode,
        overrodeIds,
        breaks: [],
      },
    },
  ],
  withheld,
  ceilings: [],
  blank: [],
})

const version = (revision: number, at: number, sha256: Sha256): PlanVersion => ({
  revision,
  at,
  days: [{ date: '2024-11-11', startsAt: START, plans: { audio: sha256 } }],
  device: 'Cụm loa 1',
  area: AREA_SNAPSHOT,
})

const played = (name: string, from: number, change: Partial<MatchedPlay> = {}): MatchedPlay => ({
  plannedStartAt: from,
  channel: 'audio',
  scheduleId: '01890000-0000-7000-8000-0000000000aa',
  assetSha256: sha(name),
  revision: 1,
  outcome: 'completed',
  cause: null,
  playedMs: 60_000,
  ...change,
})

const inputs = (change: Partial<DayInputs> & { plans: Record<string, DayPlan> }): DayInputs => ({
  from: START,
  to: START + DAY,
  versions: [version(1, START - DAY, sha('plan'))],
  planOf: (sha256) => change.plans[sha256],
  plays: [],
  witness: { events: [], plays: [] },
  now: START + 2 * DAY,
  graceMs: 60_000,
  ...change,
})

const T = START + FIVE
const PLANS = { [sha('plan')]: plan([item('a'), item('b'), item('c')]) }
const told = (day: DayInputs) =>
  drawUp(day).occurrences.map(({ item: { title }, outcome, cause }) => [title, outcome, cause])
const witness = (events: Witness['events'], plays: MatchedPlay[] = []): Witness => ({
  events,
  plays,
})

describe('planned against delivered', () => {
  test('[PD1] what has its record is delivered; what has none and nothing after it is unknown', () => {
    const plays = [played('a', T)]
    expect(told(inputs({ plans: PLANS, plays, witness: witness([], plays) }))).toEqual([
      ['a', 'delivered', null],
      ['b', 'unknown', null],
      ['c', 'unknown', null],
    ])
  })

  test('[PD2] a late record turns unknown into what it says', () => {
    const plays = [
      played('a', T),
      played('b', T + 60_000, { outcome: 'interrupted', cause: 'player-killed', playedMs: 9000 }),
      played('c', T + 120_000, { outcome: 'failed', cause: 'media-missing', playedMs: 0 }),
    ]
    expect(told(inputs({ plans: PLANS, plays, witness: witness([], plays) }))).toEqual([
      ['a', 'delivered', null],
      ['b', 'shortened', 'no-power'],
      ['c', 'missed', 'media-missing'],
    ])
  })

  test('[PD3] silence before an unclean boot was no power, before a clean one an ordered stop', () => {
    const boot = (clean: boolean) => [{ at: T + HOUR_MS, kind: 'boot' as const, clean }]
    const with_ = (clean: boolean) => told(inputs({ plans: PLANS, witness: witness(boot(clean)) }))
    expect(with_(false)).toEqual(['a', 'b', 'c'].map((name) => [name, 'missed', 'no-power']))
    expect(with_(true)).toEqual(['a', 'b', 'c'].map((name) => [name, 'missed', 'player-stopped']))
  })

  test('[PD4] a device that plays on without a record of it is unknown: a network is no cause', () => {
    const later = [played('d', T + HOUR_MS)]
    expect(told(inputs({ plans: PLANS, witness: witness([], later) }))).toEqual(
      ['a', 'b', 'c'].map((name) => [name, 'unknown', null]),
    )
  })

  test('[PD5] a device that went on with an older manifest did not hold the plan', () => {
    const later = [played('old', T + HOUR_MS, { revision: 1 })]
    const versions = [version(7, START - DAY, sha('plan'))]
    expect(told(inputs({ plans: PLANS, versions, witness: witness([], later) }))).toEqual(
      ['a', 'b', 'c'].map((name) => [name, 'missed', 'plan-not-held']),
    )
  })

  test('[PD6] an item torn by a power cut and joined again has the cut as its cause', () => {
    const plays = [
      played('a', T, { outcome: 'interrupted', cause: 'player-killed', playedMs: 20_000 }),
      played('a', T, { outcome: 'partial', cause: 'joined-late', playedMs: 10_000 }),
      played('b', T + 60_000, { outcome: 'partial', cause: 'cut-by-plan' }),
    ]
    expect(told(inputs({ plans: PLANS, plays })).slice(0, 2)).toEqual([
      ['a', 'shortened', 'no-power'],
      ['b', 'delivered', null],
    ])
  })

  test('[PD7] each item counts by the plan that held when it began; what something urgent displaced is overridden', () => {
    const urgent = { ...item('khẩn', 120), schedule: { id: 'e' as ScheduleId, name: 'Khẩn cấp' } }
    const plans = {
      ...PLANS,
      [sha('urgent')]: plan([urgent], { from: FIVE + 60_000, overrode: ['Buổi sáng'] }),
    }
    const versions = [version(1, START - DAY, sha('plan')), version(2, T + 60_000, sha('urgent'))]
    const plays = [
      played('a', T),
      played('khẩn', T + 60_000, { scheduleId: 'e', revision: 2, playedMs: 120_000 }),
    ]
    expect(told(inputs({ plans, versions, plays }))).toEqual([
      ['a', 'delivered', null],
      ['khẩn', 'delivered', null],
      ['b', 'missed', 'overridden'],
      ['c', 'missed', 'overridden'],
    ])
  })

  test.each([
    ['the other of two “Buổi sáng”', 'another', []],
    [
      'this one',
      item('a').schedule.id,
      [
        ['b', 'missed', 'overridden'],
        ['c', 'missed', 'overridden'],
      ],
    ],
  ])('[PD7] what was displaced is found by id: %s', (_name, id, lost) => {
    const urgent = { ...item('khẩn', 120), schedule: { id: 'e' as ScheduleId, name: 'Khẩn cấp' } }
    const plans = {
      ...PLANS,
      [sha('urgent')]: plan([urgent], {
        from: FIVE + 60_000,
        overrode: ['Buổi sáng'],
        overrodeIds: [id as ScheduleId],
      }),
    }
    const versions = [version(1, START - DAY, sha('plan')), version(2, T + 60_000, sha('urgent'))]
    const plays = [
      played('a', T),
      played('khẩn', T + 60_000, { scheduleId: 'e', revision: 2, playedMs: 120_000 }),
    ]
    expect(told(inputs({ plans, versions, plays })).slice(2)).toEqual(lost)
  })

  test('[PD8] what an editor took off before it began was never planned', () => {
    const plans = { ...PLANS, [sha('less')]: plan([item('a'), item('b')]) }
    const versions = [version(1, START - DAY, sha('plan')), version(2, T - 1, sha('less'))]
    const plays = [played('a', T), played('b', T + 60_000)]
    expect(told(inputs({ plans, versions, plays })).map(([title]) => title)).toEqual(['a', 'b'])
  })

  test('[PD9] what is not over yet is not counted, and says when to look again', () => {
    const statement = drawUp(inputs({ plans: PLANS, now: T + 125_000 }))
    expect(statement.occurrences.map(({ item: { title } }) => title)).toEqual(['a'])
    expect(statement.nextAt).toBe(T + 120_000)
  })

  test('[PD10] counters and runs say the same as the occurrences, and what the plan withholds stands beside them', () => {
    const withheld = [
      {
        scheduleId: 's' as ScheduleId,
        schedule: 'Buổi sáng',
        assetId: null,
        title: 'chưa duyệt',
        at: null,
        reason: 'not-approved' as const,
      },
    ]
    const plans = {
      [sha('plan')]: plan([item('a'), item('a'), item('a'), item('b')], { withheld }),
    }
    const boot = [{ at: T + HOUR_MS, kind: 'boot' as const, clean: false }]
    const plays = [played('b', T + 180_000)]
    const statement = drawUp(inputs({ plans, plays, witness: witness(boot, plays) }))
    const day = { deviceId: DEVICE, date: '2024-11-11', startsAt: START }
    expect(
      missingRuns(day, statement).map(({ asset, outcome, cause, count, firstAt, lastAt }) => [
        asset.title,
        outcome,
        cause,
        count,
        firstAt,
        lastAt,
      ]),
    ).toEqual([
      ['chưa duyệt', 'withheld', 'content-withheld', 1, START, START],
      ['a', 'unknown', null, 3, T, T + 120_000],
    ])
    const all = coverageOf(day, statement).find(
      ({ dimension, period, themeId }) =>
        dimension === 'all' && period === '2024-11' && themeId === '',
    )
    expect(all?.areaId).toBe(AREA)
    expect(all?.tally).toMatchObject({ planned: 4, delivered: 1, unknown: 3, withheld: 1 })
  })

  test('[PD11] every cause that a record names is told; muted or silent throughout, nothing came out', () => {
    const gone = (change: Partial<MatchedPlay>) =>
      told(inputs({ plans: PLANS, plays: [played('a', T, change)] }))[0]?.slice(1)
    const cut = (cause: Cause) => gone({ outcome: 'partial', cause, playedMs: 20_000 })
    expect(cut('emergency')).toEqual(['shortened', 'overridden'])
    expect(cut('skipped')).toEqual(['shortened', 'skipped'])
    expect(cut('relay-lost')).toEqual(['shortened', 'relay-lost'])
    expect(cut('clock-set')).toEqual(['shortened', 'clock-set'])
    expect(cut('muted')).toEqual(['shortened', 'muted'])
    const whole = (cause: Cause) => gone({ outcome: 'failed', cause, playedMs: 30_000 })
    expect(whole('muted')).toEqual(['missed', 'muted'])
    expect(whole('silent')).toEqual(['missed', 'silent'])
    for (const cause of Cause.options)
      expect(cut(cause)?.at(1) === null).toBe(cause === 'cut-by-plan')
  })
})
