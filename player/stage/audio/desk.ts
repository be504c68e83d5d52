import { monotonicMs } from '../../time/monotonic.ts'
import { createClipSource } from './clip-source.ts'
import { createLane, type LaneEvents } from './lane.ts'
import { createLevelMeter } from './level.ts'
import type { VoiceReport } from './mixer.ts'
import { EMERGENCY, PROGRAMME, type SoundDevice } from './output.ts'
import {
  createRelaySource,
  type RelayCue,
  type RelayShare,
  type RelaySource,
} from './relay/source.ts'
import type { SoundSource } from './source.ts'
import { Voice, type VoiceCue } from './voice.ts'

export type Tier = 'programme' | 'emergency'

export type DeskCue = VoiceCue & {
  tier: Tier
  /** Samples of a clip, 16 bit mono 48 kHz; or a stream. */
  sound: { kind: 'clip'; path: string } | ({ kind: 'relay' } & RelayCue)
}

export type DeskReport =
  | Exclude<VoiceReport, { type: 'ended' }>
  | (Omit<Extract<VoiceReport, { type: 'ended' }>, 'reason'> & {
      relay: RelayShare | null
      /** As `StageEnd` says it. */
      reason: 'done' | 'stopped' | 'lost' | 'gone'
    })

export type DeskEvents = {
  onReport: (report: DeskReport) => void
  onOpen: (tier: Tier, output: string) => void
  onLost: (tier: Tier, reason: string) => void
  /** An address of a relay gives nothing, or may not be asked. */
  onRelayTrouble: (address: string, reason: string) => void
}

/** Nothing to play for so long closes the tap behind the programme. */
const IDLE_MUTE_MS = 5_000

/**
 * Two permanent streams to one device: the programme, which is planned and deep, and the emergency,
 * which is shallow and at once. While an emergency is on the programme is silent, and goes on
 * afterwards where it would be by then.
 */
export const createDesk = (device: SoundDevice, events: DeskEvents) => {
  const emergencies = new Map<string, { from: number; to: number }>()
  const relays = new Map<string, RelaySource>()
  let isMuted = false
  let busyAt = monotonicMs()

  const onReport = (report: VoiceReport) => {
    if (report.type !== 'ended') return events.onReport(report)
    emergencies.delete(report.key)
    const relay = relays.get(report.key)?.share() ?? null
    relays.delete(report.key)
    events.onReport({ ...report, relay })
  }
  const laneEvents = (tier: Tier): LaneEvents => ({
    onReport,
    onOpen: (output) => events.onOpen(tier, output),
    onLost: (reason) => events.onLost(tier, reason),
  })
  const isUnderEmergency = (mono: number) =>
    [...emergencies.values()].some(({ from, to }) => from <= mono && mono < to)

  const byHand = () => (isMuted ? 'muted' : undefined)

  const lanes = {
    programme: createLane(
      device,
      PROGRAMME,
      laneEvents('programme'),
      (mono) => byHand() ?? (isUnderEmergency(mono) ? 'emergency' : undefined),
    ),
    emergency: createLane(device, EMERGENCY, laneEvents('emergency'), byHand),
  }
  const both = Object.values(lanes)

  /** @throws where there is no file of samples any more */
  const sourceOf = ({ key, sound }: DeskCue): SoundSource => {
    if (sound.kind === 'clip') return createClipSource(sound.path)
    const relay = createRelaySource(sound, events.onRelayTrouble)
    relays.set(key, relay)
    return relay
  }

  /** A tap that is closed because nothing is on is open in time for what comes. */
  const tendTap = (nowMono: number) => {
    if (!lanes.programme.mixer().isIdle()) busyAt = nowMono
    lanes.programme.setMuted(isMuted || nowMono - busyAt > IDLE_MUTE_MS)
  }

  /** Its samples were thrown away between the order and now: the caller has to give the order again. */
  const lose = (key: string) =>
    events.onReport({
      ...{ type: 'ended', key, reason: 'gone', startMono: null, endMono: null, relay: null },
      ...{ samples: 0, rmsDbfs: null, peakDbfs: null, underruns: 0 },
      ...{ mutedMs: 0, isMutedByHand: false },
      levels: createLevelMeter().curve(),
    })

  return {
    cue(cue: DeskCue) {
      let source: SoundSource
      try {
        source = sourceOf(cue)
      } catch {
        return lose(cue.key)
      }
      const voice = new Voice(cue, source)
      const isUrgent = cue.tier === 'emergency' && lanes.emergency.isOpen()
      if (isUrgent) {
        emergencies.set(cue.key, { from: cue.startMono, to: cue.startMono + cue.lengthMs })
        lanes.programme.hushFrom(cue.startMono)
      }
      lanes[isUrgent ? 'emergency' : 'programme'].mixer().cue(voice)
      const nowMono = monotonicMs()
      tendTap(nowMono)
      for (const lane of both) lane.turn(nowMono)
    },

    stop(key: string) {
      for (const lane of both) lane.mixer().stop(key)
    },

    /** Silences everything, what is under way included, or lets it be heard again. */
    setMuted(muted: boolean) {
      isMuted = muted
      for (const lane of both) lane.setMuted(muted)
    },

    /** No volume is above this share of the amplitude from now on. */
    setCap(share: number) {
      for (const lane of both) lane.setCap(share)
    },

    /** To be called every few milliseconds. */
    turn(nowMono: number) {
      for (const lane of both) if (lane.isDue(nowMono)) lane.turn(nowMono)
      tendTap(nowMono)
    },

    /** For how long there has been no sound that should be, and for how long no output, ms. */
    health: (nowMono: number) => ({
      silentMs: Math.max(...both.map((lane) => lane.mixer().silentMs())),
      stalledMs: lanes.programme.stalledMs(nowMono),
    }),

    close() {
      for (const relay of relays.values()) relay.close()
      for (const lane of both) lane.close()
    },
  }
}
