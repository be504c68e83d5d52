import type {
  AssetId,
  Channel,
  DeviceId,
  EpochMs,
  LocalDate,
  MissingRun,
  ThemeSnapshot,
} from '#protocol'
import { type CoverageEntry, createCoverageSum } from './coverage-sum.ts'
import type { PlanVersion, Statement } from './statement.ts'

const COUNTER = {
  delivered: 'delivered',
  shortened: 'shortened',
  missed: 'missed',
  unknown: 'unknown',
} as const

type Day = { deviceId: DeviceId; date: LocalDate; startsAt: EpochMs }

/** What a statement adds to the counters of coverage. */
export const coverageOf = ({ deviceId, date }: Day, statement: Statement): CoverageEntry[] => {
  const sum = createCoverageSum()
  for (const { channel, item, version, outcome } of statement.occurrences) {
    const { themes, labels, approvedBy } = item
    const themeIds = themes.map(({ id }) => id)
    sum.add(
      { date, deviceId, areaId: version.area.id, channel, themeIds, labels, approvedBy },
      { planned: 1, ...(outcome !== 'withheld' && { [COUNTER[outcome]]: 1 }) },
    )
  }
  for (const { channel, version } of statement.withheld) {
    const areaId = version.area.id
    // The plan names what it withholds, not its themes.
    sum.add(
      { date, deviceId, areaId, channel, themeIds: [], labels: undefined, approvedBy: '' },
      { withheld: 1 },
    )
  }
  return sum.entries()
}

type Missing = Omit<MissingRun, 'deviceId' | 'date' | 'device' | 'area' | 'count' | 'lastAt'> & {
  version: PlanVersion
}

const missingOf = (statement: Statement, startsAt: EpochMs): Missing[] => [
  ...statement.occurrences.flatMap((occurrence): Missing[] => {
    const { channel, item, from, version, outcome, cause } = occurrence
    if (outcome === 'delivered') return []
    const themes: ThemeSnapshot[] = item.themes
    const asset = { id: item.assetId, title: item.title }
    return [
      { channel, schedule: item.schedule, asset, themes, outcome, cause, firstAt: from, version },
    ]
  }),
  ...statement.withheld.map(({ channel, withheld, version }): Missing => {
    const schedule = { id: withheld.scheduleId, name: withheld.schedule }
    const asset = { id: withheld.assetId as AssetId | null, title: withheld.title }
    const firstAt = startsAt + Math.max(0, withheld.at ?? 0)
    const cause = 'content-withheld' as const
    return {
      channel: channel as Channel,
      schedule,
      asset,
      themes: [],
      outcome: 'withheld',
      cause,
      firstAt,
      version,
    }
  }),
]

/** What was not delivered whole, alike ones gathered: a board that is off for a day misses thousands. */
export const missingRuns = (
  { deviceId, date, startsAt }: Day,
  statement: Statement,
): MissingRun[] => {
  const runs = new Map<string, MissingRun>()
  for (const { version, ...missing } of missingOf(statement, startsAt)) {
    const { channel, schedule, asset, outcome, cause, firstAt } = missing
    const key = [channel, schedule.id, asset.id, asset.title, outcome, cause].join(' ')
    const run = runs.get(key)
    if (run) {
      run.count++
      run.firstAt = Math.min(run.firstAt, firstAt)
      run.lastAt = Math.max(run.lastAt, firstAt)
    } else {
      const { device, area } = version
      runs.set(key, { ...missing, deviceId, date, device, area, count: 1, lastAt: firstAt })
    }
  }
  return [...runs.values()].sort((a, b) => a.firstAt - b.firstAt)
}
