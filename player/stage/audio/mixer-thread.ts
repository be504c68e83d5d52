import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../../time/monotonic.ts'
import { createMixer, type VoiceReport } from './mixer.ts'
import { openOutput } from './open-output.ts'
import type { VoiceCue } from './voice.ts'

/** The mixer in a thread of its own: whatever the player is busy with, the stream does not run dry. */

export type MixerOrder =
  | { type: 'cue'; cue: VoiceCue }
  | { type: 'stop'; key: string }
  | { type: 'close' }
export type MixerWord =
  | VoiceReport
  | { type: 'open'; output: string }
  | { type: 'lost'; reason: string }

const TURN_MS = 10

const say = (word: MixerWord) => parentPort?.postMessage(word)

const { output: choice } = workerData as { output: string }
const output = openOutput(choice, {
  onLost(reason) {
    clearInterval(turning)
    mixer.abandon()
    say({ type: 'lost', reason })
  },
})
const mixer = createMixer(output, say)
const turning = setInterval(() => mixer.turn(monotonicMs()), TURN_MS)
say({ type: 'open', output: output.name })

parentPort?.on('message', (order: MixerOrder) => {
  switch (order.type) {
    case 'cue':
      mixer.cue(order.cue)
      return
    case 'stop':
      mixer.stop(order.key)
      return
    case 'close':
      clearInterval(turning)
      output.close()
      parentPort?.close()
  }
})
