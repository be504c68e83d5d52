import { execFile } from 'node:child_process'
import { createAlsaOutput } from './alsa-output.ts'
import type { SoundDevice } from './output.ts'
import { createPacedDevice } from './paced-device.ts'
import { createPulseOutput } from './pulse-output.ts'

/** Which output: `pulse` (or `pulse:SINK`), `alsa` (or `alsa:DEVICE`), `null`, `file:PATH`. */
export type OutputChoice = string

const ASK_TIMEOUT_MS = 3_000

const answers = (program: string, args: readonly string[], expected: RegExp): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: ASK_TIMEOUT_MS }, (error, stdout) =>
      resolve(!error && expected.test(stdout)),
    )
  })

/** The outputs of this machine that somebody could hear, best first: a sound server, a card. */
export const audibleOutputs = async (): Promise<OutputChoice[]> => {
  const [hasServer, hasCard] = await Promise.all([
    answers('pactl', ['info'], /Server Name/),
    answers('aplay', ['-l'], /^card /m),
  ])
  return [...(hasServer ? ['pulse'] : []), ...(hasCard ? ['alsa'] : [])]
}

/** @param delayMs what lies between the output's own word and the air */
export const openDevice = (choice: OutputChoice, delayMs: number): SoundDevice => {
  const [kind = '', rest] = choice.split(/:(.*)/s)
  switch (kind) {
    case 'pulse':
      return {
        name: 'pulse',
        open: (depth, events) => createPulseOutput(rest, depth, delayMs, events),
      }
    case 'alsa':
      return {
        name: 'alsa',
        open: (depth, events) => createAlsaOutput(rest || 'default', depth, delayMs, events),
      }
    case 'file':
      return createPacedDevice(rest || 'loabang.pcm')
    default:
      return createPacedDevice(null)
  }
}
