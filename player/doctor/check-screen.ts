import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Canvas } from '#protocol'
import type { Conductor } from '../conduct/conductor.ts'
import { openBoard } from '../conduct/screen-channel.ts'
import type { Config } from '../config.ts'
import type { Screen } from '../stage/screen/screen.ts'
import type { Finding } from './finding.ts'
import { looksLike, testPicture } from './picture.ts'
import type { Rehearsal } from './rehearsal.ts'

const OPEN_MS = 30_000
const SLIDE_MS = 5_000
const PICTURE_AFTER_MS = 1_500

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Takes a picture of the board as soon as something is on it. */
const pictureOf = async (
  conductor: Conductor & { stage: Screen },
  isOver: () => boolean,
): Promise<Uint8Array | undefined> => {
  while (!conductor.isOnAir()) {
    if (isOver()) return undefined
    await sleep(50)
  }
  await sleep(PICTURE_AFTER_MS)
  return conductor.stage.screenshot()
}

/** Opens the board, shows one slide by a plan, and looks whether it is what the board shows. */
export const checkScreen = async (
  rehearsal: Rehearsal,
  config: Config,
  canvas: Canvas,
  title: string,
  folder: string,
  log: Logger,
): Promise<Finding> => {
  const check = 'screen'
  const failed = (
    says: 'screen-no-browser' | 'screen-failed' | 'screen-blank',
    detail = '',
  ): Finding => ({
    check,
    mark: 'failed',
    says,
    params: { detail },
    remedy: says === 'screen-no-browser' ? 'screen-no-browser-do' : 'screen-failed-do',
  })
  if (!config.CHROMIUM_PATH) return failed('screen-no-browser')
  const opened = await rehearsal.openChannel('screen', OPEN_MS, (events) =>
    openBoard(config, canvas, join(folder, 'browser'), { clock: rehearsal.clock, log, events }),
  )
  if ('fault' in opened) return failed('screen-failed', opened.fault)
  const { conductor } = opened
  const wanted = await testPicture(config.FFMPEG_PATH, canvas)
  const about = { mime: 'image/png', kind: 'image', title, durationMs: SLIDE_MS } as const
  const playing = rehearsal.play(conductor, 'screen', rehearsal.bring(wanted, about))
  let isOver = false
  const ended = playing.finally(() => {
    isOver = true
  })
  const seen = await pictureOf(conductor, () => isOver)
  const play = await ended
  const isRight = seen !== undefined && (await looksLike(config.FFMPEG_PATH, seen, wanted))
  if (!isRight) return failed('screen-blank')
  const frames = play?.measured?.kind === 'screen' ? play.measured.frames : 0
  const params = { output: conductor.stage.output() ?? '', ...canvas, frames }
  return { check, mark: 'proved', says: 'screen-ok', params }
}
