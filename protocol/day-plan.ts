import { z } from 'zod'
import { AssetKind, Language } from './asset.ts'
import { ThemeSnapshot } from './campaign.ts'
import { Channel } from './channel.ts'
import { AssetId, ScheduleId, Sha256 } from './ids.ts'
import { Priority } from './schedule.ts'
import { DayMs, DurationMs, VolumePercent } from './units.ts'

/** A schedule as plans and records carry it: readable after it is gone. */
export const ScheduleRef = z.object({ id: ScheduleId, name: z.string() })
export type ScheduleRef = z.infer<typeof ScheduleRef>

/** What an item is in its session. */
export const ItemRole = z.enum(['signature', 'call', 'chime', 'item', 'fill', 'closing'])
export type ItemRole = z.infer<typeof ItemRole>

/** What reports count by besides themes; absent from plans and records made before they were kept. */
export const Labels = z.object({
  language: Language,
  strand: z.string().nullable(),
  sector: z.string().nullable(),
})
export type Labels = z.infer<typeof Labels>

/** One thing to play, with everything that its record will have to say about it. */
export const PlanItem = z.object({
  assetId: AssetId,
  sha256: Sha256,
  mime: z.string(),
  kind: AssetKind,
  title: z.string(),
  themes: z.array(ThemeSnapshot),
  labels: Labels.optional(),
  approvedBy: z.string(),
  durationMs: DurationMs.positive(),
  role: ItemRole,
  /** Louder or softer than the loudness that all clips have. */
  gainDb: z.number(),
  /** What is played where a relay does not come. */
  fallback: z.object({ sha256: Sha256, mime: z.string() }).nullable(),
  /** The schedule that asked for it. */
  schedule: ScheduleRef,
})
export type PlanItem = z.infer<typeof PlanItem>

/** What of the area's policy is broken, by an emergency or by an exception with a reason. */
export const PolicyBreak = z.enum(['quiet-hours', 'broadcast-window', 'limit'])
export type PolicyBreak = z.infer<typeof PolicyBreak>

/** Why something is on air: which schedules put it there, and which they pushed aside. */
export const Because = z.object({
  /** One for sound; for a screen all that share the loop. */
  schedules: z.array(ScheduleRef).min(1),
  priority: Priority,
  /** Names of the schedules that wanted this time and did not get it. */
  overrode: z.array(z.string()),
  /** Their ids in the same order; absent where there is none, and from plans that were made before. */
  overrodeIds: z.array(ScheduleId).optional(),
  breaks: z.array(PolicyBreak),
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

/** Of an item the first six, of a stretch of a schedule the others. */
export const WithheldReason = z.enum([
  'asset-missing',
  /** A relay whose address no device would fetch. */
  'relay-not-allowed',
  'not-approved',
  'not-valid',
  'theme-inactive',
  'too-long',
  'not-fitting',
  'conflict',
  'quiet-hours',
  'outside-windows',
  'too-many-sessions',
  'too-many-minutes',
  'daypart-missing',
])
export type WithheldReason = z.infer<typeof WithheldReason>

/** Something that was scheduled and will not be heard, and why. */
export const Withheld = z.object({
  scheduleId: ScheduleId,
  schedule: z.string(),
  assetId: AssetId.nullable(),
  title: z.string(),
  /** Of the day, where the reason is about a time. */
  at: DayMs.nullable(),
  reason: WithheldReason,
})
export type Withheld = z.infer<typeof Withheld>

/** The compiled timeline of one channel on one local day. It does not know its date: equal days are one plan. */
export const DayPlan = z.object({
  v: z.literal(1),
  channel: Channel,
  segments: z.array(Segment),
  withheld: z.array(Withheld),
  /** Sound is not louder than this in these stretches; sorted, none overlapping another. */
  ceilings: z.array(z.object({ from: DayMs, to: DayMs, volume: VolumePercent })),
  /** A board is dark in these stretches, whatever else is planned. */
  blank: z.array(z.object({ from: DayMs, to: DayMs })),
})
export type DayPlan = z.infer<typeof DayPlan>
