import { isDeepStrictEqual } from 'node:util'
import {
  applyBlankHours,
  type Entry,
  entriesBetween,
  type Timeline,
  timelineOf,
} from '#playlists/timeline'
import type { Channel, DayPlan, DeviceId, EpochMs, Play, Sha256 } from '#protocol'
import type { Manifests } from '../store/manifests.ts'
import type { PlanHistory } from '../store/plan-history.ts'
import type { PlanVersion } from './statement.ts'

/** Whether the server itself planned a play of this device, just as its record says. */
export type IsPlanned = (play: Play) => boolean

/** A device's clock agrees with the server's within seconds; what is planned for later was not played. */
const AHEAD_MS = 600_000
/** As before: a plan holds the day before it too, and nothing that was over by then was played by it. */
const BEHIND_MS = 600_000
/** A plan reaches into the day before and the day after its own. */
const AROUND_MS = 30 * 3_600_000
/** Plans kept at hand: devices of one group play the same ones. */
const MOST_PLANS = 100

/** Whether a record says of its item what the plan says. */
const isItem = (play: Play, { item, segment, from, to }: Entry): boolean =>
  play.plannedStartAt === from &&
  play.plannedEndAt === to &&
  play.scheduleId === item.schedule.id &&
  play.schedule === item.schedule.name &&
  play.priority === segment.because.priority &&
  play.role === item.role &&
  play.approvedBy === item.approvedBy &&
  play.asset.id === item.assetId &&
  play.asset.sha256 === item.sha256 &&
  play.asset.kind === item.kind &&
  play.asset.title === item.title &&
  isDeepStrictEqual(play.themes, item.themes) &&
  isDeepStrictEqual(play.labels, item.labels)

type Around = { version: PlanVersion; timelines: Timeline[] }

type PlannedPlaysDeps = {
  planHistory: Pick<PlanHistory, 'versions' | 'versionsOf'>
  manifests: Pick<Manifests, 'plan'>
}

/**
 * Compares what devices record with what the server itself planned for them: place, plan, schedule,
 * content, themes, approver and instants. A record says all of it by itself, and a device in foreign
 * hands says what it likes.
 */
export const createPlannedPlays = ({ planHistory, manifests }: PlannedPlaysDeps) => {
  const plans = new Map<Sha256, DayPlan | null>()

  const load = async (hashes: Iterable<Sha256>): Promise<void> => {
    for (const sha256 of hashes) {
      if (plans.has(sha256)) continue
      if (plans.size >= MOST_PLANS) plans.clear()
      const body = await manifests.plan(sha256)
      plans.set(sha256, body === undefined ? null : (JSON.parse(body) as DayPlan))
    }
  }

  const isNear = (startsAt: EpochMs, plays: readonly Play[]): boolean =>
    plays.some(({ plannedStartAt }) => Math.abs(plannedStartAt - startsAt) <= 2 * AROUND_MS)

  const namesNear = ({ days }: PlanVersion, plays: readonly Play[]): Sha256[] =>
    days.flatMap(({ startsAt, plans: named }) =>
      isNear(startsAt, plays) ? Object.values(named) : [],
    )

  /** What a version plans around these plays of one channel: with its days joined, and each by itself. */
  const around = (version: PlanVersion, channel: Channel, plays: readonly Play[]): Around => {
    const days = version.days.flatMap(({ startsAt, plans: named }) => {
      const sha256 = isNear(startsAt, plays) ? named[channel] : undefined
      const plan = sha256 && plans.get(sha256)
      return plan
        ? [{ startsAt, sha256, segments: applyBlankHours(plan.segments, plan.blank) }]
        : []
    })
    // A device that lacks a day's plan does not join it to the next one.
    return { version, timelines: [days, ...days.map((day) => [day])].map(timelineOf) }
  }

  const isOf = ({ version, timelines }: Around, play: Play): boolean =>
    play.plannedEndAt > version.at - BEHIND_MS &&
    version.device === play.device &&
    isDeepStrictEqual(version.area, play.area) &&
    // The same entry may be written in the plan before or after: its hash decides nothing.
    timelines.some((timeline) =>
      [...entriesBetween(timeline, play.plannedStartAt, play.plannedStartAt + 1)].some((entry) =>
        isItem(play, entry),
      ),
    )

  return {
    /**
     * Reads what is needed to judge these plays.
     * @param plays of one device
     * @param now when they are judged: none can be planned for later
     */
    async of(deviceId: DeviceId, plays: readonly Play[], now: EpochMs): Promise<IsPlanned> {
      const judged = new Map<Play, boolean>()
      for (const [revision, alike] of Map.groupBy(plays, (play) => play.revision)) {
        const possible = alike.filter(({ plannedStartAt }) => plannedStartAt <= now + AHEAD_MS)
        if (possible.length === 0) continue
        const named = await planHistory.versionsOf(deviceId, revision)
        const instants = possible.map(({ plannedStartAt }) => plannedStartAt)
        // Restored from a backup, the server knows a later manifest by its plans alone.
        const versions =
          named.length > 0
            ? named
            : await planHistory.versions(
                deviceId,
                Math.min(...instants) - AROUND_MS,
                Math.max(...instants) + AROUND_MS,
              )
        await load(new Set(versions.flatMap((version) => namesNear(version, possible))))
        for (const [channel, together] of Map.groupBy(possible, (play) => play.channel)) {
          const all = versions.map((version) => around(version, channel, together))
          for (const play of together)
            judged.set(
              play,
              all.some((one) => isOf(one, play)),
            )
        }
      }
      return (play) => judged.get(play) ?? false
    },
  }
}
