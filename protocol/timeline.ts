import { z } from 'zod'
import { Channel } from './channel.ts'
import { Because, ItemRole, PlanItem, ScheduleRef, Withheld, WithheldReason } from './day-plan.ts'
import { AreaId, DeviceId, ScheduleId, Sha256 } from './ids.ts'
import { Priority } from './schedule.ts'
import { DayMs, EpochMs, LocalDate, TimeZone, VolumePercent } from './units.ts'

/** Worked out by the server: the last date lasts longer than what is taken from outside as an instant. */
const WorkedOutMs = z.int().nonnegative().meta({ description: 'ms since 1970-01-01T00:00Z' })

/** [from, to) on the axis of time. */
export const Span = z.object({ from: WorkedOutMs, to: WorkedOutMs })
export type Span = z.infer<typeof Span>

/** One stretch of one schedule as a row of the schedule page shows it. */
export const Block = Span.extend({
  schedule: ScheduleRef,
  channel: Channel,
  priority: Priority,
  /** Codes of the themes that are heard or seen in it, sorted. */
  themeCodes: z.array(z.string()),
  /** How many of the row's devices it reaches. */
  devices: z.int().nonnegative(),
  /** How many of its items are withheld on this day. */
  withheld: z.int().nonnegative(),
  /** Where something of a higher class, or of its own, is heard instead. */
  overridden: z.array(Span),
  isConflict: z.boolean(),
  /** new or edited in the draft and not published yet. */
  isDraft: z.boolean(),
}).meta({ id: 'Block' })
export type Block = z.infer<typeof Block>

/** An area with all the devices in and below it, or one device. */
export const TimelineRow = z
  .object({
    kind: z.enum(['area', 'device']),
    id: z.union([AreaId, DeviceId]),
    name: z.string(),
    path: z.array(z.string()),
    parentId: AreaId.nullable(),
    devices: z.int().nonnegative(),
    blocks: z.array(Block),
    windows: z.array(Span),
    quiet: z.array(Span),
  })
  .meta({ id: 'TimelineRow' })
export type TimelineRow = z.infer<typeof TimelineRow>

export const TimelineQuery = z.object({
  /** Rows are the areas right below this one and the devices in it; none: the topmost that one may see. */
  areaId: AreaId.optional(),
  /** communes: one row for every area below that has devices; children: one level down. */
  rows: z.enum(['children', 'communes', 'devices']).default('communes'),
  channel: Channel.optional(),
  from: LocalDate,
  /** Inclusive; at most 42 days. */
  to: LocalDate,
  view: z.enum(['draft', 'published']).default('draft'),
  search: z.string().trim().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
})
export type TimelineQuery = z.infer<typeof TimelineQuery>

/** One item on air on one device, and why. */
export const TimelineEntry = Span.extend({
  item: PlanItem,
  role: ItemRole,
  volume: VolumePercent,
  because: Because,
  planSha256: Sha256.nullable(),
}).meta({ id: 'TimelineEntry' })
export type TimelineEntry = z.infer<typeof TimelineEntry>

export const DeviceTimeline = z
  .object({
    deviceId: DeviceId,
    date: LocalDate,
    timeZone: TimeZone,
    startsAt: EpochMs,
    channels: z.array(
      z.object({
        channel: Channel,
        entries: z.array(TimelineEntry),
        withheld: z.array(Withheld),
        ceilings: z.array(z.object({ from: DayMs, to: DayMs, volume: VolumePercent })),
        blank: z.array(z.object({ from: DayMs, to: DayMs })),
      }),
    ),
  })
  .meta({ id: 'DeviceTimeline' })
export type DeviceTimeline = z.infer<typeof DeviceTimeline>

/** "Why is this playing", or why nothing is. */
export const Explanation = z
  .object({
    deviceId: DeviceId,
    at: EpochMs,
    /** Which publication and manifest revision held at that instant. */
    publication: z.int().nullable(),
    channels: z.array(
      z.object({
        channel: Channel,
        entry: TimelineEntry.nullable(),
        /** Schedules that wanted this instant and did not get it, and why. */
        others: z.array(
          z.object({
            schedule: ScheduleRef,
            priority: Priority,
            reason: z.enum(['lower-class', 'conflict', 'policy', 'later', 'ended', 'withheld']),
          }),
        ),
        withheld: z.array(Withheld),
        next: TimelineEntry.nullable(),
      }),
    ),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof Explanation>

/** Where two schedules of one class want one loudspeaker at the same time. */
export const Conflict = Span.extend({
  schedule: ScheduleRef,
  other: ScheduleRef,
  /** Who is heard where nothing is changed. */
  winner: ScheduleId,
  choice: z.enum(['refuse', 'queue', 'replace']),
  devices: z.int().positive(),
  /** The first few, for people. */
  deviceNames: z.array(z.string()).max(5),
  /** On how many days in the horizon; `from` and `to` are the first. */
  days: z.int().positive(),
}).meta({ id: 'Conflict' })
export type Conflict = z.infer<typeof Conflict>

/** What of a schedule will not be heard, gathered over devices and days. */
export const WithheldSummary = z
  .object({
    withheld: Withheld,
    devices: z.int().positive(),
    days: z.int().positive(),
    firstDate: LocalDate,
  })
  .meta({ id: 'WithheldSummary' })
export type WithheldSummary = z.infer<typeof WithheldSummary>

/** A playlist that does not fill its window, or does not fit into it. */
export const Misfit = z
  .object({
    schedule: ScheduleRef,
    kind: z.enum(['short', 'long']),
    windowMs: z.int().nonnegative(),
    playlistMs: z.int().nonnegative(),
    firstDate: LocalDate,
  })
  .meta({ id: 'Misfit' })
export type Misfit = z.infer<typeof Misfit>

/** A schedule that is on air for less than it wants, or than before, and through what. */
export const Interruption = z
  .object({
    schedule: ScheduleRef,
    channel: Channel,
    /** What is on air instead; null: nothing. */
    by: ScheduleRef.extend({ priority: Priority }).nullable(),
    /** null: nothing is withheld, there is just less to play. */
    reason: z.union([z.enum(['higher-class', 'same-class']), WithheldReason]).nullable(),
    /** The first stretch that it loses. */
    first: Span,
    days: z.int().positive(),
    devices: z.int().positive(),
    areas: z.int().positive(),
    /** The first few, for people. */
    areaNames: z.array(z.string()).max(5),
  })
  .meta({ id: 'Interruption' })
export type Interruption = z.infer<typeof Interruption>
