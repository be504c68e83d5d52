import { join } from 'node:path'
import type { Canvas, EpochMs, Sha256 } from '#protocol'
import type { Config } from '../config.ts'
import { createDisplayPower } from '../stage/screen/display-power.ts'
import { createEvidence } from '../stage/screen/evidence.ts'
import { createScreen, type Screen, type ScreenDeps } from '../stage/screen/screen.ts'
import { createSetAside } from '../stage/screen/set-aside.ts'
import { contained } from '../supervise/contained.ts'
import { type ConductorDeps, createConductor } from './conductor.ts'

const MEGABYTE = 1_000_000
const PRUNE_EVERY_MS = 3_600_000

/** The stage of a board, as the settings want it. @param profile a folder that the browser may fill */
export const openBoard = (
  config: Config,
  canvas: Canvas,
  profile: string,
  deps: Pick<ScreenDeps, 'clock' | 'log' | 'events'> &
    Partial<Pick<ScreenDeps, 'evidence' | 'setAside'>>,
): Screen =>
  createScreen({
    ...deps,
    evidence: deps.evidence,
    board: {
      executable: config.CHROMIUM_PATH,
      profile,
      canvas,
      isKiosk: config.DISPLAY_MODE === 'kiosk',
      memoryLimitBytes: config.BROWSER_MB * MEGABYTE,
    },
  })

/** A board with everything that belongs to it: its pictures and the switch of its display. */
export const openScreenChannel = (
  config: Config,
  canvas: Canvas,
  shared: Omit<ConductorDeps<Screen>, 'channel' | 'openStage'> & {
    onSetAside: (content: Sha256) => void
  },
) => {
  const { clock, log } = shared
  const setAside = createSetAside(join(config.DATA_DIR, 'set-aside.json'), shared.onSetAside)
  const evidence = createEvidence({
    folder: join(config.DATA_DIR, 'evidence'),
    every: config.EVIDENCE_EVERY,
    bytesPerDay: config.EVIDENCE_MB_PER_DAY * MEGABYTE,
  })
  const conductor = createConductor({
    ...shared,
    channel: 'screen',
    openStage: (events) =>
      openBoard(config, canvas, join(config.DATA_DIR, 'browser'), {
        evidence,
        setAside,
        ...{ clock, log, events },
      }),
  })
  const power =
    config.DISPLAY_ON_COMMAND || config.DISPLAY_OFF_COMMAND
      ? createDisplayPower({
          options: {
            onCommand: config.DISPLAY_ON_COMMAND,
            offCommand: config.DISPLAY_OFF_COMMAND,
          },
          now: clock.now,
          nextShownAt: (now: EpochMs) => conductor.nextFrom(now),
          log,
        })
      : undefined
  const prune = contained(log, 'old pictures could not be removed', async () => {
    const now = clock.now()
    if (now !== undefined && clock.state().grade === 'synced') await evidence.prune(now)
  })
  const pruning = setInterval(prune, PRUNE_EVERY_MS)

  const close = async () => {
    clearInterval(pruning)
    power?.close()
    await conductor.close()
  }
  return {
    conductor: { ...conductor, close },
    screen: conductor.stage,
    clearSetAside: setAside.clear,
    /** A picture that a record names. */
    picture: evidence.read,
  }
}
