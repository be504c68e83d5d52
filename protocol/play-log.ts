import { z } from 'zod'
import { Channel } from './channel.ts'
import { AreaId, DeviceId, ThemeId } from './ids.ts'
import { pageOf } from './page.ts'
import { Cause, ClockState, Outcome, Play } from './play-record.ts'
import { EpochMs, LocalDate } from './units.ts'

/**
 * Why a play is kept apart from the log and counted nowhere. unplanned: the server never planned it for
 * this device. repeated: what it tells of its entry of the plan was told before, and is counted already.
 */
export const ApartReason = z.enum(['unplanned', 'repeated'])
export type ApartReason = z.infer<typeof ApartReason>

/** A play as the log shows it: the record's own snapshot, and where the record lies. */
export const PlayLogEntry = z
  .object({
    deviceId: DeviceId,
    epoch: z.int(),
    seq: z.int(),
    receivedAt: EpochMs,
    clock: ClockState,
    /** null: it is in the log, and counted. */
    apart: ApartReason.nullable(),
    /** false: the server never planned it for this device; it is counted nowhere. */
    isPlanned: z.boolean(),
    play: Play,
  })
  .meta({ id: 'PlayLogEntry' })
export type PlayLogEntry = z.infer<typeof PlayLogEntry>

/** A page of the play log. */
export const PlayLogPage = pageOf(PlayLogEntry).extend({
  /** Months (YYYY-MM) within the dates asked for whose records are in the archives of the server. */
  archived: z.array(z.string()),
})

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
