import { z } from 'zod'
import { Channel } from './channel.ts'
import { fieldProblem } from './field-problems.ts'
import { AreaId, DeviceId, Sha256 } from './ids.ts'
import { Canvas, ManifestRefusal, Revision } from './manifest.ts'
import { ClockState } from './play-record.ts'
import { lineOf } from './text.ts'
import { type DurationMs, EpochMs, TimeZone, VolumePercent } from './units.ts'

export const DeviceInput = z
  .strictObject({
    name: lineOf(200),
    areaId: AreaId,
    channels: z.array(Channel).min(1).max(2),
    /** Size of the board in pixels; null for a loudspeaker. */
    canvas: Canvas.nullable(),
  })
  .refine((device) => device.channels.includes('screen') === (device.canvas !== null), {
    path: ['canvas'],
    error: fieldProblem('canvas-mismatch'),
  })
  .meta({ id: 'DeviceInput' })
export type DeviceInput = z.infer<typeof DeviceInput>

export const Device = z
  .object({
    id: DeviceId,
    name: z.string(),
    areaId: AreaId,
    areaPath: z.array(z.string()),
    timeZone: TimeZone,
    channels: z.array(Channel),
    canvas: Canvas.nullable(),
    enrolledAt: EpochMs.nullable(),
    lastSeenAt: EpochMs.nullable(),
    desiredRevision: Revision.nullable(),
    appliedRevision: Revision.nullable(),
  })
  .meta({ id: 'Device' })
export type Device = z.infer<typeof Device>

/** One thing on air, as the device itself says it. Strings from a device are shown, never trusted. */
export const OnAir = z.object({
  title: z.string().max(500),
  themeCodes: z.array(z.string().max(20)).max(50),
  schedule: z.string().max(200),
  startedAt: EpochMs,
  endsAt: EpochMs,
})
export type OnAir = z.infer<typeof OnAir>

/**
 * What is wrong with an output. output-lost: it cannot be opened, or broke off. output-stuck: it is
 * open and plays nothing. output-silent: what is played has no level. monitor-silent: nothing of it
 * arrives at the monitor. monitor-other: something else does. unknown: told in words of another
 * version, which are no reason to take the device for whole.
 */
const FaultCode = z.enum([
  'output-lost',
  'output-stuck',
  'output-silent',
  'monitor-silent',
  'monitor-other',
  'unknown',
])

/** A fault, and what the machine itself says of it, where it says anything. */
export const Fault = z.object({ code: FaultCode, detail: z.string().max(300).nullable() })
export type Fault = z.infer<typeof Fault>

export const ChannelStatus = z.object({
  channel: Channel,
  now: OnAir.nullable(),
  next: OnAir.nullable(),
  /** Level of the sound going out in this second; null while silent or for screens. */
  rmsDbfs: z.number().max(0).nullable(),
  /** Name of the output in use, or null where there is none. */
  output: z.string().max(100).nullable(),
  fault: Fault.nullable(),
})
export type ChannelStatus = z.infer<typeof ChannelStatus>

/** What a connected device says of itself, whenever it changes. */
export const DeviceStatus = z
  .object({
    appliedRevision: Revision.nullable(),
    refusal: ManifestRefusal.nullable(),
    media: z.object({
      ready: z.int().nonnegative(),
      needed: z.int().nonnegative(),
      /** What keeps the rest from coming; null where nothing does. */
      problem: z.enum(['disk-full', 'unreachable']).nullable().default(null),
    }),
    clock: ClockState,
    /** By how much the server would set the clock, without a second source that agrees; null where it would not. */
    refusedStep: z.object({ byMs: z.int(), since: EpochMs }).nullable().default(null),
    unsentRecords: z.int().nonnegative(),
    /** Records that it had to let go of, or holds in memory only: its disk is full. */
    journal: z.enum(['ok', 'full']).nullable().default(null),
    /** Silenced by hand. */
    muted: z.boolean().nullable().default(null),
    /** Not louder than this, by hand. */
    volumeCap: VolumePercent.nullable().default(null),
    channels: z.array(ChannelStatus).max(2),
  })
  .meta({ id: 'DeviceStatus' })
export type DeviceStatus = z.infer<typeof DeviceStatus>

/** A status as a device tells it: one that tells a fault in other words than ours is not whole. */
export const ToldStatus = DeviceStatus.extend({
  channels: z
    .array(
      ChannelStatus.extend({ fault: Fault.nullable().catch({ code: 'unknown', detail: null }) }),
    )
    .max(2),
})

/** A device as the page "on air now" shows it. */
export const LiveDevice = z
  .object({
    device: Device,
    online: z.boolean(),
    /** Since when it is online or offline; null where it was never seen. */
    since: EpochMs.nullable(),
    status: DeviceStatus.nullable(),
    /** Its player speaks the version of the protocol before this server's. */
    needsUpdate: z.boolean(),
    /** Its player's name and version, as it said when it last connected; null where this server has not met it. */
    software: z.string().max(100).nullable(),
    screenshot: z.object({ sha256: Sha256, at: EpochMs }).nullable(),
  })
  .meta({ id: 'LiveDevice' })
export type LiveDevice = z.infer<typeof LiveDevice>

/** A code that lets one device enrol once. */
export const EnrolmentCode = z
  .object({ code: z.string(), expiresAt: EpochMs })
  .meta({ id: 'EnrolmentCode' })
export type EnrolmentCode = z.infer<typeof EnrolmentCode>

export const ENROLMENT_CODE_LIFE_MS: DurationMs = 24 * 3_600_000
