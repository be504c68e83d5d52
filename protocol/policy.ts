import { z } from 'zod'
import { fieldProblem } from './field-problems.ts'
import { AreaId, AssetId, ScheduleId } from './ids.ts'
import { lineOf } from './text.ts'
import { isSameTime, LocalEndTime, LocalTime, VolumePercent } from './units.ts'

/** Monday is 1, Sunday is 7 (ISO 8601). */
export const Weekday = z.int().min(1).max(7)
export type Weekday = z.infer<typeof Weekday>

const times = { startTime: LocalTime, endTime: LocalEndTime }

/**
 * A stretch of the day on some weekdays; an end before the start lies on the next day. Stored ones may
 * end where they start, which is 24 hours; PolicyInput refuses them.
 */
export const PolicyWindow = z.strictObject({
  ...times,
  weekdays: z.array(Weekday).min(1).max(7),
})
export type PolicyWindow = z.infer<typeof PolicyWindow>

export const DaypartCode = lineOf(40)
export type DaypartCode = z.infer<typeof DaypartCode>

/** A named window, with other times on some weekdays; `null` times: it does not exist on them. */
export const Daypart = z.strictObject({
  code: DaypartCode,
  name: lineOf(100),
  ...times,
  exceptions: z
    .array(z.strictObject({ weekday: Weekday, times: z.strictObject(times).nullable() }))
    .max(7),
})
export type Daypart = z.infer<typeof Daypart>

/** Not louder than this in this stretch of the day. */
export const VolumeCeiling = z.strictObject({ ...times, volume: VolumePercent })
export type VolumeCeiling = z.infer<typeof VolumeCeiling>

/** What a session of a station opens and closes with; each may be missing. */
export const Station = z.strictObject({
  signature: AssetId.nullable(),
  call: AssetId.nullable(),
  chime: AssetId.nullable(),
  closing: AssetId.nullable(),
})
export type Station = z.infer<typeof Station>

/**
 * What an area lays down for the devices in it and below it. A field that is null is inherited from
 * the area above; one that is set replaces what is above as a whole.
 */
export const Policy = z
  .strictObject({
    dayparts: z.array(Daypart).max(30).nullable(),
    /** Sound may be on air only inside these; an empty list is never. */
    broadcastWindows: z.array(PolicyWindow).max(30).nullable(),
    /** Nothing but emergencies is heard. */
    quietHours: z.array(PolicyWindow).max(30).nullable(),
    /** Boards are dark. */
    screenBlank: z.array(PolicyWindow).max(30).nullable(),
    sessionsPerDay: z.int().min(0).max(100).nullable(),
    minutesPerDay: z.int().min(0).max(1_440).nullable(),
    minutesPerSession: z.int().min(1).max(1_440).nullable(),
    volumeCeilings: z.array(VolumeCeiling).max(30).nullable(),
    station: Station.nullable(),
  })
  .superRefine(({ dayparts }, context) => {
    const codes = new Set<string>()
    dayparts?.forEach(({ code }, index) => {
      if (codes.has(code)) {
        const path = ['dayparts', index, 'code']
        context.addIssue({ code: 'custom', path, message: fieldProblem('daypart-twice') })
      }
      codes.add(code)
    })
  })
  .meta({ id: 'Policy' })
export type Policy = z.infer<typeof Policy>

/** One thing that a policy lays down. */
export const PolicyField = Policy.keyof()
export type PolicyField = keyof Policy
type Path = (string | number)[]

/** Every pair of times of a policy, with the way to its end. */
const timesOf = (policy: Policy): [Path, { startTime: string; endTime: string }][] => [
  ...(['broadcastWindows', 'quietHours', 'screenBlank', 'volumeCeilings', 'dayparts'] as const)
    .flatMap((field) => (policy[field] ?? []).map((window, index) => ({ field, window, index })))
    .map(({ field, window, index }): [Path, typeof window] => [[field, index, 'endTime'], window]),
  ...(policy.dayparts ?? []).flatMap(({ exceptions }, index) =>
    exceptions.flatMap(({ times: other }, place): [Path, NonNullable<typeof other>][] =>
      other ? [[['dayparts', index, 'exceptions', place, 'times', 'endTime'], other]] : [],
    ),
  ),
]

/** A policy as it is typed: no pair of times may end where it starts. */
export const PolicyInput = Policy.superRefine((policy, context) => {
  for (const [path, pair] of timesOf(policy))
    if (isSameTime(pair))
      context.addIssue({ code: 'custom', path, message: fieldProblem('window-whole-day') })
}).meta({ id: 'PolicyInput' })

/** What a change of policies does to a schedule that goes by the name of a window. */
export const DaypartChange = z
  .object({
    scheduleId: ScheduleId,
    schedule: z.string(),
    daypart: DaypartCode,
    from: z.object(times),
    /** null: the window is gone there, and the schedule is not on air. */
    to: z.object(times).nullable(),
    /** Names of the areas in which it is so. */
    areas: z.array(z.string()),
  })
  .meta({ id: 'DaypartChange' })
export type DaypartChange = z.infer<typeof DaypartChange>

/** An area that lays nothing down. */
export const NO_POLICY: Policy = {
  dayparts: null,
  broadcastWindows: null,
  quietHours: null,
  screenBlank: null,
  sessionsPerDay: null,
  minutesPerDay: null,
  minutesPerSession: null,
  volumeCeilings: null,
  station: null,
}

/** A policy as an area has it, and what holds there once everything above is inherited. */
export const AreaPolicy = z
  .object({
    areaId: AreaId,
    /** Of what the area itself lays down; 0 where it has never laid down anything. */
    version: z.int().nonnegative(),
    own: Policy,
    effective: Policy,
    /** What would hold if the area itself laid nothing down. */
    above: Policy,
    /** The area above that lays each field of it down; a field that none lays down is missing. */
    laidDownBy: z.partialRecord(PolicyField, z.object({ areaId: AreaId, name: z.string() })),
    /** When sound may be on air: at any time, in the effective windows, or never. */
    sound: z.enum(['any-time', 'in-windows', 'never']),
    /** Fields in which the area allows more than is laid down above: published from above only. */
    looser: z.array(PolicyField),
  })
  .meta({ id: 'AreaPolicy' })
export type AreaPolicy = z.infer<typeof AreaPolicy>
