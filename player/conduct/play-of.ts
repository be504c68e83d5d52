import type { Entry } from '#playlists/timeline'
import type { Cause, Channel, Manifest, Outcome, Play } from '#protocol'
import type { StageEnd } from '../stage/stage.ts'

/** What a record will say of an entry if nothing else is ever known: begun, and cut by our own death. */
export const begunPlay = (entry: Entry, channel: Channel, manifest: Manifest): Play => {
  const { item, segment, planSha256, from, to } = entry
  const { priority, breaks } = segment.because
  return {
    channel,
    revision: manifest.revision,
    planSha256,
    scheduleId: item.schedule.id,
    schedule: item.schedule.name,
    priority,
    role: item.role,
    breaks,
    asset: { id: item.assetId, sha256: item.sha256, kind: item.kind, title: item.title },
    themes: item.themes,
    ...(item.labels && { labels: item.labels }),
    approvedBy: item.approvedBy,
    area: manifest.device.area,
    device: manifest.device.name,
    volume: segment.volume,
    plannedStartAt: from,
    plannedEndAt: to,
    startAt: null,
    endAt: null,
    playedMs: 0,
    startErrorMs: null,
    outcome: 'interrupted',
    cause: 'player-killed',
    measured: null,
  }
}

/** Why the player ends something itself. */
export type StopReason = 'plan-changed' | 'emergency' | 'player-stopped' | 'skipped' | 'clock-set'

/** How a play went, as far as the player saw it. */
export type Course = {
  /** Why we ended it ourselves, where we did. */
  stoppedFor: StopReason | undefined
  /** It was begun in the middle, because its planned start was over. */
  isJoined: boolean
  /** The plan itself gives it less than the whole item. */
  isPlannedShort: boolean
  /** Anything at all came out. */
  wasHeard: boolean
  end: StageEnd['reason']
  measured: StageEnd['measured']
  isMutedByHand: boolean
}

/** Less of a relay than this is missing without anybody noticing. */
const MISSED_MS = 500

/** What of a sound did not go out although it played. */
const lackOf = ({ measured, isMutedByHand }: Course): [Outcome, Cause] | undefined => {
  if (measured?.kind !== 'audio') return undefined
  const { relay, mutedMs, samples, sampleRate } = measured
  const lastedMs = (1000 * samples) / sampleRate
  if (mutedMs) {
    const cause = isMutedByHand ? 'muted' : 'emergency'
    return [mutedMs < lastedMs - MISSED_MS ? 'partial' : 'failed', cause]
  }
  if (relay && relay.fallbackMs + relay.silentMs >= MISSED_MS)
    return [relay.streamMs > MISSED_MS ? 'partial' : 'failed', 'relay-lost']
  return measured.rmsDbfs === null ? ['failed', 'silent'] : undefined
}

/** Outcome and cause of a play: the first thing that went wrong names it. */
export const outcomeOf = (
  course: Course,
  channel: Channel,
): { outcome: Outcome; cause: Cause | null } => {
  const lost: Cause = channel === 'audio' ? 'output-lost' : 'screen-lost'
  if (course.stoppedFor === 'player-stopped')
    return { outcome: 'interrupted', cause: 'player-stopped' }
  if (course.stoppedFor) return { outcome: 'partial', cause: course.stoppedFor }
  // Nobody stopped it: it came too late for what the output holds already.
  if (!course.wasHeard && course.end === 'stopped')
    return { outcome: 'failed', cause: 'joined-late' }
  if (!course.wasHeard) return { outcome: 'failed', cause: lost }
  if (course.end !== 'done') return { outcome: 'interrupted', cause: lost }
  const lack = lackOf(course)
  if (lack) return { outcome: lack[0], cause: lack[1] }
  if (course.isJoined) return { outcome: 'partial', cause: 'joined-late' }
  if (course.isPlannedShort) return { outcome: 'partial', cause: 'cut-by-plan' }
  return { outcome: 'completed', cause: null }
}
