import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { openSpeaker } from '../channels.ts'
import { CALL_TONE_MS, writeCallTone } from '../command/call-tone.ts'
import type { Config } from '../config.ts'
import type { StageEnd } from '../stage/stage.ts'
import type { Finding } from './finding.ts'
import type { Rehearsal } from './rehearsal.ts'

const VOLUME = 60
/** An output that is lost is looked for elsewhere after 5 s. */
const OPEN_MS = 8_000
/** A clock line needs some readings before sounds are placed well by it. */
const SETTLING_MS = 1_500
const ENOUGH_SHARE = 0.5
/** Farther off than this, two loudspeakers of one commune are heard as two. */
const LATE_MS = 20

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What the end of the test sound says of the loudspeaker. */
const judge = ({ measured, reason }: StageEnd, config: Config): Finding => {
  const check = 'sound'
  const { AUDIO_OUTPUT: chosen, AUDIO_MONITOR: monitor, AUDIO_DELAY_MS: delay } = config
  const sound = measured?.kind === 'audio' ? measured : undefined
  const output = sound?.output ?? chosen
  if (!sound || reason !== 'done' || sound.rmsDbfs === null) {
    const params = { output, detail: reason }
    return { check, mark: 'failed', says: 'sound-failed', params, remedy: 'sound-nowhere-do' }
  }
  const { heard } = sound
  const share = Math.round((heard?.share ?? 0) * 100)
  const late = Math.round(heard?.offsetMs ?? 0)
  const level = Math.round(sound.rmsDbfs)
  const params = { output, level, share, late, delay, monitor: monitor ?? '' }
  if (output === 'null' || output === 'file') {
    // Whoever chose it knows that nobody hears it; whoever did not does not.
    const mark = chosen === 'auto' ? 'failed' : 'unproved'
    return { check, mark, says: 'sound-nowhere', params, remedy: 'sound-nowhere-do' }
  }
  if (!monitor)
    return { check, mark: 'unproved', says: 'sound-sent', params, remedy: 'sound-sent-do' }
  if ((heard?.share ?? 0) < ENOUGH_SHARE)
    return { check, mark: 'failed', says: 'sound-unheard', params, remedy: 'sound-unheard-do' }
  if (Math.abs(late) > LATE_MS)
    return { check, mark: 'unproved', says: 'sound-delayed', params, remedy: 'sound-delayed-do' }
  return { check, mark: 'proved', says: 'sound-heard', params }
}

/**
 * Lets the loudspeaker sound through its real output: first a sweep, to measure it by, then a clip
 * by a plan.
 */
export const checkSound = async (
  rehearsal: Rehearsal,
  config: Config,
  title: string,
  folder: string,
  log: Logger,
): Promise<Finding> => {
  const opened = await rehearsal.openChannel('audio', OPEN_MS, (events) =>
    openSpeaker(config, folder, { clock: rehearsal.clock, log, events }),
  )
  if ('fault' in opened) {
    const params = { output: config.AUDIO_OUTPUT, detail: opened.fault }
    const failed = { mark: 'failed', says: 'sound-failed', remedy: 'sound-nowhere-do' } as const
    return { check: 'sound', ...failed, params }
  }
  const { conductor } = opened
  await sleep(SETTLING_MS)
  const end = await conductor.stage.test(VOLUME)
  if (end.measured?.kind === 'audio') end.measured.heard = await end.heard
  const finding = judge(end, config)
  const tone = join(folder, 'tone.ogg')
  await writeCallTone(config.FFMPEG_PATH, tone)
  const item = rehearsal.bring(readFileSync(tone), {
    mime: 'audio/ogg',
    kind: 'clip',
    title,
    durationMs: CALL_TONE_MS,
  })
  await rehearsal.play(conductor, 'audio', item)
  return finding
}
