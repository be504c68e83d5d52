import { z } from 'zod'
import { Channel } from './channel.ts'
import { AreaId, DeviceId, ThemeId } from './ids.ts'
import { Cause, ClockState, Outcome, Play } from './play-record.ts'
import { EpochMs, LocalDate } from './units.ts'

/** A play as the log shows it: the record's own snapshot, and where the record lies. */
export const PlayLogEntry = z
  .object({
    deviceId: DeviceId,
    epoch: z.int(),
    seq: z.int(),
    receivedAt: EpochMs,
    clock: ClockState,
    play: Play,
  })
  .meta({ id: 'PlayLogEntry' })
export type PlayLogEntry = z.infer<typeof PlayLogEntry>

/** What the play log can be narrowed to. Dates are days in the zone of the areas, both inclusive. */
export const PlayFilter = z.object({
  from: LocalDate.optional(),
  to: LocalDate.optional(),
  areaId: AreaId.optional(),
  deviceId: DeviceId.optional(),
  themeId: ThemeId.optional(),
  channel: Channel.optional(),
  outcome: Outcome.optional(),
  cause: Cause.optional(),
  search: z.string().trim().max(200).optional(),
})
export type PlayFilter = z.infer<typeof PlayFilter>
