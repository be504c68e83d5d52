import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../../time/monotonic.ts'
import { createDesk, type DeskCue, type DeskReport, type Tier } from './desk.ts'
import { openDevice } from './open-device.ts'

/** The mixer in a thread of its own: whatever the player is busy with, the stream does not run dry. */

export type MixerSetup = { output: string; delayMs: number }
export type MixerOrder =
  | { type: 'cue'; cue: DeskCue }
  | { type: 'stop'; key: string }
  | { type: 'mute'; isMuted: boolean }
  | { type: 'cap'; share: number }
  | { type: 'close' }
export type MixerWord =
  | DeskReport
  | { type: 'open'; tier: Tier; output: string }
  | { type: 'lost'; tier: Tier; reason: string }
  | { type: 'relay-trouble'; address: string; reason: string }
  | { type: 'health'; silentMs: number; stalledMs: number }

const TURN_MS = 20
const HEALTH_EVERY_MS = 250

const say = (word: MixerWord) => parentPort?.postMessage(word)

const { output, delayMs } = workerData as MixerSetup
const desk = createDesk(openDevice(output, delayMs), {
  onReport: say,
  onOpen: (tier, name) => say({ type: 'open', tier, output: name }),
  onLost: (tier, reason) => say({ type: 'lost', tier, reason }),
  onRelayTrouble: (address, reason) => say({ type: 'relay-trouble', address, reason }),
})
const turning = setInterval(() => desk.turn(monotonicMs()), TURN_MS)
const telling = setInterval(
  () => say({ type: 'health', ...desk.health(monotonicMs()) }),
  HEALTH_EVERY_MS,
)

parentPort?.on('message', (order: MixerOrder) => {
  switch (order.type) {
    case 'cue':
      return desk.cue(order.cue)
    case 'stop':
      return desk.stop(order.key)
    case 'mute':
      return desk.setMuted(order.isMuted)
    case 'cap':
      return desk.setCap(order.share)
    case 'close':
      clearInterval(turning)
      clearInterval(telling)
      desk.close()
      parentPort?.close()
  }
})
