import type { Logger } from 'pino'
import {
  type Entry,
  entriesBetween,
  entryKey,
  nextEntry,
  type Timeline,
  volumesOf,
} from '#playlists/timeline'
import type { Cause, Channel, ChannelStatus, Manifest, OnAir, Play } from '#protocol'
import type { MediaCache } from '../cache/media-cache.ts'
import type { Journal, Stamp } from '../journal/journal.ts'
import type { Cue, Stage, StageEvents } from '../stage/stage.ts'
import type { Clock } from '../time/clock.ts'
import { Performance } from './performance.ts'

export type ConductorDeps<S extends Stage> = {
  channel: Channel
  clock: Clock
  cache: MediaCache
  journal: Journal<Play>
  stamp: () => Stamp
  log: Logger
  openStage: (events: StageEvents) => S
  /** Something that the status says has changed. */
  onChange: () => void
  /** A record has been written. */
  onRecord: () => void
}

const TICK_MS = 200
/** What is over sooner than this is not worth joining. */
const SHORTEST_JOIN_MS = 400
/** What is decoded ahead: everything that is on within this time. */
const PREPARE_AHEAD_MS = 10 * 60_000
const CLOSING_MS = 2_000

const onAir = ({ item, from, to }: Entry, startAt: number = from): OnAir => ({
  title: item.title,
  themeCodes: item.themes.map(({ code }) => code),
  schedule: item.schedule.name,
  startedAt: Math.round(startAt),
  endsAt: Math.round(to),
})

/** Brings one channel's timeline onto its stage, and everything that happens to it into the journal. */
export const createConductor = <S extends Stage>(deps: ConductorDeps<S>) => {
  const { channel, clock, cache, log, onChange, onRecord } = deps
  const performances = new Map<string, Performance>()
  const endings = new Set<Performance>()
  const prepared = new Set<string>()
  let plan: { timeline: Timeline; manifest: Manifest } | undefined
  let fault: string | null = null
  let isClosing = false

  const stage = deps.openStage({
    onStarted(key, at) {
      performances.get(key)?.started(at)
      onChange()
    },
    onProgress(key, playedMs, rmsDbfs) {
      performances.get(key)?.progressed(playedMs, rmsDbfs)
      onChange()
    },
    onEnded(key, end) {
      const performance = performances.get(key)
      if (performance?.state !== 'open') return
      const isTorn = end.reason !== 'done' && !performance.stoppedFor
      endings.add(performance)
      performance
        .ended(end)
        .then((isRecorded) => isRecorded && onRecord())
        .catch((error) => log.error(error, 'a play could not be written down'))
        .finally(() => endings.delete(performance))
      // What a fault tore goes on where it should be by now, as a play of its own.
      if (isTorn) performances.delete(key)
      onChange()
    },
    onFault(now) {
      fault = now
      onChange()
    },
    onOutput(output) {
      // What was torn goes on at once, not at the next tick.
      if (output !== null) setImmediate(tick)
      onChange()
    },
  })
  const outputLost: Cause = channel === 'audio' ? 'output-lost' : 'screen-lost'

  const fail = (performance: Performance, cause: Cause) => {
    log.error({ title: performance.entry.item.title, cause }, 'an item could not be played')
    performance.failed(cause)
    onRecord()
    onChange()
  }

  const cueFor = ({ key, entry }: Performance, now: number): Cue => {
    const { item, segment, startAt, to } = entry
    const from = Math.max(entry.from, now)
    const path = cache.pathOf(item.sha256)
    const { volume, because } = segment
    const cue = { key, item, path, from, to, offsetMs: from - startAt, volume }
    if (channel !== 'audio') return cue
    const fallback = item.fallback?.sha256
    const sound = {
      priority: because.priority,
      volumes: volumesOf({ ...entry, from }),
      fallbackPath: fallback && cache.has(fallback) ? cache.pathOf(fallback) : null,
    }
    return { ...cue, sound }
  }

  const begin = async (performance: Performance) => {
    const { key, entry } = performance
    performance.state = 'preparing'
    if (!(await cache.isIntact(entry.item.sha256))) {
      performance.state = 'waiting'
      performance.missing = 'media-corrupt'
      return
    }
    const now = clock.now()
    if (now === undefined || performances.get(key) !== performance || isClosing) return
    performance.open(now)
    try {
      await stage.cue(cueFor(performance, now))
      if (performance.stoppedFor) stage.stop(key)
    } catch (error) {
      log.warn(error, 'a cue was refused')
      if (performance.isSettled) return
      fail(performance, stage.output() === null ? outputLost : 'not-decodable')
    }
  }

  /** Takes a waiting performance as far as it can go by now. */
  const advance = (performance: Performance, now: number) => {
    if (performance.state !== 'waiting') return
    const { entry } = performance
    if (entry.to - now < SHORTEST_JOIN_MS) fail(performance, performance.missing)
    else if (stage.output() === null) performance.missing = outputLost
    else if (cache.has(entry.item.sha256)) {
      begin(performance).catch((error) => log.error(error, 'an item could not be begun'))
    } else if (performance.missing !== 'media-corrupt') performance.missing = 'media-missing'
  }

  const isUrgent = ({ entry }: Performance) => entry.segment.because.priority === 'emergency'

  const isUnderEmergency = (now: number): boolean =>
    [...performances.values()].some(
      (one) => isUrgent(one) && one.entry.from <= now && now < one.entry.to,
    )

  const dropGone = (wanted: ReadonlySet<string>, now: number) => {
    for (const [key, performance] of performances) {
      if (wanted.has(key)) continue
      const isOver = performance.entry.to <= now
      if (isOver && performance.state === 'waiting') fail(performance, performance.missing)
      const { state, stoppedFor } = performance
      if (state === 'settled' || state === 'waiting' || state === 'ended') performances.delete(key)
      else if (!isOver && !stoppedFor) {
        performance.stoppedFor = isUnderEmergency(now) ? 'emergency' : 'plan-changed'
        stage.stop(key)
      }
    }
  }

  const prepareAhead = (timeline: Timeline, now: number) => {
    for (const { item } of entriesBetween(timeline, now, now + PREPARE_AHEAD_MS)) {
      if (prepared.has(item.sha256) || !cache.has(item.sha256)) continue
      prepared.add(item.sha256)
      stage.prepare(item, cache.pathOf(item.sha256)).catch((error) => {
        prepared.delete(item.sha256)
        log.warn(error, 'an item could not be prepared')
      })
      return
    }
  }

  const tick = () => {
    const now = clock.now()
    if (isClosing || now === undefined || !plan) return
    const { timeline, manifest } = plan
    const inForce = now < manifest.playUntil ? timeline : []
    const wanted = new Set<string>()
    const longestMs = Math.max(stage.leadMs, stage.relayLeadMs ?? 0)
    for (const entry of entriesBetween(inForce, now, now + longestMs)) {
      const leadMs = entry.item.kind === 'relay' ? longestMs : stage.leadMs
      if (entry.from >= now + leadMs) continue
      const key = entryKey(entry)
      wanted.add(key)
      if (performances.has(key) || entry.to - now < SHORTEST_JOIN_MS) continue
      performances.set(key, new Performance(key, entry, manifest, deps))
    }
    dropGone(wanted, now)
    const all = [...performances.values()]
    for (const performance of all.filter(isUrgent)) advance(performance, now)
    // Nothing that can wait a tick competes with an emergency that is being begun.
    const isHurrying = all.some((one) => isUrgent(one) && one.state === 'preparing')
    for (const performance of all) {
      if (!isHurrying || performance.entry.from <= now) advance(performance, now)
    }
    prepareAhead(inForce, now)
  }

  const ticking = setInterval(() => {
    try {
      tick()
    } catch (error) {
      log.error(error, 'a tick failed')
    }
  }, TICK_MS)

  return {
    stage,

    setPlan(timeline: Timeline, manifest: Manifest) {
      plan = { timeline, manifest }
      prepared.clear()
      tick()
    },

    status(): ChannelStatus {
      const now = clock.now()
      const playing = [...performances.values()].find(
        ({ state, startAt }) => state === 'open' && startAt !== null,
      )
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

    /** Ends what is on, gently, and writes it down. */
    async close() {
      isClosing = true
      clearInterval(ticking)
      for (const performance of performances.values()) {
        if (performance.state !== 'open') continue
        performance.stoppedFor = 'player-stopped'
        stage.stop(performance.key)
      }
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
