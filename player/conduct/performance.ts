import type { Entry } from '#playlists/timeline'
import type { Cause, Channel, Manifest, Play } from '#protocol'
import type { Journal, Stamp } from '../journal/journal.ts'
import type { StageEnd } from '../stage/stage.ts'
import type { Clock } from '../time/clock.ts'
import { begunPlay, type Course, outcomeOf } from './play-of.ts'

export type PerformanceDeps = {
  channel: Channel
  clock: Clock
  journal: Journal<Play>
  stamp: () => Stamp
}

/** How often the journal notes how far a play has come, in case we die in it. */
const NOTE_EVERY_MS = 5_000

/** What begins later than this has lost words, and is told as joined late. */
const LATE_MS = 250

const rounded = (at: number | null) => (at === null ? null : Math.round(at))

export const isEmergency = ({ segment }: Entry): boolean => segment.because.priority === 'emergency'

/** One entry on its way through the stage, and what the journal says of it at every moment. */
export class Performance {
  readonly key: string
  entry: Entry
  /** The manifest that was in force when it was planned. */
  manifest: Manifest
  /**
   * waiting: something it needs is missing. open: the journal holds it. ended: it is over, and what
   * was heard of it is not known yet. settled: it has its record.
   */
  state: 'waiting' | 'preparing' | 'open' | 'ended' | 'settled' = 'waiting'
  /** What a waiting performance lacks. */
  missing: Cause = 'media-missing'
  /** Why we ended it ourselves, where we did. */
  stoppedFor: Course['stoppedFor']
  isJoined = false
  /** The instant of the plan with which it was cued. */
  cuedFrom: number | null = null
  /** How much later than its planned start it was given to the stage. */
  #lateMs = 0
  startAt: number | null = null
  rmsDbfs: number | null = null

  readonly #deps: PerformanceDeps
  #play: Play
  #playedMs = 0
  #notedMs = 0
  #skippedMs = 0

  constructor(key: string, entry: Entry, manifest: Manifest, deps: PerformanceDeps) {
    this.key = key
    this.entry = entry
    this.manifest = manifest
    this.#deps = deps
    this.#play = begunPlay(entry, deps.channel, manifest)
  }

  get isUrgent(): boolean {
    return isEmergency(this.entry)
  }

  /** It can be heard or seen. */
  get isOnAir(): boolean {
    return this.state === 'open' && this.startAt !== null
  }

  get isSettled(): boolean {
    return this.state === 'settled'
  }

  /** What still waits goes by the newest plan that holds it, in its volume and in what its record says. */
  follow(entry: Entry, manifest: Manifest): void {
    if (this.state !== 'waiting') return
    this.entry = entry
    this.manifest = manifest
    this.#play = begunPlay(entry, this.#deps.channel, manifest)
  }

  /** Writes down that it begins, before anything is heard or seen. */
  open(now: number): void {
    this.#lateMs = Math.max(0, now - this.entry.from)
    this.isJoined = this.#lateMs > LATE_MS
    this.#deps.journal.open(this.key, this.#play)
    this.state = 'open'
  }

  started(at: { mono: number; errorMs: number; skippedMs: number }): void {
    this.startAt = this.#deps.clock.fromMono(at.mono) ?? null
    this.#skippedMs = at.skippedMs
    this.isJoined ||= this.#lateMs + at.skippedMs > LATE_MS
    const errorMs = this.#lateMs + at.errorMs
    const startErrorMs = this.isJoined ? null : Math.round(errorMs * 1000) / 1000
    this.#play = { ...this.#play, startAt: rounded(this.startAt), startErrorMs }
    this.#deps.journal.open(this.key, this.#play)
  }

  progressed(playedMs: number, rmsDbfs: number | null): void {
    this.#playedMs = playedMs
    this.rmsDbfs = rmsDbfs
    if (this.#notedMs > 0 && playedMs - this.#notedMs < NOTE_EVERY_MS) return
    this.#notedMs = playedMs
    const endAt = this.startAt === null ? null : Math.round(this.startAt + playedMs)
    this.#play = { ...this.#play, playedMs, endAt }
    this.#deps.journal.open(this.key, this.#play)
  }

  /**
   * What a monitor heard comes a little later; until then the journal holds the play as it ended, in
   * case we die before it comes.
   * @returns whether there is a record of it by now: what never began needs none
   */
  async ended(end: StageEnd): Promise<boolean> {
    const { clock, journal, channel } = this.#deps
    const { entry } = this
    const startAt = (end.startMono === null ? null : clock.fromMono(end.startMono)) ?? this.startAt
    if (startAt === null && this.stoppedFor !== undefined) {
      journal.discard(this.key)
      this.state = 'settled'
      return false
    }
    const seenEnd = end.endMono === null ? undefined : clock.fromMono(end.endMono)
    const endAt = startAt === null ? null : (seenEnd ?? startAt + this.#playedMs)
    const { outcome, cause } = outcomeOf(
      {
        stoppedFor: this.stoppedFor,
        isJoined: this.isJoined,
        isPlannedShort:
          entry.from > entry.startAt || entry.to < entry.startAt + entry.item.durationMs,
        wasHeard: startAt !== null,
        end: end.reason,
        measured: end.measured,
        isMutedByHand: end.isMutedByHand === true,
      },
      channel,
    )
    const play: Play = {
      ...this.#play,
      startAt: rounded(startAt),
      endAt: rounded(endAt),
      playedMs: startAt === null || endAt === null ? 0 : Math.max(0, Math.round(endAt - startAt)),
      outcome,
      cause,
      measured: end.measured,
    }
    // What was torn or stopped may begin again under the same key: it does not wait.
    if (end.heard && end.reason === 'done') {
      this.state = 'ended'
      this.rmsDbfs = null
      journal.open(this.key, play)
      const heard = await end.heard
      if (play.measured?.kind === 'audio') play.measured.heard = heard
    }
    this.#settle(play, this.#reached(play.playedMs))
    return true
  }

  /** Up to where of the plan it was played: what was ended by hand counts as played to its end. */
  #reached(playedMs: number): number | undefined {
    if (this.stoppedFor === 'skipped') return Math.round(this.entry.to)
    if (this.cuedFrom === null || playedMs === 0) return undefined
    return Math.min(this.entry.to, Math.round(this.cuedFrom + this.#skippedMs + playedMs))
  }

  /** It was opened and could not begin, because its file was thrown away: it waits for it again. */
  takeBack(): void {
    this.#deps.journal.discard(this.key)
    this.lack('media-missing')
  }

  /** It waits for what it lacks. */
  lack(cause: Cause): void {
    this.state = 'waiting'
    this.missing = cause
  }

  /** It could not be brought out. */
  failed(cause: Cause): void {
    this.#settle({ ...this.#play, outcome: 'failed', cause })
  }

  #settle(play: Play, reached?: number): void {
    const { journal, stamp } = this.#deps
    if (this.state !== 'waiting' && this.state !== 'preparing')
      journal.close(this.key, { kind: 'play', play }, stamp(), reached)
    else journal.append({ kind: 'play', play }, stamp())
    this.state = 'settled'
    this.rmsDbfs = null
  }
}
