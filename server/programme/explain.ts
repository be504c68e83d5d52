import { dateAt, explainAt, type Programme } from '#playlists'
import type { EpochMs, Explanation } from '#protocol'
import { type Audience, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import type { KnownDevice } from './memory.ts'

/** What is on air on a device at an instant, what is not, and why. */
export const explain = (
  device: KnownDevice,
  audience: Audience,
  programme: Programme,
  at: EpochMs,
  publication: number | null,
): Explanation => {
  const compiler = compilerFor(programme, dateAt(at, audience.timeZone))
  const { schedules, channels } = audience
  return {
    deviceId: device.id,
    at,
    publication,
    channels: channels.map((channel) =>
      explainAt(compiler, { schedules, place: placeOf(audience, channel) }, at),
    ),
  }
}
