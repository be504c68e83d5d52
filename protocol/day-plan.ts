import { z } from 'zod'
import { AssetKind } from './asset.ts'
import { ThemeSnapshot } from './campaign.ts'
import { Channel } from './channel.ts'
import { AssetId, ScheduleId, Sha256 } from './ids.ts'
import { Priority } from './schedule.ts'
import { DayMs, DurationMs, VolumePercent } from './units.ts'

/** One thing to play, with everything that its record will have to say about it. */
export const PlanItem = z.object({
  assetId: AssetId,
  sha256: Sha256,
  mime: z.string(),
  kind: AssetKind,
  title: z.string(),
  themes: z.array(ThemeSnapshot),
  approvedBy: z.string(),
  durationMs: DurationMs.positive(),
})
export type PlanItem = z.infer<typeof PlanItem>

/** Why something is on air: which schedule put it there, and which it pushed aside. */
export const Because = z.object({
  scheduleId: ScheduleId,
  schedule: z.string(),
  priority: Priority,
  /** Names of the schedules of a lower class that wanted this time. */
  overrode: z.array(z.string()),
})
export type Because = z.infer<typeof Because>

/**
 * A stretch [from, to) during which one schedule has the channel. Its items run one after another
 * from `anchor`, over and over where `repeat` says so; what is on air at an instant follows from the
 * instant alone, so that a late joiner is where everybody is.
 */
export const Segment = z
  .object({
    from: DayMs,
    to: DayMs,
    /** Where the first item begins; before `from` where the segment resumes after an interruption. */
    anchor: DayMs,
    repeat: z.boolean(),
    items: z.array(PlanItem).min(1),
    volume: VolumePercent,
    because: Because,
  })
  .refine((segment) => segment.from < segment.to && segment.anchor <= segment.from, {
    error: 'a segment must last, and its items must not begin after it',
  })
export type Segment = z.infer<typeof Segment>

/** Something that was scheduled and will not be heard, and why. */
export const Withheld = z.object({
  scheduleId: ScheduleId,
  schedule: z.string(),
  assetId: AssetId.nullable(),
  title: z.string(),
  reason: z.enum(['not-approved', 'not-valid', 'theme-inactive', 'asset-missing', 'too-long']),
})
export type Withheld = z.infer<typeof Withheld>

/** The compiled timeline of one channel on one local day. It does not know its date: equal days are one plan. */
export const DayPlan = z.object({
  v: z.literal(1),
  channel: Channel,
  segments: z.array(Segment),
  withheld: z.array(Withheld),
})
export type DayPlan = z.infer<typeof DayPlan>
