import { z } from 'zod'
import { Cadence, MOST_ROUNDS, roundsBetween } from './cadence.ts'
import { fieldProblem } from './field-problems.ts'
import { AreaId, DeviceId, PlaylistId, ScheduleId } from './ids.ts'
import { DaypartCode } from './policy.ts'
import { lineOf } from './text.ts'
import {
  DurationMs,
  isSameTime,
  LocalDate,
  LocalEndTime,
  LocalTime,
  Version,
  VolumePercent,
} from './units.ts'

/** Priority classes, lowest first. A higher class interrupts a lower one. */
export const PRIORITIES = ['filler', 'normal', 'priority', 'live', 'emergency'] as const
export const Priority = z.enum(PRIORITIES)
export type Priority = z.infer<typeof Priority>

/** Negative where `a` yields to `b`. */
export const comparePriority = (a: Priority, b: Priority): number =>
  PRIORITIES.indexOf(a) - PRIORITIES.indexOf(b)

const listed = { areaIds: z.array(AreaId).max(500), deviceIds: z.array(DeviceId).max(5_000) }

/**
 * Who hears or sees it: every device in these areas and below them, and these devices; but not those that
 * are excepted.
 */
export const Audience = z
  .object({ ...listed, except: z.strictObject(listed).optional() })
  .refine((audience) => audience.areaIds.length + audience.deviceIds.length > 0, {
    error: fieldProblem('audience-empty'),
  })
  .meta({ id: 'Audience' })
export type Audience = z.infer<typeof Audience>

/**
 * When: wall-clock in the zone of the device's area. The window [startTime, endTime) belongs to the
 * day on which it starts; an end before the start lies on the next day. Stored ones may end where they
 * start, which is 24 hours; what is typed may not.
 */
export const TimeRule = z
  .object({
    startDate: LocalDate,
    startTime: LocalTime,
    endTime: LocalEndTime,
    /**
     * A named window of the area's policy: its times hold, startTime and endTime are not looked at.
     * null: by the clock.
     */
    daypart: DaypartCode.nullable().default(null),
    /** The RRULE value of RFC 5545 without its name, or null for one day only. */
    rrule: z.string().max(500).nullable().meta({
      description:
        'RRULE of RFC 5545 over dates, without its name: FREQ=MONTHLY;BYDAY=2SA,4SA. null: one day only',
    }),
    extraDates: z.array(LocalDate).max(400),
    exceptDates: z.array(LocalDate).max(400),
  })
  .meta({ id: 'TimeRule' })
export type TimeRule = z.infer<typeof TimeRule>

const TypedTime = TimeRule.refine((time) => time.daypart !== null || !isSameTime(time), {
  path: ['endTime'],
  error: fieldProblem('window-whole-day'),
}).meta({ id: 'TypedTime' })

const body = {
  name: lineOf(200),
  areaId: AreaId,
  playlistId: PlaylistId,
  audience: Audience,
  time: TimeRule,
  priority: Priority,
  /** What a playlist shorter than its window does: end, begin anew, or be followed by another. */
  fill: z.enum(['end', 'repeat', 'playlist']),
  fillPlaylistId: PlaylistId.nullable().default(null),
  volume: VolumePercent,
  /** Opens and closes with the station's signature tune, call and closing tune. */
  session: z.boolean().default(false),
  /** How many times the playlist is played within the window, with silence in between. */
  repeats: z
    .strictObject({ count: z.int().min(1).max(10), gapMs: DurationMs.max(7_200_000) })
    .default({ count: 1, gapMs: 0 }),
  /** Rounds by the clock, instead of `repeats` and of what fills the window. null: none. */
  cadence: Cadence.nullable().default(null),
  /** Its share of the screen among schedules of its class that run at the same time. */
  weight: z.int().min(1).max(100).default(1),
  /**
   * Sound: what happens where another schedule of its class has the loudspeaker. refuse: the other
   * keeps it; queue: begin when the other has ended; replace: take it.
   */
  onConflict: z.enum(['refuse', 'queue', 'replace']).default('refuse'),
  /** Why it may be on air outside the area's broadcast windows and above its limits; audited. */
  exception: z
    .strictObject({ reason: z.string().trim().min(5).max(500) })
    .nullable()
    .default(null),
}

const isFillNamed = (schedule: { fill: string; fillPlaylistId: unknown }) =>
  (schedule.fill === 'playlist') === (schedule.fillPlaylistId !== null)

type Rounds = {
  cadence: Cadence | null
  fill: string
  repeats: { count: number }
  time: Pick<TimeRule, 'startTime' | 'endTime' | 'daypart'>
}

const isCadenceAlone = ({ cadence, fill, repeats }: Rounds) =>
  cadence === null || (fill === 'end' && repeats.count === 1)

/** The times of a daypart are an area's: how many rounds it has is seen when it is compiled. */
const roundsIn = ({ cadence, time }: Rounds): number =>
  cadence === null || time.daypart !== null
    ? 1
    : roundsBetween(cadence, time.startTime, time.endTime)

const checkRounds = (schedule: Rounds, context: z.RefinementCtx): void => {
  const refuse = (problem: Parameters<typeof fieldProblem>[0]) =>
    context.addIssue({ code: 'custom', path: ['cadence'], message: fieldProblem(problem) })
  if (!isCadenceAlone(schedule)) refuse('cadence-not-alone')
  else if (roundsIn(schedule) < 1) refuse('cadence-without-round')
  else if (roundsIn(schedule) > MOST_ROUNDS) refuse('cadence-too-many')
}

export const ScheduleInput = z
  .strictObject({ ...body, time: TypedTime })
  .refine(isFillNamed, { path: ['fillPlaylistId'], error: fieldProblem('fill-playlist-mismatch') })
  .superRefine(checkRounds)
  .meta({ id: 'ScheduleInput' })
export type ScheduleInput = z.infer<typeof ScheduleInput>
/** As it is sent: what has a default may be left out. */
export type NewSchedule = z.input<typeof ScheduleInput>

/** An edit names the version that it was made from. */
export const ScheduleEdit = z
  .strictObject({ version: Version, ...body, time: TypedTime })
  .refine(isFillNamed, { path: ['fillPlaylistId'], error: fieldProblem('fill-playlist-mismatch') })
  .superRefine(checkRounds)
  .meta({ id: 'ScheduleEdit' })
export type ScheduleEdit = z.infer<typeof ScheduleEdit>

export const Schedule = z
  .object({ id: ScheduleId, version: Version, ...body })
  .meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof Schedule>
