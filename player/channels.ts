import { join } from 'node:path'
import type { Channel, EnrolAnswer, Sha256 } from '#protocol'
import { createPcmCache } from './cache/pcm-cache.ts'
import { type Conductor, type ConductorDeps, createConductor } from './conduct/conductor.ts'
import { openScreenChannel } from './conduct/screen-channel.ts'
import type { Config } from './config.ts'
import { createDisplayPower } from './stage/screen/display-power.ts'
import type { Screen } from './stage/screen/screen.ts'
import { createSpeaker, type SpeakerDeps } from './stage/speaker.ts'
import type { Stage } from './stage/stage.ts'

/** What the conductors of all channels have in common. */
export type SharedDeps = Omit<ConductorDeps<Stage>, 'channel' | 'openStage'> & {
  /** A board does not show this content any more: its page was lost under it. */
  onSetAside: (content: Sha256) => void
}

/** The stage of a loudspeaker, as the settings want it. @param folder where decoded sound is kept */
export const openSpeaker = (
  config: Config,
  folder: string,
  deps: Pick<SpeakerDeps, 'clock' | 'log' | 'events'>,
) =>
  createSpeaker({
    ...deps,
    output: config.AUDIO_OUTPUT,
    delayMs: config.AUDIO_DELAY_MS,
    monitor: config.AUDIO_MONITOR,
    pcm: createPcmCache(join(folder, 'pcm'), config.FFMPEG_PATH),
    ffmpeg: config.FFMPEG_PATH,
  })

/** So often it is looked whether the amplifier is needed: an emergency comes without notice. */
const AMPLIFIER_LOOK_MS = 250

/** A loudspeaker whose amplifier is switched on before there is something to hear, where it can be. */
const withAmplifier = (
  { AMPLIFIER_ON_COMMAND, AMPLIFIER_OFF_COMMAND, AMPLIFIER_LEAD_SECONDS }: Config,
  conductor: Conductor,
  { clock, log }: Pick<SharedDeps, 'clock' | 'log'>,
): Conductor => {
  if (!AMPLIFIER_ON_COMMAND && !AMPLIFIER_OFF_COMMAND) return conductor
  const power = createDisplayPower({
    options: {
      what: 'amplifier',
      onCommand: AMPLIFIER_ON_COMMAND,
      offCommand: AMPLIFIER_OFF_COMMAND,
      onBeforeMs: AMPLIFIER_LEAD_SECONDS * 1_000,
      everyMs: AMPLIFIER_LOOK_MS,
    },
    now: clock.now,
    nextShownAt: conductor.nextFrom,
    log,
  })
  const close = async () => {
    power.close()
    await conductor.close()
  }
  return { ...conductor, close }
}

/** Opens the channels that a device enrolled for, each with its stage; a screen is opened for none else. */
export const openChannels = (config: Config, enrolment: EnrolAnswer, shared: SharedDeps) => {
  const { clock, log } = shared
  const conductors = new Map<Channel, Conductor>()
  let screen: Screen | undefined
  let picture: ReturnType<typeof openScreenChannel>['picture'] | undefined
  let clearSetAside = () => {}
  if (enrolment.channels.includes('audio')) {
    const openStage: ConductorDeps<Stage>['openStage'] = (events) =>
      openSpeaker(config, config.DATA_DIR, { clock, log, events })
    const conductor = createConductor({ ...shared, channel: 'audio', openStage })
    conductors.set('audio', withAmplifier(config, conductor, shared))
  }
  if (enrolment.channels.includes('screen') && enrolment.canvas) {
    const board = openScreenChannel(config, enrolment.canvas, shared)
    screen = board.screen
    picture = board.picture
    clearSetAside = board.clearSetAside
    conductors.set('screen', board.conductor)
  }
  return { conductors, screen, picture, clearSetAside }
}
