import { z } from 'zod'
import { ThemeSnapshot } from './campaign.ts'
import { Channel } from './channel.ts'
import { ScheduleRef } from './day-plan.ts'
import { AreaId, AssetId, DeviceId, ThemeId } from './ids.ts'
import { AreaSnapshot } from './manifest.ts'
import { EpochMs, LocalDate } from './units.ts'

/**
 * How a planned occurrence went. delivered: whole, as planned. shortened: less than planned came
 * out. missed: nothing did. withheld: the plan itself held it back. unknown: no record says.
 */
export const Delivery = z.enum(['delivered', 'shortened', 'missed', 'withheld', 'unknown'])
export type Delivery = z.infer<typeof Delivery>

/**
 * Why a planned occurrence was not delivered whole. The first group follows from what lies around
 * it in the journal, the second from its own record. A network that is down is no cause: a device
 * plays without one.
 */
export const DeliveryCause = z.enum([
  'no-power',
  'player-stopped',
  'overridden',
  'plan-not-held',
  'content-withheld',
  'joined-late',
  'cut-by-plan',
  'plan-changed',
  'media-missing',
  'device-fault',
  'relay-lost',
  'clock-set',
  'skipped',
  'muted',
  'silent',
])
export type DeliveryCause = z.infer<typeof DeliveryCause>

/** Alike occurrences of one item on one device and day that were not delivered whole. */
export const MissingRun = z
  .object({
    deviceId: DeviceId,
    device: z.string(),
    area: AreaSnapshot,
    date: LocalDate,
    channel: Channel,
    schedule: ScheduleRef,
    asset: z.object({ id: AssetId.nullable(), title: z.string() }),
    themes: z.array(ThemeSnapshot),
    outcome: Delivery.exclude(['delivered']),
    cause: DeliveryCause.nullable(),
    count: z.int().positive(),
    /** Planned starts of the first and the last of them. */
    firstAt: EpochMs,
    lastAt: EpochMs,
  })
  .meta({ id: 'MissingRun' })
export type MissingRun = z.infer<typeof MissingRun>

export const MissingFilter = z.object({
  from: LocalDate.optional(),
  /** Inclusive. */
  to: LocalDate.optional(),
  areaId: AreaId.optional(),
  deviceId: DeviceId.optional(),
  themeId: ThemeId.optional(),
  channel: Channel.optional(),
  outcome: MissingRun.shape.outcome.optional(),
  cause: DeliveryCause.optional(),
})
export type MissingFilter = z.infer<typeof MissingFilter>

/** Something about deliveries that somebody should look into. */
export const Alert = z
  .object({
    /**
     * other-sound: a monitor heard something else than what was played. unplanned: it reports plays
     * that nobody planned for it. repeated: it reports plays again that are counted already.
     * ahead: it says that it holds a revision that nobody can have issued. exists-twice: two machines use its identity. unproved: somebody spoke to it in this server's
     * name and could not prove it. clock-refused: it does not set its clock by as much as this server
     * says, because no second source agrees. set-aside: its board does not show content under which its
     * page was lost twice. unreconciled: days whose plan could not be set against its records.
     * uncompiled: its plans could not be compiled, and it holds older ones. unstamped: days whose root the
     * configured authority has not stamped; of the office, not of a device.
     */
    kind: z.enum([
      'other-sound',
      'exists-twice',
      'ahead',
      'contradiction',
      'unproved',
      'clock-refused',
      'set-aside',
      'unplanned',
      'repeated',
      'uncompiled',
      'missed',
      'unreconciled',
      'unstamped',
      'unknown',
      'never-reported',
    ]),
    /** null: it is about the office. */
    deviceId: DeviceId.nullable(),
    device: z.string(),
    areaPath: z.array(z.string()),
    cause: DeliveryCause.nullable(),
    /** Occurrences, contradictions, days, or times that something else was heard. */
    count: z.int().nonnegative(),
    since: EpochMs,
  })
  .meta({ id: 'Alert' })
export type Alert = z.infer<typeof Alert>
