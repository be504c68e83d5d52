import { addDays, type Programme, startOfDay, toTimelineEntry } from '#playlists'
import { entriesBetween, timelineOf } from '#playlists/timeline'
import type { Channel, DeviceTimeline, LocalDate } from '#protocol'
import type { Audience } from './audiences.ts'
import type { KnownDevice } from './memory.ts'
import type { Plans } from './plans.ts'

/** A channel of an audience on the axis of time, over some days. */
export const timelineFor = (
  audience: Audience,
  programme: Programme,
  plans: Plans,
  channel: Channel,
  dates: readonly LocalDate[],
) =>
  timelineOf(
    dates.map((date) => {
      const { plan, sha256 } = plans(audience, programme, date, channel)
      return { startsAt: startOfDay(date, audience.timeZone), sha256, segments: plan.segments }
    }),
  )

/** All that one device is to play on one day. */
export const deviceTimeline = (
  device: KnownDevice,
  audience: Audience,
  programme: Programme,
  plans: Plans,
  date: LocalDate,
): DeviceTimeline => {
  const { timeZone } = audience
  const startsAt = startOfDay(date, timeZone)
  const endsAt = startOfDay(addDays(date, 1), timeZone)
  return {
    deviceId: device.id,
    date,
    timeZone,
    startsAt,
    channels: device.channels.map((channel) => {
      const { plan } = plans(audience, programme, date, channel)
      const timeline = timelineFor(audience, programme, plans, channel, [date])
      const { withheld, ceilings, blank } = plan
      const entries = [...entriesBetween(timeline, startsAt, endsAt)].map(toTimelineEntry)
      return { channel, entries, withheld, ceilings, blank }
    }),
  }
}
