import { monotonicMs } from '../../time/monotonic.ts'
import { createMixer, type Mixer, type VoiceReport } from './mixer.ts'
import type { AudioOutput, Depth, SoundDevice } from './output.ts'
import type { Hush } from './voice.ts'

export type LaneEvents = {
  onReport: (report: VoiceReport) => void
  /** The output plays and knows its clock. */
  onOpen: (output: string) => void
  onLost: (reason: string) => void
}

/** An output that lasted this long deserves to be opened again at once. */
const GOOD_MS = 5_000
const REOPEN_MS = 250

/** One permanent stream to the device, with its mixer; opened again whenever it is lost. */
export const createLane = (
  device: SoundDevice,
  depth: Depth,
  { onReport, onOpen, onLost }: LaneEvents,
  hushAt: (mono: number) => Hush | undefined,
) => {
  let output: AudioOutput
  let mixer: Mixer
  let openedAt: number
  let aliveAt = monotonicMs()
  let isOpen = false
  let isMuted = false
  let cap = 1
  let reopenAt: number | undefined
  let turnedAt = Number.NEGATIVE_INFINITY

  const open = () => {
    reopenAt = undefined
    openedAt = monotonicMs()
    const opened = device.open(depth, {
      onLost(reason) {
        if (output !== opened) return
        if (isOpen) aliveAt = monotonicMs()
        isOpen = false
        reopenAt = monotonicMs() + (monotonicMs() - openedAt > GOOD_MS ? 0 : REOPEN_MS)
        mixer.abandon()
        onLost(reason)
      },
    })
    output = opened
    mixer = createMixer(output, onReport, hushAt)
    mixer.setCap(cap)
  }
  open()

  return {
    isOpen: () => isOpen,
    mixer: () => mixer,

    /** Whether it has to be turned by now; while it opens, always. */
    isDue: (nowMono: number) =>
      !isOpen || nowMono - openedAt < GOOD_MS || nowMono - turnedAt >= depth.turnMs,

    turn(nowMono: number) {
      turnedAt = nowMono
      if (reopenAt !== undefined) {
        if (nowMono < reopenAt) return
        open()
      }
      mixer.turn(nowMono)
      if (isOpen || output.sampleAt(nowMono) === undefined) return
      isOpen = true
      if (isMuted) output.setMuted(true)
      onOpen(output.name)
    },

    /** For how long it has not played anything, ms. */
    stalledMs(nowMono: number): number {
      return nowMono - Math.max(aliveAt, output.advancedAt())
    },

    /** Makes inaudible what is handed out and would be heard after an instant. */
    hushFrom(mono: number) {
      const from = output.sampleAt(mono)
      if (from !== undefined && from < output.written() && !mixer.isIdle()) output.hush()
    },

    setMuted(muted: boolean) {
      if (isOpen && muted !== isMuted) output.setMuted(muted)
      isMuted = muted
    },

    setCap(share: number) {
      cap = share
      mixer.setCap(share)
    },

    close: () => output.close(),
  }
}
