import { z } from 'zod'
import { AssetKind } from './asset.ts'
import { ThemeSnapshot } from './campaign.ts'
import { Channel } from './channel.ts'
import { ItemRole, Labels, PolicyBreak } from './day-plan.ts'
import { AssetId, DeviceId, ScheduleId, Sha256 } from './ids.ts'
import { AreaSnapshot, ManifestRefusal, Revision } from './manifest.ts'
import { Priority } from './schedule.ts'
import { DurationMs, EpochMs, VolumePercent } from './units.ts'

/**
 * How far the device's idea of the time may be trusted. unknown: nothing confirmed since power came;
 * restored: carried over from before; synced: agreed with the server.
 */
export const ClockGrade = z.enum(['unknown', 'restored', 'synced'])
export type ClockGrade = z.infer<typeof ClockGrade>

export const ClockState = z.object({
  grade: ClockGrade,
  /** Bound of the error in ms; null where nothing is known. */
  errorMs: z.number().nonnegative().nullable(),
})
export type ClockState = z.infer<typeof ClockState>

/** completed: from its planned start to its planned end. partial: joined late or cut by the plan.
 *  interrupted: the player stopped under it. failed: it could not be brought out. */
export const Outcome = z.enum(['completed', 'partial', 'interrupted', 'failed'])
export type Outcome = z.infer<typeof Outcome>

/** Why a play was not completed. */
export const Cause = z.enum([
  'joined-late',
  'cut-by-plan',
  'plan-changed',
  'player-stopped',
  'player-killed',
  'media-missing',
  'media-corrupt',
  'not-decodable',
  'output-lost',
  'screen-lost',
])
export type Cause = z.infer<typeof Cause>

/** What was measured of a sound at the output: after gain and volume, over the samples handed out. */
export const AudioMeasure = z.object({
  kind: z.literal('audio'),
  output: z.string(),
  samples: z.int().nonnegative(),
  sampleRate: z.int().positive(),
  /** null is digital silence. */
  rmsDbfs: z.number().max(0).nullable(),
  peakDbfs: z.number().max(0).nullable(),
  underruns: z.int().nonnegative(),
})
export type AudioMeasure = z.infer<typeof AudioMeasure>

/** What was measured of a slide: frames that the browser really drew with it in front. */
export const ScreenMeasure = z.object({
  kind: z.literal('screen'),
  output: z.string(),
  frames: z.int().nonnegative(),
})
export type ScreenMeasure = z.infer<typeof ScreenMeasure>

export const Play = z.object({
  channel: Channel,
  revision: Revision,
  planSha256: Sha256,
  scheduleId: ScheduleId,
  schedule: z.string(),
  priority: Priority,
  role: ItemRole,
  breaks: z.array(PolicyBreak),
  asset: z.object({ id: AssetId, sha256: Sha256, kind: AssetKind, title: z.string() }),
  themes: z.array(ThemeSnapshot),
  labels: Labels.optional(),
  approvedBy: z.string(),
  area: AreaSnapshot,
  device: z.string(),
  volume: VolumePercent,
  plannedStartAt: EpochMs,
  plannedEndAt: EpochMs,
  /** null where nothing came out. */
  startAt: EpochMs.nullable(),
  endAt: EpochMs.nullable(),
  playedMs: DurationMs,
  /** Onset of the first sample or frame minus its planned instant; null where it was joined or never came. */
  startErrorMs: z.number().nullable(),
  outcome: Outcome,
  cause: Cause.nullable(),
  measured: z.discriminatedUnion('kind', [AudioMeasure, ScreenMeasure]).nullable(),
})
export type Play = z.infer<typeof Play>

const event = {
  play: z.object({ kind: z.literal('play'), play: Play }),
  boot: z.object({
    kind: z.literal('boot'),
    software: z.string(),
    /** Whether the player had been stopped in order; false after a crash or a power cut. */
    clean: z.boolean(),
  }),
  stop: z.object({ kind: z.literal('stop') }),
  refusal: z.object({
    kind: z.literal('refusal'),
    refusal: ManifestRefusal,
    revision: Revision.nullable(),
  }),
}

/** Something that a journal holds. */
export const JournalEvent = z.discriminatedUnion('kind', [
  event.play,
  event.boot,
  event.stop,
  event.refusal,
])
export type JournalEvent = z.infer<typeof JournalEvent>

/**
 * One record of a device's journal. (deviceId, epoch, seq) is its identity, minted by the device;
 * `prev` is the SHA-256 of the bytes of the record before it, so that none can be taken out or
 * changed unseen. An epoch ends only with the loss of the journal itself.
 */
export const JournalRecord = z.object({
  v: z.literal(1),
  deviceId: DeviceId,
  epoch: z.int().nonnegative(),
  seq: z.int().nonnegative(),
  prev: Sha256,
  /** When it was written. */
  at: EpochMs,
  clock: ClockState,
  event: JournalEvent,
})
export type JournalRecord = z.infer<typeof JournalRecord>

/** What the first record of an epoch names as its predecessor. */
export const NO_RECORD = '0'.repeat(64) as Sha256
