import { spawnSync } from 'node:child_process'
import { createAlsaOutput } from './alsa-output.ts'
import type { AudioOutput, OutputEvents } from './output.ts'
import { createPacedOutput } from './paced-output.ts'
import { createPulseOutput } from './pulse-output.ts'

/** Which output: `auto`, `pulse`, `alsa` (or `alsa:DEVICE`), `null`, `file:PATH`. */
export type OutputChoice = string

const answers = (program: string, args: readonly string[], expected: RegExp): boolean => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 3_000 })
  return status === 0 && expected.test(stdout)
}

/** The best output that this machine has: a sound server, a card, or one that only keeps time. */
export const detectOutput = (): OutputChoice => {
  if (answers('pactl', ['info'], /Server Name/)) return 'pulse'
  if (answers('aplay', ['-l'], /^card /m)) return 'alsa'
  return 'null'
}

export const openOutput = (choice: OutputChoice, events: OutputEvents): AudioOutput => {
  const [kind = '', rest] = choice.split(/:(.*)/s)
  switch (kind) {
    case 'pulse':
      return createPulseOutput(events)
    case 'alsa':
      return createAlsaOutput(rest || 'default', events)
    case 'file':
      return createPacedOutput(rest || 'loabang.pcm')
    default:
      return createPacedOutput(null)
  }
}
