import { z } from 'zod'
import { ThemeSnapshot } from './campaign.ts'
import { PolicyBreak } from './day-plan.ts'
import { fieldProblem } from './field-problems.ts'
import { AreaId, AssetId, CampaignId, PlaylistId, ScheduleId, ThemeId } from './ids.ts'
import { PlaylistInput } from './playlist.ts'
import { DaypartCode } from './policy.ts'
import { ScheduleInput } from './schedule.ts'
import { Conflict, Interruption, Misfit, Span, WithheldSummary } from './timeline.ts'
import { DurationMs, EpochMs, isSameTime, LocalDate, LocalEndTime, LocalTime } from './units.ts'

/**
 * On how many days, today first, everything is worked out that is said before something is saved or
 * published: as many as a device holds.
 */
export const HORIZON_DAYS = 35

/** One thing in which the draft differs from what is published. */
export const Change = z
  .object({
    kind: z.enum(['added', 'edited', 'removed']),
    what: z.enum(['schedule', 'playlist', 'campaign', 'policy']),
    id: z.string(),
    name: z.string(),
    areaId: AreaId.nullable(),
  })
  .meta({ id: 'Change' })
export type Change = z.infer<typeof Change>

/** What is edited and not published yet, as far as the reader may publish it. */
export const DraftState = z
  .object({
    changes: z.array(Change),
    /** How many changes the reader may not publish. */
    foreign: z.int().nonnegative(),
  })
  .meta({ id: 'DraftState' })
export type DraftState = z.infer<typeof DraftState>

/** How a campaign's target stands in one week, over the devices that hear the theme. */
export const TargetState = z
  .object({
    campaignId: CampaignId,
    theme: ThemeSnapshot,
    per: z.enum(['plays', 'minutes']),
    asked: z.number(),
    /** What the device with the least gets. */
    planned: z.number(),
    devices: z.int().nonnegative(),
    devicesShort: z.int().nonnegative(),
  })
  .meta({ id: 'TargetState' })
export type TargetState = z.infer<typeof TargetState>

export const Publication = z
  .object({
    number: z.int().positive(),
    at: EpochMs,
    by: z.string(),
    changes: z.array(Change),
    /** Devices whose plan changed. */
    devices: z.int().nonnegative(),
    /** The publication that this one brought back, where it did. */
    restored: z.int().nullable(),
  })
  .meta({ id: 'Publication' })
export type Publication = z.infer<typeof Publication>

/** How far a publication has come: live over the panel's socket, and to be asked for. */
export const Rollout = z
  .object({
    number: z.int(),
    devices: z.int().nonnegative(),
    applied: z.int().nonnegative(),
    /** Those that have not, the first hundred. */
    missing: z
      .array(z.object({ name: z.string(), area: z.string(), online: z.boolean() }))
      .max(100),
  })
  .meta({ id: 'Rollout' })
export type Rollout = z.infer<typeof Rollout>

/** A draft that is not saved: one schedule, new or in place of one that exists. */
export const PreviewInput = z
  .strictObject({
    schedule: ScheduleInput,
    /** The schedule that it would replace. */
    replaces: ScheduleId.nullable().default(null),
    /** Items that are not saved either; null: the playlist as the draft has it. */
    playlist: PlaylistInput.nullable().default(null),
    from: LocalDate,
    to: LocalDate,
  })
  .meta({ id: 'PreviewInput' })
export type PreviewInput = z.infer<typeof PreviewInput>

export const Preview = z
  .object({
    devices: z.int().nonnegative(),
    /**
     * When it would be on air, before policy and other schedules, and when its rounds by the clock begin;
     * those that are over are left out.
     */
    occurrences: z.array(Span.extend({ date: LocalDate, roundsAt: z.array(EpochMs) })),
    conflicts: z.array(Conflict),
    /** What it takes from other schedules, and what others take from it. */
    interruptions: z.array(Interruption),
    /** What of the area's policy it breaks. */
    breaks: z.array(PolicyBreak),
    withheld: z.array(WithheldSummary),
    misfits: z.array(Misfit),
  })
  .meta({ id: 'Preview' })
export type Preview = z.infer<typeof Preview>

/** Why the planner finds no time: no approved clip of the theme, no window in the area, or no free time in them. */
export const NoRoom = z.enum(['no-approved-asset', 'no-window', 'no-room'])
export type NoRoom = z.infer<typeof NoRoom>

/** What the planner proposes for one area and one week: a session a day and window, and its items. */
export const Proposal = z
  .object({
    campaignId: CampaignId,
    areaId: AreaId,
    /** The Monday of the week. */
    week: LocalDate,
    seed: z.string().max(100),
    sessions: z
      .array(
        z
          .object({
            date: LocalDate,
            daypart: DaypartCode.nullable(),
            startTime: LocalTime,
            endTime: LocalEndTime,
            items: z
              .array(
                z.object({
                  assetId: AssetId,
                  title: z.string().max(500),
                  themeIds: z.array(ThemeId).max(50),
                  durationMs: DurationMs.positive(),
                }),
              )
              .max(500),
          })
          .refine((session) => !isSameTime(session), {
            path: ['endTime'],
            error: fieldProblem('window-whole-day'),
          }),
      )
      .max(500),
    targets: z.array(TargetState),
    /** Themes that cannot be brought up to their target, and what is missing. */
    shortfalls: z.array(
      z.object({
        theme: ThemeSnapshot,
        per: z.enum(['plays', 'minutes']),
        missing: z.number().positive(),
        reason: NoRoom,
      }),
    ),
  })
  .meta({ id: 'Proposal' })
export type Proposal = z.infer<typeof Proposal>

/** What is to be planned: one area and one week. Another seed gives another rotation. */
export const ProposalInput = z
  .strictObject({ areaId: AreaId, week: LocalDate, seed: z.string().max(100).default('1') })
  .meta({ id: 'ProposalInput' })
export type ProposalInput = z.infer<typeof ProposalInput>

/** A theme that a device missed, and where it can be made good. */
export const MakeGood = z
  .object({
    theme: ThemeSnapshot,
    areaId: AreaId,
    area: z.string(),
    missedPlays: z.int().positive(),
    devices: z.int().positive(),
    /** Free time that the planner found for it. */
    sessions: Proposal.shape.sessions,
    /** Why it found time for fewer plays than were missed; null where it found enough. */
    reason: NoRoom.nullable(),
  })
  .meta({ id: 'MakeGood' })
export type MakeGood = z.infer<typeof MakeGood>

/** Coverage of a week: what is planned and what was delivered, per commune and theme. */
export const WeekCoverage = z
  .object({
    campaignId: CampaignId,
    week: LocalDate,
    themes: z.array(ThemeSnapshot),
    rows: z.array(
      z.object({
        areaId: AreaId,
        name: z.string(),
        path: z.array(z.string()),
        devices: z.int().nonnegative(),
        cells: z.array(
          z.object({
            themeId: ThemeId,
            /** Plays over all devices of the commune. */
            planned: z.int().nonnegative(),
            delivered: z.int().nonnegative(),
            /** Share of the target that the device with the least has planned; null without a target. */
            target: z.number().nonnegative().nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'WeekCoverage' })
export type WeekCoverage = z.infer<typeof WeekCoverage>

/** Copies what happens on some dates to others, or schedules to other areas. */
export const CopyDays = z
  .strictObject({
    scheduleIds: z.array(ScheduleId).min(1).max(500),
    /** The first day that is copied, and how many. */
    from: LocalDate,
    days: z.int().min(1).max(7),
    /** Each is the first day of a copy. */
    to: z.array(LocalDate).min(1).max(60),
  })
  .meta({ id: 'CopyDays' })
export type CopyDays = z.infer<typeof CopyDays>

export const CopyToAreas = z
  .strictObject({
    scheduleIds: z.array(ScheduleId).min(1).max(500),
    areaIds: z.array(AreaId).min(1).max(500),
  })
  .meta({ id: 'CopyToAreas' })
export type CopyToAreas = z.infer<typeof CopyToAreas>

export const Copied = z.object({
  scheduleIds: z.array(ScheduleId),
  playlistIds: z.array(PlaylistId),
})
export type Copied = z.infer<typeof Copied>
