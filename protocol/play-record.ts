import { z } from 'zod'
import { AssetKind } from './asset.ts'
import { ThemeSnapshot } from './campaign.ts'
import { Channel } from './channel.ts'
import { ItemRole, Labels, PolicyBreak } from './day-plan.ts'
import { AssetId, DeviceId, ScheduleId, Sha256 } from './ids.ts'
import { AreaSnapshot, ManifestRefusal, Revision } from './manifest.ts'
import { Priority } from './schedule.ts'
import { DurationMs, EpochMs, FIRST_DATE, LAST_INSTANT_MS, VolumePercent } from './units.ts'

/**
 * How far the device's idea of the time may be trusted. unknown: nothing confirmed since power came;
 * restored: carried over from before; synced: agreed with the server.
 */
export const ClockGrade = z.enum(['unknown', 'restored', 'synced'])
export type ClockGrade = z.infer<typeof ClockGrade>

export const ClockState = z.object({
  grade: ClockGrade,
  /** Bound of the error in ms; null where nothing is known. */
  errorMs: z.number().nonnegative().max(LAST_INSTANT_MS).nullable(),
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
  /** Ended by hand. */
  'skipped',
  /** Silenced by hand: it went its way, and nobody heard it. */
  'muted',
  /** Played with nothing but digital silence at the output. */
  'silent',
  /** The clock was set while it was on: it was at the wrong hour. */
  'clock-set',
  'media-missing',
  'media-corrupt',
  'not-decodable',
  'output-lost',
  'screen-lost',
  'emergency',
  'relay-lost',
])
export type Cause = z.infer<typeof Cause>

/** A play is planned within one day, and no day of any zone has more hours. */
const LONGEST_PLAY_MS = 26 * 3_600_000
/** An output's own clock differs a little from the plan's. */
const PLAYED_SLACK_MS = 60_000
/** Nothing is planned before the first date in any zone. */
const PlannedAt = EpochMs.min(Date.parse(FIRST_DATE) - 86_400_000)

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
  /**
   * Level over the time, one byte (in base64) for every `stepMs`: 0 is digital silence, any other
   * value v is (v - 255) / 2 dBFS.
   */
  levels: z.object({ stepMs: DurationMs.positive(), bytes: z.base64().max(500) }).nullish(),
  /** For how much of it nothing was let through: muted by command, or under an emergency. */
  mutedMs: DurationMs.nullish(),
  /** Of a relay: what came from the stream, what from its fallback, what from nowhere; and how often it came. */
  relay: z
    .object({
      streamMs: DurationMs,
      fallbackMs: DurationMs,
      silentMs: DurationMs,
      connections: z.int().nonnegative(),
    })
    .nullish(),
  /** What a monitor or a microphone heard of it, where there is one and the sound is a clip. */
  heard: z
    .object({
      /** Name of the source that listened. */
      monitor: z.string().max(200),
      /** Seconds that were compared. */
      comparedMs: DurationMs,
      /** Share of them in which the clip was recognised, 0 to 1. */
      share: z.number().min(0).max(1),
      /** How much later than it was due it was heard; null where it was not recognised. */
      offsetMs: z.number().min(-LONGEST_PLAY_MS).max(LONGEST_PLAY_MS).nullable(),
      /**
       * The clip over everything else that was heard with it, where it was recognised; on a clean
       * wire some 8 dB, because the two clocks do not tick together.
       */
      snrDb: z.number().min(-1_000).max(1_000).nullable(),
    })
    .nullish(),
})
export type AudioMeasure = z.infer<typeof AudioMeasure>

/** What was measured of a slide: frames that the browser really drew with it in front. */
export const ScreenMeasure = z.object({
  kind: z.literal('screen'),
  output: z.string(),
  frames: z.int().nonnegative(),
  /** A picture of the board taken while it was shown; the device keeps it for 35 days. null: none taken. */
  picture: Sha256.nullable(),
})
export type ScreenMeasure = z.infer<typeof ScreenMeasure>

export const Play = z
  .object({
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
    plannedStartAt: PlannedAt,
    plannedEndAt: PlannedAt,
    /** null where nothing came out. */
    startAt: EpochMs.nullable(),
    endAt: EpochMs.nullable(),
    playedMs: DurationMs,
    /** Onset of the first sample or frame minus its planned instant; null where it was joined or never came. */
    startErrorMs: z.number().min(-LONGEST_PLAY_MS).max(LONGEST_PLAY_MS).nullable(),
    outcome: Outcome,
    cause: Cause.nullable(),
    measured: z.discriminatedUnion('kind', [AudioMeasure, ScreenMeasure]).nullable(),
  })
  .refine(
    ({ plannedStartAt, plannedEndAt, playedMs }) => {
      const plannedMs = plannedEndAt - plannedStartAt
      return (
        plannedMs >= 0 && plannedMs <= LONGEST_PLAY_MS && playedMs <= plannedMs + PLAYED_SLACK_MS
      )
    },
    { error: 'planned or played for longer than a play can last' },
  )
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
  clock: z.object({
    kind: z.literal('clock'),
    /**
     * synced: the server's time replaced none or another one. stepped: set, because it was off by
     * more than can be pulled in. system-set: somebody set the system's clock, which this device
     * does not go by. suspended: the machine slept. behind, ahead: at start the system's clock
     * stood before the last known time, or too far after it, and was not believed. no-rtc: after a
     * power cut there was nothing that could have kept the time.
     */
    what: z.enum(['synced', 'stepped', 'system-set', 'suspended', 'behind', 'ahead', 'no-rtc']),
    /** How far, forwards or (below 0) backwards; null where there was nothing to compare with. */
    byMs: z.int().nullable(),
  }),
  /** Somebody spoke for the server and could not prove it, or it asks for what is not done on its word alone. */
  distrust: z.object({
    kind: z.literal('distrust'),
    /**
     * welcome, time: not signed by the ledger's key. journal: records that the device does not have
     * are said to be held, without proof. step: the clock was to be set by much, and no second source
     * agreed.
     */
    what: z.enum(['welcome', 'time', 'journal', 'step']),
    /** By how much the clock was to be set; null where it is about something else. */
    byMs: z.int().nullable(),
  }),
  /** Why this epoch began: the server proved that it holds another history of the one before. */
  epoch: z.object({
    kind: z.literal('epoch'),
    /** The epoch before: how many records of it this device had, and how many the server holds. */
    before: z.object({
      epoch: z.int().nonnegative(),
      own: z.int().nonnegative(),
      held: z.int().nonnegative(),
    }),
  }),
  skip: z.object({
    kind: z.literal('skip'),
    channel: Channel,
    schedule: z.string(),
    title: z.string(),
    plannedStartAt: EpochMs,
    /** by-hand: ended by a command. already-played: the clock came to its time twice. */
    why: z.enum(['by-hand', 'already-played']),
  }),
  mute: z.object({ kind: z.literal('mute'), muted: z.boolean() }),
  volume: z.object({ kind: z.literal('volume'), cap: VolumePercent.nullable() }),
  output: z.object({
    kind: z.literal('output'),
    channel: Channel,
    state: z.enum(['lost', 'back']),
    reason: z.string().max(300).nullable(),
  }),
  media: z.object({
    kind: z.literal('media'),
    /** corrupt: it changed on this device's disk. refused: what was sent was not what was asked for. */
    what: z.enum(['corrupt', 'refused']),
    sha256: Sha256,
  }),
  /** A board does not show this content any more: its page crashed or hung under it, twice. */
  'set-aside': z.object({ kind: z.literal('set-aside'), sha256: Sha256 }),
  keys: z.object({
    kind: z.literal('keys'),
    /** followed: other keys are trusted now. reset: what was trusted was lost, back to enrolment. */
    what: z.enum(['followed', 'reset']),
    version: z.int().nonnegative(),
  }),
  disk: z.object({
    kind: z.literal('disk'),
    state: z.enum(['full', 'free']),
    freeBytes: z.int().nonnegative().nullable(),
  }),
  /** Records that this device had to let go of: how many, and between which instants. */
  lost: z.object({
    kind: z.literal('lost'),
    count: z.int().positive(),
    from: EpochMs,
    to: EpochMs,
  }),
  command: z.object({
    kind: z.literal('command'),
    name: z.string().max(40),
    ok: z.boolean(),
  }),
  /** Somebody had the device prove itself. What it played for that is no broadcast, and counts as none. */
  test: z.object({
    kind: z.literal('test'),
    /** Names of the checks that failed. */
    failed: z.array(z.string().max(40)),
    /** What was played for it, as it was measured. */
    plays: z.array(Play).max(2),
  }),
}

/** Something that a journal holds. */
export const JournalEvent = z.discriminatedUnion('kind', [
  event.play,
  event.boot,
  event.stop,
  event.refusal,
  event.clock,
  event.distrust,
  event.epoch,
  event.skip,
  event.mute,
  event.volume,
  event.output,
  event.media,
  event['set-aside'],
  event.keys,
  event.disk,
  event.lost,
  event.command,
  event.test,
])
export type JournalEvent = z.infer<typeof JournalEvent>

const KNOWN_KINDS: ReadonlySet<string> = new Set(Object.keys(event))

/** What a device of a later version may write, and this one does not know. */
export const UnknownEvent = z.looseObject({
  kind: z
    .string()
    .max(60)
    .refine((kind) => !KNOWN_KINDS.has(kind)),
})
export type UnknownEvent = z.infer<typeof UnknownEvent>

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
