import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import type { Fault } from '#protocol'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { createSpeaker, type SpeakerDeps } from '../../player/stage/speaker.ts'
import type { Cue, StageEnd } from '../../player/stage/stage.ts'
import { aPlanItem } from './builders.ts'
import { syncedClock } from './clock.ts'
import { make, speech } from './ffmpeg.ts'
import { tempFolder } from './temp-folder.ts'

export const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg'

/** A loudspeaker in a test, and everything that it said. */
export const openSpeaker = (output: string, change: Partial<SpeakerDeps> = {}) => {
  const folder = tempFolder()
  const clock = syncedClock(folder)
  const started = new Map<string, { mono: number; errorMs: number; skippedMs: number }>()
  const ended = new Map<string, StageEnd>()
  const faults: (Fault | null)[] = []
  const outputs: (string | null)[] = []
  const speaker = createSpeaker({
    output,
    pcm: createPcmCache(join(folder, 'pcm'), FFMPEG),
    ffmpeg: FFMPEG,
    clock,
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    events: {
      onStarted: (key, at) => started.set(key, at),
      onProgress() {},
      onEnded: (key, end) => ended.set(key, end),
      onFault: (fault) => faults.push(fault),
      onOutput: (name) => outputs.push(name),
    },
    ...change,
  })
  onTestFinished(() => speaker.close())
  const cue = (
    key: string,
    path: string,
    inMs: number,
    lengthMs: number,
    more: Partial<Cue> = {},
  ): Cue => {
    const from = (clock.now() ?? 0) + inMs
    const item = aPlanItem(key, lengthMs)
    return { key, item, path, from, to: from + lengthMs, offsetMs: 0, volume: 100, ...more }
  }
  return { folder, speaker, clock, cue, started, ended, faults, outputs }
}

/** What makes a cue an emergency's. */
export const emergency = (from: number): Pick<Cue, 'sound'> => ({
  sound: {
    priority: 'emergency',
    volumes: [{ at: from, volume: 100 }],
    fallbackPath: null,
    relayHosts: [],
  },
})

export const clip = (folder: string, seconds: number): string =>
  make(join(folder, `${seconds}.ogg`), ...speech(seconds, 0.3), '-c:a', 'libopus', '-ac', '1')

/** A steady tone: any hole in it shows. */
export const tone = (folder: string, hertz: number, seconds: number): string =>
  make(
    join(folder, `${hertz}-${seconds}.ogg`),
    ...['-f', 'lavfi', '-i', `sine=f=${hertz}:d=${seconds}:r=48000,volume=4`],
    ...['-c:a', 'libopus', '-b:a', '64k', '-ac', '1'],
  )
