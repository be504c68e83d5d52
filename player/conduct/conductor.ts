import type { Logger } from 'pino'
import { type Entry, entriesBetween, entryKey, nextEntry, type Timeline } from '#playlists/timeline'
import type { Cause, Channel, ChannelStatus, EpochMs, Fault, Manifest, Play } from '#protocol'
import type { MediaCache } from '../cache/media-cache.ts'
import type { Journal, Stamp } from '../journal/journal.ts'
import type { Stage, StageEvents } from '../stage/stage.ts'
import { contained } from '../supervise/contained.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'
import { createAhead } from './ahead.ts'
import { cueOf, onAir } from './cue-of.ts'
import { createFaultNotes } from './fault-notes.ts'
import { isEmergency, Performance } from './performance.ts'
import type { StopReason } from './play-of.ts'
import { createSkipNotes } from './skip-notes.ts'

export type ConductorDeps<S extends Stage> = {
  channel: Channel
  clock: Clock
  cache: MediaCache
  journal: Journal<Play>
  stamp: () => Stamp
  log: Logger
  openStage: (events: StageEvents) => S
  /** Nothing new should begin now: the clock waits for a gap to be set in. */
  isHeld?: () => boolean
  /** Something that the status says has changed. */
  onChange: () => void
  /** A record has been written. */
  onRecord: () => void
}

const TICK_MS = 200
/** What is over sooner than this is not worth joining. */
const SHORTEST_JOIN_MS = 400
const CLOSING_MS = 2_000
/** A channel that has done nothing for so long stands still. */
const STILL_MS = 10_000

/** Brings one channel's timeline onto its stage, and everything that happens to it into the journal. */
export const createConductor = <S extends Stage>(deps: ConductorDeps<S>) => {
  const { channel, clock, cache, log, onChange, onRecord } = deps
  const performances = new Map<string, Performance>()
  const endings = new Set<Performance>()
  let plan: { timeline: Timeline; manifest: Manifest } | undefined
  let fault: Fault | null = null
  const noteFault = createFaultNotes(deps)
  let isClosing = false
  let tickedAt = monotonicMs()

  /** What a stage says is taken down; that this fails (a damaged journal) stops no stage. */
  const heard = <Args extends unknown[]>(work: (...args: Args) => void) =>
    contained(log, 'what a stage said could not be taken down', work)

  const stage = deps.openStage({
    onStarted: heard((key, at) => {
      performances.get(key)?.started(at)
      onChange()
    }),
    onProgress: heard((key, playedMs, rmsDbfs) => {
      performances.get(key)?.progressed(playedMs, rmsDbfs)
      onChange()
    }),
    onEnded: heard((key, end) => {
      const performance = performances.get(key)
      if (performance?.state !== 'open') return
      if (end.reason === 'gone') return takeBack(performance)
      const { stoppedFor } = performance
      const isTorn = stoppedFor === 'clock-set' || (end.reason === 'lost' && !stoppedFor)
      endings.add(performance)
      performance
        .ended(end)
        .then((isRecorded) => isRecorded && onRecord())
        .catch((error) => log.error(error, 'a play could not be written down'))
        .finally(() => endings.delete(performance))
      // What a fault or a set clock tore goes on where it should be by now, as a play of its own.
      if (isTorn) performances.delete(key)
      onChange()
    }),
    onFault: heard((now) => {
      noteFault(now)
      fault = now
      onChange()
    }),
    onOutput: heard((output) => {
      // What was torn goes on at once, not at the next tick.
      if (output !== null) setImmediate(tick)
      onChange()
    }),
  })
  const ahead = createAhead({ stage, cache, log })
  const noteSkip = createSkipNotes(deps)
  const outputLost: Cause = channel === 'audio' ? 'output-lost' : 'screen-lost'

  const fail = (performance: Performance, cause: Cause) => {
    log.error({ title: performance.entry.item.title, cause }, 'an item could not be played')
    performance.failed(cause)
    onRecord()
    onChange()
  }

  /** What did not begin because its samples or its file were thrown away is joined when they are here again. */
  const takeBack = (performance: Performance) => {
    if (performance.stoppedFor) performances.delete(performance.key)
    performance.takeBack()
    onChange()
  }

  const begin = async (performance: Performance) => {
    const { key, entry } = performance
    performance.state = 'preparing'
    const arrival = cache.arrivalOf(entry.item.sha256)
    const found = await cache.check(entry.item.sha256)
    if (found !== 'intact')
      return performance.lack(found === 'corrupt' ? 'media-corrupt' : 'media-missing')
    const now = clock.now()
    if (now === undefined || performances.get(key) !== performance || isClosing) return
    performance.open(now)
    const cue = cueOf(channel, performance, cache, performance.manifest, now)
    performance.cuedFrom = cue.from
    try {
      await stage.cue(cue)
      if (performance.stoppedFor) stage.stop(key)
    } catch (error) {
      log.warn(error, 'a cue was refused')
      if (performance.isSettled) return
      if (cache.arrivalOf(entry.item.sha256) !== arrival) return takeBack(performance)
      fail(performance, stage.output() === null ? outputLost : 'not-decodable')
    }
  }

  /** Takes a waiting performance as far as it can go by now. */
  const advance = (performance: Performance, now: number) => {
    if (performance.state !== 'waiting') return
    const { entry } = performance
    if (entry.to - now < SHORTEST_JOIN_MS) fail(performance, performance.missing)
    else if (deps.isHeld?.()) return
    else if (stage.output() === null) performance.missing = outputLost
    else if (cache.has(entry.item.sha256)) {
      begin(performance).catch((error) => {
        log.error(error, 'an item could not be begun')
        if (performance.state === 'preparing') performance.state = 'waiting'
      })
    } else if (performance.missing !== 'media-corrupt') performance.missing = 'media-missing'
  }

  /** Ends what the plan no longer holds: for an emergency, where one takes its place. */
  const dropGone = (wanted: ReadonlyMap<string, Entry>, now: number) => {
    const urgent = [...wanted.values()].filter(isEmergency)
    for (const [key, performance] of performances) {
      if (wanted.has(key)) continue
      const isOver = performance.entry.to <= now
      if (isOver && performance.state === 'waiting') fail(performance, performance.missing)
      const { state, stoppedFor } = performance
      if (state === 'settled' || state === 'waiting' || state === 'ended') performances.delete(key)
      else if (!isOver && !stoppedFor) {
        performance.stoppedFor = urgent.some(({ from }) => from < performance.entry.to)
          ? 'emergency'
          : 'plan-changed'
        stage.stop(key)
      }
    }
  }

  /** The clock was set back, and what has been played already is due again: it is not played twice. */
  const skipPlayed = (key: string, entry: Entry, manifest: Manifest) => {
    const performance = new Performance(key, entry, manifest, deps)
    performance.state = 'settled'
    performances.set(key, performance)
    noteSkip(entry, 'already-played')
  }

  const endAll = (reason: StopReason) => {
    for (const performance of performances.values()) {
      if (performance.state !== 'open' || performance.stoppedFor) continue
      performance.stoppedFor = reason
      stage.stop(performance.key)
    }
  }

  const step = () => {
    const now = clock.now()
    if (isClosing || now === undefined || !plan) return
    const { timeline, manifest } = plan
    const inForce = now < manifest.playUntil ? timeline : []
    const wanted = new Map<string, Entry>()
    const longestMs = Math.max(stage.leadMs, stage.relayLeadMs ?? 0)
    for (const entry of entriesBetween(inForce, now, now + longestMs)) {
      const leadMs = entry.item.kind === 'relay' ? longestMs : stage.leadMs
      if (entry.from >= now + leadMs) continue
      const key = entryKey(entry)
      wanted.set(key, entry)
      performances.get(key)?.follow(entry, manifest)
      if (performances.has(key) || entry.to - now < SHORTEST_JOIN_MS) continue
      const reached = deps.journal.reached(key)
      if (reached !== undefined && now < reached && reached - entry.to > -SHORTEST_JOIN_MS) {
        skipPlayed(key, entry, manifest)
      } else if (reached === undefined || now >= reached) {
        performances.set(key, new Performance(key, entry, manifest, deps))
      }
    }
    dropGone(wanted, now)
    const all = [...performances.values()]
    for (const performance of all.filter((one) => one.isUrgent)) advance(performance, now)
    // Nothing that can wait a tick competes with an emergency that is being begun.
    const isHurrying = all.some((one) => one.isUrgent && one.state === 'preparing')
    for (const performance of all) {
      if (!isHurrying || performance.entry.from <= now) advance(performance, now)
    }
    ahead.prepare(inForce, now)
  }
  const tick = contained(log, 'a tick failed', () => {
    step()
    tickedAt = monotonicMs()
  })
  const ticking = setInterval(tick, TICK_MS)

  return {
    stage,

    setPlan(timeline: Timeline, manifest: Manifest) {
      plan = { timeline, manifest }
      ahead.begin()
      tick()
    },

    /** Throws away what was made ready ahead; it is made again in its turn. */
    async forgetPrepared() {
      await stage.forgetPrepared?.()
      ahead.begin()
    },

    /** When something is on next, `from` included; undefined: in no plan that is in force. */
    nextFrom(from: EpochMs): EpochMs | undefined {
      if (!plan) return undefined
      const [first] = entriesBetween(plan.timeline, from, plan.manifest.playUntil)
      return first && Math.max(from, first.from)
    },

    status(): ChannelStatus {
      const now = clock.now()
      const playing = [...performances.values()].find(({ isOnAir }) => isOnAir)
      const next = plan && now !== undefined ? nextEntry(plan.timeline, now) : undefined
      return {
        channel,
        now: playing ? onAir(playing.entry, playing.startAt ?? undefined) : null,
        next: next ? onAir(next) : null,
        rmsDbfs: playing?.rmsDbfs ?? null,
        output: stage.output(),
        fault,
      }
    },

    /** Whether it goes on: its own round, and what moves its stage. */
    isMoving: (): boolean =>
      Math.min(tickedAt, stage.movedAt?.() ?? tickedAt) > monotonicMs() - STILL_MS,

    isOnAir: (): boolean => [...performances.values()].some(({ isOnAir }) => isOnAir),

    /** Ends what is on now, by hand. @returns whether anything was on */
    skip(): boolean {
      const on = [...performances.values()].filter(
        ({ isOnAir, stoppedFor }) => isOnAir && !stoppedFor,
      )
      if (on.length === 0) return false
      for (const performance of on) {
        performance.stoppedFor = 'skipped'
        noteSkip(performance.entry, 'by-hand')
        stage.stop(performance.key)
      }
      return true
    },

    /** The clock was set under what is on: it ends, and what should be on is joined. */
    clockWasSet() {
      endAll('clock-set')
      tick()
    },

    /** Ends what is on, gently, and writes it down. */
    async close() {
      isClosing = true
      clearInterval(ticking)
      endAll('player-stopped')
      const isOpen = () => [...performances.values()].some(({ state }) => state === 'open')
      const deadline = performance.now() + CLOSING_MS
      while (isOpen() && performance.now() < deadline) await new Promise((r) => setTimeout(r, 20))
      await stage.close()
      // A closed stage has said its last word about everything.
      while (endings.size > 0) await new Promise((r) => setTimeout(r, 5))
    },
  }
}

export type Conductor = ReturnType<typeof createConductor>
