import { join } from 'node:path'
import type { Channel, EnrolAnswer } from '#protocol'
import { createPcmCache } from './cache/pcm-cache.ts'
import { type Conductor, type ConductorDeps, createConductor } from './conduct/conductor.ts'
import { openScreenChannel } from './conduct/screen-channel.ts'
import type { Config } from './config.ts'
import type { Screen } from './stage/screen/screen.ts'
import { createSpeaker, type SpeakerDeps } from './stage/speaker.ts'
import type { Stage } from './stage/stage.ts'

/** What the conductors of all channels have in common. */
export type SharedDeps = Omit<ConductorDeps<Stage>, 'channel' | 'openStage'>

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

/** Opens the channels that a device enrolled for, each with its stage; a screen is opened for none else. */
export const openChannels = (config: Config, enrolment: EnrolAnswer, shared: SharedDeps) => {
  const { clock, log } = shared
  const conductors = new Map<Channel, Conductor>()
  let screen: Screen | undefined
  let picture: ReturnType<typeof openScreenChannel>['picture'] | undefined
  if (enrolment.channels.includes('audio')) {
    const openStage: ConductorDeps<Stage>['openStage'] = (events) =>
      openSpeaker(config, config.DATA_DIR, { clock, log, events })
    conductors.set('audio', createConductor({ ...shared, channel: 'audio', openStage }))
  }
  if (enrolment.channels.includes('screen') && enrolment.canvas) {
    const board = openScreenChannel(config, enrolment.canvas, shared)
    screen = board.screen
    picture = board.picture
    conductors.set('screen', board.conductor)
  }
  return { conductors, screen, picture }
}
