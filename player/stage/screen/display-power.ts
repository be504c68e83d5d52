import { spawn } from 'node:child_process'
import type { Logger } from 'pino'
import type { DurationMs, EpochMs } from '#protocol'
import { contained } from '../../supervise/contained.ts'

export type DisplayPowerOptions = {
  /** What is switched, for the log. */
  what?: 'display' | 'amplifier'
  /** Commands for the shell: a relay, HDMI-CEC, `xset dpms`. undefined: that half is left alone. */
  onCommand: string | undefined
  offCommand: string | undefined
  /** The display goes off when nothing is shown for at least this long. */
  offAfterMs?: DurationMs
  /** It is switched on this long before something is. */
  onBeforeMs?: DurationMs
  everyMs?: DurationMs
}

export type DisplayPowerDeps = {
  options: DisplayPowerOptions
  now: () => EpochMs | undefined
  /** When something is to be seen next, now included; undefined: not within any plan. */
  nextShownAt: (now: EpochMs) => EpochMs | undefined
  log: Logger
}

const OFF_AFTER_MS = 30_000
const ON_BEFORE_MS = 10_000
const EVERY_MS = 1_000
const RETRY_MS = 60_000
const COMMAND_MS = 15_000

/** Switches a display off while its board is blank, or an amplifier while nothing is heard, and on before. */
export const createDisplayPower = ({ options, now, nextShownAt, log }: DisplayPowerDeps) => {
  const { what = 'display', offAfterMs = OFF_AFTER_MS, onBeforeMs = ON_BEFORE_MS } = options
  let state: 'on' | 'off' | undefined
  let blankSince: number | undefined
  let failedAt: number | undefined

  const run = (wanted: 'on' | 'off') => {
    const command = wanted === 'on' ? options.onCommand : options.offCommand
    state = wanted
    if (!command) return
    const child = spawn('sh', ['-c', command], { stdio: 'ignore', timeout: COMMAND_MS })
    const failed = (reason: unknown) => {
      log.error({ what, reason, command }, 'it was not switched; tried again')
      if (state === wanted) state = undefined
      failedAt = now()
    }
    child.once('error', (error) => failed(error.message))
    child.once('exit', (code, signal) => {
      if (code === 0) log.info({ what, state: wanted }, 'switched')
      else failed(signal ?? code)
    })
  }

  const look = contained(log, 'the display could not be looked after', () => {
    const at = now()
    // Where the time is not known, nobody can say that the board should be dark.
    if (at === undefined) return
    const next = nextShownAt(at)
    const isNeeded = next !== undefined && next - at <= onBeforeMs
    blankSince = isNeeded ? undefined : (blankSince ?? at)
    if (failedAt !== undefined && at - failedAt < RETRY_MS) return
    if (isNeeded && state !== 'on') run('on')
    else if (!isNeeded && state !== 'off' && at - (blankSince ?? at) >= offAfterMs) run('off')
  })
  const looking = setInterval(look, options.everyMs ?? EVERY_MS)

  return {
    close() {
      clearInterval(looking)
      // Whoever stops the player wants to see something on the display.
      if (state === 'off') run('on')
    },
  }
}
