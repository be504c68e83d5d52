import { addDays, dateAt, type Programme, startOfDay } from '#playlists'
import { entryAt, nextEntry } from '#playlists/timeline'
import {
  type Channel,
  comparePriority,
  type DayPlan,
  type EpochMs,
  type Explanation,
  type Schedule,
} from '#protocol'
import type { Audience } from './audiences.ts'
import { timelineFor, toTimelineEntry } from './device-timeline.ts'
import type { KnownDevice } from './memory.ts'
import type { Plans } from './plans.ts'
import { windowsOf } from './windows.ts'

type Channels = Explanation['channels'][number]
type Reason = Channels['others'][number]['reason']

const POLICY = new Set([
  'quiet-hours',
  'outside-windows',
  'too-many-sessions',
  'too-many-minutes',
  'daypart-missing',
])

/** Why a schedule whose window holds an instant is not what is heard at it. */
const reasonFor = (
  schedule: Schedule,
  entry: Channels['entry'],
  plan: DayPlan,
  audience: Audience,
): Reason => {
  const withheld = plan.withheld.filter(({ scheduleId }) => scheduleId === schedule.id)
  if (withheld.some(({ reason }) => POLICY.has(reason))) return 'policy'
  if (withheld.some(({ reason }) => reason === 'conflict')) return 'conflict'
  if (entry?.because.overrode.includes(schedule.name)) {
    const class_ = comparePriority(entry.because.priority, schedule.priority)
    if (class_ > 0) return 'lower-class'
    if (class_ === 0) return 'conflict'
  }
  const isHeard = plan.segments.some(({ because }) =>
    because.schedules.some(({ id }) => id === schedule.id),
  )
  return isHeard || withheld.length === 0 || audience.schedules.length === 0 ? 'ended' : 'withheld'
}

/** What is on air on a device at an instant, what is not, and why. */
export const explain = (
  device: KnownDevice,
  audience: Audience,
  programme: Programme,
  plans: Plans,
  at: EpochMs,
  publication: number | null,
): Explanation => {
  const date = dateAt(at, audience.timeZone)
  const tomorrow = addDays(date, 1)
  const channelAt = (channel: Channel): Channels => {
    const timeline = timelineFor(audience, programme, plans, channel, [date, tomorrow])
    const now = entryAt(timeline, at)
    const entry = now ? toTimelineEntry(now) : null
    const { plan } = plans(audience, programme, date, channel)
    const others = audience.schedules.flatMap((schedule) => {
      if (programme.playlists.get(schedule.playlistId)?.channel !== channel) return []
      if (entry?.because.schedules.some(({ id }) => id === schedule.id)) return []
      const wants = windowsOf(schedule, audience, addDays(date, -1), date).some(
        ({ from, to }) => from <= at && at < to,
      )
      if (!wants) return []
      const { id, name, priority } = schedule
      return [
        { schedule: { id, name }, priority, reason: reasonFor(schedule, entry, plan, audience) },
      ]
    })
    const next = nextEntry(timeline, entry?.to ?? at)
    return {
      channel,
      entry,
      others,
      withheld: plan.withheld,
      next:
        next && next.from < startOfDay(addDays(tomorrow, 1), audience.timeZone)
          ? toTimelineEntry(next)
          : null,
    }
  }
  return { deviceId: device.id, at, publication, channels: device.channels.map(channelAt) }
}
