import { z } from 'zod'
import { fieldProblem } from './field-problems.ts'
import { AreaId, DeviceId, PlaylistId, ScheduleId } from './ids.ts'
import { LocalDate, LocalEndTime, LocalTime, VolumePercent } from './units.ts'

/** Priority classes, lowest first. A higher class interrupts a lower one. */
export const PRIORITIES = ['filler', 'normal', 'priority', 'live', 'emergency'] as const
export const Priority = z.enum(PRIORITIES)
export type Priority = z.infer<typeof Priority>

/** Negative where `a` yields to `b`. */
export const comparePriority = (a: Priority, b: Priority): number =>
  PRIORITIES.indexOf(a) - PRIORITIES.indexOf(b)

/** Who hears or sees it: every device in these areas and below them, and these devices. */
export const Audience = z
  .object({ areaIds: z.array(AreaId).max(500), deviceIds: z.array(DeviceId).max(5_000) })
  .refine((audience) => audience.areaIds.length + audience.deviceIds.length > 0, {
    error: fieldProblem('audience-empty'),
  })
  .meta({ id: 'Audience' })
export type Audience = z.infer<typeof Audience>

/**
 * When: wall-clock in the zone of the device's area. The window [startTime, endTime) belongs to the
 * day on which it starts; an end at or before the start lies on the next day.
 */
export const TimeRule = z
  .object({
    startDate: LocalDate,
    startTime: LocalTime,
    endTime: LocalEndTime,
    /** The RRULE value of RFC 5545 without its name, or null for one day only. */
    rrule: z.string().max(500).nullable(),
    extraDates: z.array(LocalDate).max(400),
    exceptDates: z.array(LocalDate).max(400),
  })
  .meta({ id: 'TimeRule' })
export type TimeRule = z.infer<typeof TimeRule>

const body = {
  name: z.string().trim().min(1).max(200),
  areaId: AreaId,
  playlistId: PlaylistId,
  audience: Audience,
  time: TimeRule,
  priority: Priority,
  /** What a playlist shorter than its window does: end, or begin anew. */
  fill: z.enum(['end', 'repeat']),
  volume: VolumePercent,
}

export const ScheduleInput = z.strictObject(body).meta({ id: 'ScheduleInput' })
export type ScheduleInput = z.infer<typeof ScheduleInput>

export const Schedule = z.object({ id: ScheduleId, ...body }).meta({ id: 'Schedule' })
export type Schedule = z.infer<typeof Schedule>
