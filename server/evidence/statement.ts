import { applyBlankHours, type Entry, entriesBetween, timelineOf } from '#playlists/timeline'
import type {
  AreaSnapshot,
  Because,
  Cause,
  Channel,
  DayPlan,
  Delivery,
  DeliveryCause,
  EpochMs,
  ManifestDay,
  Outcome,
  PlanItem,
  Sha256,
  Withheld,
} from '#protocol'
import { causeOfRecord, causeOfSilence, type Witness } from './cause.ts'

/** Which plans a device was to hold from an instant on. */
export type PlanVersion = {
  revision: number
  at: EpochMs
  days: readonly ManifestDay[]
  device: string
  area: AreaSnapshot
}

/** A play as matching needs it. */
export type MatchedPlay = {
  plannedStartAt: EpochMs
  channel: string
  scheduleId: string
  assetSha256: string
  revision: number
  outcome: Outcome
  cause: Cause | null
  playedMs: number
}

export type Occurrence = {
  channel: Channel
  item: PlanItem
  from: EpochMs
  to: EpochMs
  version: PlanVersion
  outcome: Delivery
  cause: DeliveryCause | null
}

export type Statement = {
  occurrences: Occurrence[]
  withheld: { channel: Channel; withheld: Withheld; version: PlanVersion }[]
  /** When the next planned item of the day is over, or null where none is left. */
  nextAt: EpochMs | null
}

export type DayInputs = {
  /** [from, to) of the day. */
  from: EpochMs
  to: EpochMs
  /** In the order of their instants; each holds until the next. */
  versions: readonly PlanVersion[]
  planOf: (sha256: Sha256) => DayPlan | undefined
  plays: readonly MatchedPlay[]
  witness: Witness
  now: EpochMs
  /** So long after its end a play may still be on its way here. */
  graceMs: number
}

type Planned = { channel: Channel; entry: Entry; version: PlanVersion }

const keyOf = (channel: string, from: EpochMs, sha256: string, scheduleId: string): string =>
  [channel, from, sha256, scheduleId].join(' ')

const keyOfEntry = (channel: Channel, { from, item }: Entry): string =>
  keyOf(channel, from, item.sha256, item.schedule.id)

/** What a version has on air on the day, by channel, as the device itself lays it out [TL3]. */
const entriesOf = (version: PlanVersion, inputs: DayInputs, channel: Channel): Entry[] => {
  const around = version.days.filter(
    ({ startsAt }) => startsAt > inputs.from - 30 * 3_600_000 && startsAt < inputs.to + 1,
  )
  const days = around.flatMap(({ startsAt, plans }) => {
    const sha256 = plans[channel]
    const plan = sha256 && inputs.planOf(sha256)
    if (!sha256 || !plan) return []
    return [{ startsAt, sha256, segments: applyBlankHours(plan.segments, plan.blank) }]
  })
  return [...entriesBetween(timelineOf(days), inputs.from, inputs.to)].filter(
    ({ from }) => from >= inputs.from && from < inputs.to,
  )
}

/** What was planned: of every version what began while it held, and what it joined in the middle. */
const plannedOn = (inputs: DayInputs, channel: Channel) => {
  const planned = new Map<string, Planned>()
  const lost = new Map<string, Planned>()
  let before = new Map<string, Entry>()
  inputs.versions.forEach((version, index) => {
    const until = inputs.versions[index + 1]?.at ?? Number.POSITIVE_INFINITY
    const entries = entriesOf(version, inputs, channel)
    const now = new Map(entries.map((entry) => [keyOfEntry(channel, entry), entry]))
    for (const [key, entry] of now) {
      const one = { channel, entry, version }
      const isBegunBefore = entry.from < version.at
      const isJoined = isBegunBefore && index > 0 && version.at < entry.to && !before.has(key)
      if (entry.from >= until) lost.set(key, one)
      else if (!isBegunBefore || isJoined) planned.set(key, one)
    }
    before = now
  })
  for (const key of planned.keys()) lost.delete(key)
  return { planned: [...planned.values()], lost: [...lost.values()] }
}

/** Whether one schedule pushed aside another. Plans that were made before ids were kept know names alone. */
const pushedAside = (
  { overrode, overrodeIds }: Because,
  { id, name }: PlanItem['schedule'],
): boolean => overrodeIds?.includes(id) ?? overrode.includes(name)

/** Of what a later version took off the air, that which something more urgent displaced. */
const isOverridden = ({ entry, version }: Planned, planned: readonly Planned[]): boolean =>
  planned.some(
    (other) =>
      other.version.at > version.at &&
      other.entry.from < entry.to &&
      entry.from < other.entry.to &&
      pushedAside(other.entry.segment.because, entry.item.schedule),
  )

/** Planned against delivered of one device on one day. Pure: the same inputs say the same. */
export const drawUp = (inputs: DayInputs): Statement => {
  const records = Map.groupBy(inputs.plays, (play) =>
    keyOf(play.channel, play.plannedStartAt, play.assetSha256, play.scheduleId),
  )
  const isOver = ({ to }: Entry) => to + inputs.graceMs <= inputs.now
  const statement: Statement = { occurrences: [], withheld: [], nextAt: null }

  for (const channel of ['audio', 'screen'] as const) {
    const { planned, lost } = plannedOn(inputs, channel)
    for (const { entry, version } of planned) {
      if (!isOver(entry)) {
        statement.nextAt = Math.min(statement.nextAt ?? entry.to, entry.to)
        continue
      }
      const found = records.get(keyOfEntry(channel, entry)) ?? []
      const told = found.length > 0 ? causeOfRecord(found) : undefined
      const { outcome, cause } = told ?? causeOfSilence(entry, version.revision, inputs.witness)
      const { item, from, to } = entry
      statement.occurrences.push({ channel, item, from, to, version, outcome, cause })
    }
    for (const one of lost) {
      if (!isOver(one.entry) || !isOverridden(one, planned)) continue
      const { item, from, to } = one.entry
      const { version } = one
      statement.occurrences.push({
        ...{ channel, item, from, to, version },
        outcome: 'missed',
        cause: 'overridden',
      })
    }
    const last = inputs.versions.at(-1)
    const today = last?.days.find(({ startsAt }) => startsAt === inputs.from)?.plans[channel]
    for (const withheld of (today && inputs.planOf(today)?.withheld) || []) {
      if (last) statement.withheld.push({ channel, withheld, version: last })
    }
  }
  return statement
}
