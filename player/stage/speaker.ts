import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { VolumePercent } from '#protocol'
import type { PcmCache } from '../cache/pcm-cache.ts'
import type { Clock } from '../time/clock.ts'
import { monotonicMs } from '../time/monotonic.ts'
import type { DeskCue, DeskReport } from './audio/desk.ts'
import { SAMPLE_RATE } from './audio/format.ts'
import { createMonitor } from './audio/monitor/monitor.ts'
import type { OutputChoice } from './audio/open-device.ts'
import { relayAddresses } from './audio/relay/addresses.ts'
import { SWEEP_MS, writeSweep } from './audio/sweep.ts'
import { createMixerHost } from './mixer-host.ts'
import type { Cue, Stage, StageEnd, StageEvents } from './stage.ts'

export type SpeakerDeps = {
  /** `auto`, or an output by name. */
  output: OutputChoice
  /** What lies between the output's own word and the air, ms. */
  delayMs?: number
  /** Where it can be listened to what comes out: `pulse`, `pulse:SOURCE` or `alsa:DEVICE`. */
  monitor?: string | undefined
  pcm: PcmCache
  ffmpeg: string
  clock: Clock
  log: Logger
  events: StageEvents
}

/** Share of the amplitude for a volume: half the figure is a quarter of the power. */
const gainOf = (volume: number): number => volume / 100
const factorOf = (gainDb: number): number => 10 ** (gainDb / 20)
/** Shorter than this by the plan is not shorter: the plan counts whole milliseconds. */
const CUT_MS = 20
const TEST_LEAD_MS = 1_500

const LOST: StageEnd = { startMono: null, endMono: null, measured: null, reason: 'lost' }

export type Speaker = Stage & {
  /** Silences everything at once, emergencies included, until it is told otherwise. */
  setMuted(isMuted: boolean): void
  /** Nothing is louder than this, whatever a plan says. */
  setVolume(cap: VolumePercent): void
  /**
   * Plays a sweep and tells what went out and what the monitor heard of it, where there is one. Its
   * `offsetMs` is what AUDIO_DELAY_MS lacks. Nothing else may be on meanwhile.
   * @param volume 0 to 100
   */
  test(volume: VolumePercent): Promise<StageEnd>
}

/** The loudspeaker: what is cued comes out of the mixer's thread, and what came out is told. */
export const createSpeaker = (deps: SpeakerDeps): Speaker => {
  const { pcm, ffmpeg, clock, log, events } = deps
  const cued = new Set<string>()
  const urgent = new Set<string>()

  const ended = (word: Extract<DeskReport, { type: 'ended' }>): StageEnd => ({
    startMono: word.startMono,
    endMono: word.endMono,
    measured: {
      kind: 'audio',
      output: outputName ?? 'none',
      samples: word.samples,
      sampleRate: SAMPLE_RATE,
      rmsDbfs: word.rmsDbfs,
      peakDbfs: word.peakDbfs,
      underruns: word.underruns,
      levels: word.levels,
      mutedMs: word.mutedMs,
      relay: word.relay,
    },
    isMutedByHand: word.isMutedByHand,
    reason: word.reason,
  })

  const tests = new Map<string, (word: Extract<DeskReport, { type: 'ended' }>) => void>()

  const hear = (word: DeskReport) => {
    if (tests.has(word.key)) {
      if (word.type === 'ended') tests.get(word.key)?.(word)
      return
    }
    switch (word.type) {
      case 'started': {
        const { atMono: mono, errorMs, skippedMs } = word
        return events.onStarted(word.key, { mono, errorMs, skippedMs })
      }
      case 'progress':
        return events.onProgress(word.key, word.playedMs, word.rmsDbfs)
      case 'ended':
        if (cued.delete(word.key)) events.onEnded(word.key, withHeard(word))
    }
  }

  /** The end of a sound, and the ear's word on it where there is an ear. */
  const withHeard = (word: Extract<DeskReport, { type: 'ended' }>): StageEnd => {
    const end = ended(word)
    host.setUnheard(0, false)
    urgent.delete(word.key)
    if (!monitor || word.relay) return end
    const { startMono, endMono } = end
    const heard = monitor.heard(word.key, Math.max(0, (endMono ?? 0) - (startMono ?? 0)))
    return startMono === null ? end : { ...end, heard }
  }

  const monitor =
    deps.monitor === undefined
      ? undefined
      : createMonitor({
          monitor: deps.monitor,
          log,
          onMissing(key, missedMs, isSilent) {
            // Under an emergency the programme is silent, and is not missed.
            if (urgent.size > 0 && !urgent.has(key)) return
            host.setUnheard(missedMs, isSilent)
          },
        })

  let outputName: string | null = null
  const host = createMixerHost({
    output: deps.output,
    delayMs: deps.delayMs ?? 0,
    log,
    onReport: hear,
    onOutput(name) {
      // What is lost with an output is still told under its name.
      if (name !== null) outputName = name
      events.onOutput?.(name)
    },
    onFault: events.onFault,
    onThreadLost() {
      for (const key of cued) events.onEnded(key, LOST)
      cued.clear()
      urgent.clear()
    },
  })

  const soundOf = async ({ item, path, sound }: Cue): Promise<DeskCue['sound']> => {
    if (item.kind === 'relay') {
      const { fallback } = item
      const fallbackFile = fallback && sound?.fallbackPath
      const hosts = sound?.relayHosts ?? []
      const { allowed: addresses, refused } = await relayAddresses(path, hosts)
      for (const address of refused)
        log.error({ address, title: item.title }, 'this address of a relay is not allowed')
      const withoutFallback = (error: unknown) => {
        log.error({ err: error, title: item.title }, 'what a relay falls back on cannot be played')
        return null
      }
      return {
        kind: 'relay',
        ffmpeg,
        addresses,
        hosts,
        fallback: fallbackFile
          ? await pcm.get(fallback.sha256, fallbackFile).catch(withoutFallback)
          : null,
      }
    }
    const isUrgent = sound?.priority === 'emergency'
    return { kind: 'clip', path: await pcm[isUrgent ? 'begin' : 'get'](item.sha256, path) }
  }

  return {
    leadMs: 1_500,
    relayLeadMs: 8_000,

    async prepare(item, path) {
      if (item.kind !== 'relay') await pcm.get(item.sha256, path)
    },

    forgetPrepared: pcm.clear,

    async cue(cue) {
      const { key, item, from, to, offsetMs, sound } = cue
      const source = await soundOf(cue)
      const startMono = clock.toMono(from)
      if (startMono === undefined) throw new Error('the time is not known')
      const volumes = sound?.volumes ?? [{ at: from, volume: cue.volume }]
      cued.add(key)
      if (sound?.priority === 'emergency') urgent.add(key)
      const lengthMs = to - from
      if (source.kind === 'clip') {
        monitor?.listen(key, { path: source.path, startMono, offsetMs, lengthMs })
      }
      host.order({
        type: 'cue',
        cue: {
          key,
          tier: sound?.priority === 'emergency' ? 'emergency' : 'programme',
          sound: source,
          startMono,
          offsetMs,
          lengthMs,
          isUrgent: sound?.priority === 'emergency',
          isCut: offsetMs + lengthMs < item.durationMs - CUT_MS,
          volumes: volumes.map(({ at, volume }) => ({
            atMono: startMono + (at - from),
            gain: gainOf(volume),
          })),
          gain: factorOf(item.gainDb),
        },
      })
    },

    stop: (key) => host.order({ type: 'stop', key }),
    output: host.output,
    movedAt: host.movedAt,
    setMuted: host.setMuted,
    setVolume: (cap) => host.setCap(gainOf(cap)),

    async test(volume) {
      const key = 'test'
      const folder = mkdtempSync(join(tmpdir(), 'loabang-test-'))
      const path = join(folder, 'sweep.pcm')
      writeSweep(path)
      const startMono = monotonicMs() + TEST_LEAD_MS
      const place = { startMono, offsetMs: 0, lengthMs: SWEEP_MS }
      monitor?.listen(key, { path, ...place })
      const ended = new Promise<Extract<DeskReport, { type: 'ended' }>>((resolve) =>
        tests.set(key, resolve),
      )
      const volumes = [{ atMono: startMono, gain: gainOf(volume) }]
      const sound = { kind: 'clip' as const, path }
      const rest = { tier: 'programme' as const, isCut: false, volumes, gain: 1 }
      host.order({ type: 'cue', cue: { key, sound, ...place, ...rest } })
      const end = withHeard(await ended)
      await end.heard
      tests.delete(key)
      rmSync(folder, { recursive: true, force: true })
      return end
    },

    async close() {
      pcm.close()
      await Promise.all([host.close(), monitor?.close()])
    },
  }
}
