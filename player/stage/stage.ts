import type { VolumeStep } from '#playlists/timeline'
import type {
  AudioMeasure,
  DurationMs,
  Fault,
  PlanItem,
  Priority,
  ScreenMeasure,
  VolumePercent,
} from '#protocol'

/** What a cue for a loudspeaker says beyond that. */
export type CueSound = {
  priority: Priority
  /** Volume over its time, ceilings included; the first holds from the beginning. */
  volumes: readonly VolumeStep[]
  /** The verified file of what a relay falls back on, where it is on disk. */
  fallbackPath: string | null
  /** Hosts that the administrator vouches for: relays may come from them. */
  relayHosts: readonly string[]
}

/** One thing to bring out: all decided, all on disk. Instants are the server's time. */
export type Cue = {
  key: string
  item: PlanItem
  /** The item's verified file. */
  path: string
  /** When it is to be heard or seen, and until when. */
  from: number
  to: number
  /** How far into the item it begins. */
  offsetMs: DurationMs
  volume: VolumePercent
  sound?: CueSound
}

/** An output is gone, or could not be opened, and what the machine says of it. */
export const outputLost = (reason: string): Fault => ({
  code: 'output-lost',
  detail: reason.slice(0, 300),
})

/** A fault in the words of the machine, or by its name where it has none. */
export const reasonOf = ({ code, detail }: Fault): string => detail ?? code

/** What a stage says of a cue. Instants are monotonic ms. */
export type StageEvents = {
  /** The first sample or frame came out; `skippedMs` of it were due before. */
  onStarted: (key: string, at: { mono: number; errorMs: number; skippedMs: number }) => void
  onProgress: (key: string, playedMs: DurationMs, rmsDbfs: number | null) => void
  onEnded: (key: string, end: StageEnd) => void
  /** A fault that concerns the stage as a whole, or null when it is over. */
  onFault: (fault: Fault | null) => void
  /** The output in use is another one now; null while there is none. */
  onOutput?: (output: string | null) => void
}

export type StageEnd = {
  /** null where nothing came out. */
  startMono: number | null
  endMono: number | null
  measured: AudioMeasure | ScreenMeasure | null
  /** Of a sound of which not all was let through: by command, and not only under an emergency. */
  isMutedByHand?: boolean
  /**
   * done: to its end. stopped: because we said so. lost: because the output went. gone: what was
   * made ready of it was thrown away before it began; it has to be cued again.
   */
  reason: 'done' | 'stopped' | 'lost' | 'gone'
  /** What a monitor heard of it; known a little later than the end. */
  heard?: Promise<AudioMeasure['heard']>
}

/** Where a channel comes out: a loudspeaker or a board. */
export interface Stage {
  /** Does ahead what takes long (decoding); cheap where it has been done. */
  prepare(item: PlanItem, path: string): Promise<void>
  /** Throws away what `prepare` has made; what is on, or just about to be, keeps playing. */
  forgetPrepared?(): Promise<void>
  /**
   * Makes a cue ready to start at its instant, some time before it. Refusals (a file that cannot be
   * decoded) reject; afterwards everything is told by events, and every cue ends with `onEnded`.
   */
  cue(cue: Cue): Promise<void>
  /** Takes a cue back, or ends it gently where it has begun. */
  stop(key: string): void
  /** Silences it, at once, whatever is on; a stage that makes no sound has none of this. */
  setMuted?(muted: boolean): void
  /** Nothing is louder than this, whatever the plan says. */
  setVolume?(cap: VolumePercent): void
  /** Makes itself heard or seen, under its name, for a few seconds; also without a plan or a time. */
  identify?(name: string): Promise<void>
  /** When what moves it last moved (monotonic ms), where something could stand still unseen. */
  movedAt?(): number
  /** Name of the output in use. */
  output(): string | null
  /** How long before its instant a cue must be given. */
  readonly leadMs: DurationMs
  /** The same for a relay, which must be pulled in before it can be heard. */
  readonly relayLeadMs?: DurationMs
  close(): Promise<void>
}
