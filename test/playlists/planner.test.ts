import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, coverageOf, createCompiler, proposeMakeGoods, proposeRotation } from '#playlists'
import { type Asset, type Policy, Proposal, type Schedule, type ThemeSnapshot } from '#protocol'
import { AREA, aCampaign, anAsset, aPlaylist, aSchedule, aTheme } from '../support/builders.ts'
import { EVERY_DAY, MINUTE_MS, placeOf, programmeOf } from '../support/law.ts'
import { lookedAt } from '../support/looked-at.ts'

const MONDAY = '2024-11-11'
const SUNDAY = addDays(MONDAY, 6)
const themes = ['1', '2', '3'].map((code) => aTheme(code, ['1']))
const [one, two, three] = themes as [(typeof themes)[0], (typeof themes)[0], (typeof themes)[0]]
const daypart = (code: string, startTime: string, endTime: string) => ({
  code,
  name: code,
  startTime,
  endTime,
  exceptions: [{ weekday: 7, times: null }],
})
const dayparts = [daypart('sang', '05:00', '05:30'), daypart('chieu', '17:00', '17:30')]
const clip = (minutes: number, ...of: typeof themes) =>
  anAsset({ durationMs: minutes * MINUTE_MS, themeIds: of.map(({ id }) => id) })

type Target = { theme: (typeof themes)[0]; per: 'plays' | 'minutes'; count: number }

const rotation = (
  assets: Asset[],
  targets: Target[],
  policy: Partial<Policy> = { dayparts },
  {
    seed = 's',
    schedules = [] as Schedule[],
    playlists = [] as ReturnType<typeof aPlaylist>[],
  } = {},
) => {
  const campaign = aCampaign({
    id: '01890000-0000-7000-8000-0000000000cc' as never,
    themes,
    targets: targets.map(({ theme, per, count }) => ({ themeId: theme.id, per, count })),
  })
  const programme = programmeOf({ assets, playlists, campaigns: [campaign] })
  const place = placeOf(policy)
  const compiler = createCompiler(programme, MONDAY, SUNDAY)
  const planned = compiler.span(schedules, place, MONDAY, SUNDAY)
  const input = {
    programme,
    place,
    planned,
    seed,
    campaign,
    areaId: AREA,
    week: MONDAY,
    devices: 7,
  }
  return { proposal: proposeRotation(input), input, campaign }
}

/** The week as it would be on air if the proposal were scheduled, beside what is scheduled already. */
const carriedOut = (
  sessions: Proposal['sessions'],
  assets: Asset[],
  policy: Partial<Policy>,
  campaign: ReturnType<typeof aCampaign>,
  others: { schedules: Schedule[]; playlists: ReturnType<typeof aPlaylist>[] } = {
    schedules: [],
    playlists: [],
  },
) => {
  const byId = new Map<string, Asset>(assets.map((asset) => [asset.id, asset]))
  const lists = sessions.map(({ items }) =>
    aPlaylist(items.map(({ assetId }) => byId.get(assetId) as Asset)),
  )
  const schedules = sessions.map(({ date, startTime, endTime }, index) =>
    aSchedule(lists[index] as (typeof lists)[0], {
      time: { startDate: date, startTime, endTime, rrule: null },
    }),
  )
  const playlists = [...lists, ...others.playlists]
  const programme = programmeOf({ assets, playlists, campaigns: [campaign] })
  return createCompiler(programme, MONDAY, SUNDAY)
    .span([...schedules, ...others.schedules], placeOf(policy), MONDAY, SUNDAY)
    .map(({ plan }) => plan)
}

test('[PN1] sessions lie in the dayparts, and not on a day on which there is none', () => {
  const { proposal } = rotation([clip(5, one)], [{ theme: one, per: 'plays', count: 30 }])
  expect(Proposal.parse(proposal)).toEqual(proposal)
  const dates = new Set(proposal.sessions.map(({ date }) => date))
  expect(dates.size).toBe(6)
  expect(dates.has(SUNDAY)).toBe(false)
  for (const { daypart: code, startTime, endTime } of proposal.sessions) {
    expect(startTime).toBe(code === 'sang' ? '05:00:00' : '17:00:00')
    expect(endTime <= (code === 'sang' ? '05:30:00' : '17:30:00')).toBe(true)
  }
})

describe('[PN2] fair', () => {
  test('every theme gets what it asks for, spread over the days, its clips in turn', () => {
    const assets = [clip(2, one), clip(2, one), clip(3, two), clip(4, three)]
    const { proposal } = rotation(assets, [
      { theme: one, per: 'plays', count: 12 },
      { theme: two, per: 'plays', count: 6 },
      { theme: three, per: 'minutes', count: 20 },
    ])
    expect(proposal.shortfalls).toEqual([])
    expect(proposal.targets.map(({ planned }) => planned)).toEqual([12, 6, 20])
    const playsOf = (asset: Asset | undefined) =>
      proposal.sessions.flatMap(({ items }) => items).filter(({ assetId }) => assetId === asset?.id)
    expect([playsOf(assets[0]).length, playsOf(assets[1]).length]).toEqual([6, 6])
    const perDay = new Map<string, number>()
    for (const { date, items } of proposal.sessions) {
      const count = items.filter(({ themeIds }) => themeIds.includes(one.id)).length
      perDay.set(date, (perDay.get(date) ?? 0) + count)
    }
    expect([...perDay.values()]).toEqual([2, 2, 2, 2, 2, 2])
  })

  test('where there is not enough room nobody is left behind alone', () => {
    const assets = [clip(5, one), clip(5, two)]
    const { proposal } = rotation(assets, [
      { theme: one, per: 'plays', count: 100 },
      { theme: two, per: 'plays', count: 100 },
    ])
    const [first, second] = proposal.targets
    expect(Math.abs((first?.planned ?? 0) - (second?.planned ?? 0))).toBeLessThanOrEqual(1)
    expect((first?.planned ?? 0) + (second?.planned ?? 0)).toBe(72)
  })

  test('what is planned already counts, and keeps its time', () => {
    const asset = clip(5, one)
    const list = aPlaylist([asset])
    const daily = aSchedule(list, { time: { startTime: '05:00', endTime: '05:10' } })
    const { proposal } = rotation(
      [asset],
      [{ theme: one, per: 'plays', count: 9 }],
      { dayparts },
      {
        schedules: [daily],
        playlists: [list],
      },
    )
    expect(proposal.sessions.reduce((sum, { items }) => sum + items.length, 0)).toBe(2)
    expect(proposal.sessions.every(({ startTime }) => startTime !== '05:00:00')).toBe(true)
    expect(proposal.targets[0]?.planned).toBe(9)
  })
})

describe('[PN3] what cannot be met', () => {
  const ask: Target[] = [{ theme: one, per: 'plays', count: 40 }]
  test.each<[string, Asset[], Partial<Policy>, string, number]>([
    ['nothing is approved', [], { dayparts }, 'no-approved-asset', 40],
    ['there is no window', [clip(5, one)], {}, 'no-window', 40],
    ['there is no room', [clip(5, one)], { dayparts: dayparts.slice(0, 1) }, 'no-room', 4],
    ['limits leave no room', [clip(5, one)], { dayparts, minutesPerDay: 10 }, 'no-room', 28],
  ])('%s', (_name, assets, policy, reason, missing) => {
    const { proposal } = rotation(assets, ask, policy)
    expect(proposal.shortfalls).toMatchObject([
      { theme: { code: '1' }, per: 'plays', missing, reason },
    ])
    expect(proposal.targets).toMatchObject([{ devicesShort: 7, planned: 40 - missing }])
  })

  test('a theme that no phase has active in the week is asked for nothing', () => {
    const idle = { ...one, phases: ['2'] }
    const campaign = aCampaign({
      themes: [idle],
      targets: [{ themeId: one.id, per: 'plays', count: 3 }],
    })
    const { input } = rotation([clip(5, one)], [])
    expect(proposeRotation({ ...input, campaign })).toMatchObject({ targets: [], shortfalls: [] })
  })

  test('[PN1] whatever is asked: carried out as proposed, every play is heard, and the sums are true', () => {
    const asked = fc.record({
      targets: fc.array(
        fc.record({
          theme: fc.constantFrom(...themes),
          per: fc.constantFrom('plays' as const, 'minutes' as const),
          count: fc.integer({ min: 1, max: 40 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      clips: fc.array(
        fc.record({
          durationMs: fc.integer({ min: 15_000, max: 700_000 }),
          of: fc.subarray(themes, { minLength: 1 }),
          validTo: fc.option(fc.constantFrom('2024-11-13', '2024-11-15'), { nil: null }),
        }),
        { maxLength: 5 },
      ),
      minutesPerDay: fc.option(fc.integer({ min: 5, max: 50 }), { nil: null }),
      minutesPerSession: fc.option(fc.integer({ min: 5, max: 25 }), { nil: null }),
      sessionsPerDay: fc.option(fc.integer({ min: 1, max: 2 }), { nil: null }),
      seed: fc.string(),
    })
    const [planned, short] = [lookedAt(), lookedAt()]
    fc.assert(
      fc.property(asked, ({ targets, clips, seed, ...limits }) => {
        const once = targets.filter(
          ({ theme }, index) => targets.findIndex((other) => other.theme === theme) === index,
        )
        const assets = clips.map(({ of, ...rest }) =>
          anAsset({ ...rest, themeIds: of.map(({ id }) => id) }),
        )
        const quiet = [{ startTime: '05:10', endTime: '05:12', weekdays: EVERY_DAY }]
        const windows = [{ startTime: '05:05', endTime: '17:25', weekdays: EVERY_DAY }]
        const policy = { dayparts, quietHours: quiet, broadcastWindows: windows, ...limits }
        const { proposal, input, campaign } = rotation(assets, once, policy, { seed })
        expect(proposeRotation(input)).toEqual(proposal)
        const plans = carriedOut(proposal.sessions, assets, policy, campaign)
        expect(plans.flatMap(({ withheld }) => withheld)).toEqual([])
        const covered = coverageOf(plans)
        for (const { theme, per, asked: count, planned: sum } of proposal.targets) {
          planned.add(sum > 0)
          expect(covered.get(theme.id)?.[per] ?? 0).toBeCloseTo(sum, 2)
          const missing = proposal.shortfalls.filter(
            (each) => each.theme.id === theme.id && each.per === per,
          )
          short.add(missing.length)
          expect(missing.length).toBe(sum < count ? 1 : 0)
          for (const one of missing) expect(one.missing).toBeCloseTo(count - sum, 2)
        }
      }),
      { numRuns: 60 },
    )
    planned.expectAtLeast(15)
    short.expectAtLeast(10)
  })
})

describe('[PN4] make-goods', () => {
  const snapshot = ({ id, code, name }: (typeof themes)[0]): ThemeSnapshot => ({
    id,
    code,
    name,
    campaign: 'Đợt tuyên truyền',
  })
  const missed = (theme: (typeof themes)[0], missedPlays: number) => ({
    theme: snapshot(theme),
    areaId: AREA,
    area: 'Xã Định An',
    missedPlays,
    devices: 3,
  })
  const assets = [clip(10, one), clip(10, two)]

  test('find free time for what was missed, the most missed first, nobody over another', () => {
    const { input, campaign } = rotation(assets, [])
    const goods = proposeMakeGoods([missed(two, 2), missed(one, 5)], input)
    expect(
      goods.map(({ theme, sessions }) => [
        theme.code,
        sessions.flatMap(({ items }) => items).length,
      ]),
    ).toEqual([
      ['1', 5],
      ['2', 2],
    ])
    const plans = carriedOut(
      goods.flatMap(({ sessions }) => sessions),
      assets,
      { dayparts },
      campaign,
    )
    expect(plans.flatMap(({ withheld }) => withheld)).toEqual([])
    expect(coverageOf(plans).get(one.id)?.plays).toBe(5)
  })

  test('offer as much as there is room for', () => {
    const { input } = rotation(assets, [], { dayparts, minutesPerDay: 10 })
    const [good] = proposeMakeGoods([missed(one, 50)], input)
    expect(good?.sessions.flatMap(({ items }) => items)).toHaveLength(6)
    expect(good?.reason).toBe('no-room')
  })

  test.each<[string, Asset[], Partial<Policy>, string | null]>([
    ['nothing is approved', [], { dayparts }, 'no-approved-asset'],
    ['there is no window', assets, {}, 'no-window'],
    ['there is time for all', assets, { dayparts }, null],
  ])('say why there is no time: %s', (_name, approved, policy, reason) => {
    const { input } = rotation(approved, [], policy)
    expect(proposeMakeGoods([missed(one, 1)], input)).toMatchObject([{ reason }])
  })
})
