import { type ChildProcess, spawn } from 'node:child_process'
import { cpus, getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { createSpeaker } from '../../player/stage/speaker.ts'
import type { Clock } from '../../player/time/clock.ts'
import { make } from '../support/ffmpeg.ts'

/** What the benchmarks of sound share. */

export const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg'
/** Whether the whole count is wanted, however long it takes. */
export const IS_FULL = process.argv.includes('--full')

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Keeps every core busy until told otherwise. */
export const busy = () => {
  const hogs: ChildProcess[] = cpus().map(() =>
    spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }),
  )
  for (const { pid } of hogs) if (pid && getPriority() < 0) setPriority(pid, 0)
  return () => {
    for (const hog of hogs) hog.kill('SIGKILL')
  }
}

/**
 * Runs on with the priority that the player's unit gives it, where one may.
 * @returns the niceness that it has now
 */
export const goFirst = (): number => {
  try {
    setPriority(-10)
  } catch {
    // Without the right to it, the figures say so.
  }
  return getPriority()
}

export const BURST_MS = 40
export const BURST_LEVEL = 8_000

/** A sound that is there from its first sample on: lossless, or its beginning would be smeared. */
export const burst = (folder: string): string =>
  make(
    join(folder, 'burst.ogg'),
    ...['-f', 'lavfi', '-i'],
    `aevalsrc='0.5*if(lt(mod(t*1000\\,1)\\,0.5)\\,1\\,-1)':d=${BURST_MS / 1000}:s=48000`,
    ...['-c:a', 'flac', '-f', 'ogg'],
  )

/** A loudspeaker, and the start errors that it tells of itself. */
export const aSpeaker = (folder: string, output: string, clock: Clock) => {
  const told: number[] = []
  const endings: string[] = []
  const speaker = createSpeaker({
    output,
    pcm: createPcmCache(join(folder, 'pcm'), FFMPEG),
    ffmpeg: FFMPEG,
    clock,
    log: pino({ level: 'silent' }),
    events: {
      onStarted: (_key, { errorMs }) => told.push(errorMs),
      onProgress() {},
      onEnded: (key, { reason }) => endings.push(`${key} ${reason}`),
      onFault() {},
    },
  })
  const isOpen = async () => {
    while (speaker.output() === null) await sleep(20)
    // Its clock line needs some seconds of readings.
    await sleep(4_000)
  }
  return { speaker, told, endings, isOpen }
}

/** First samples of sounds in a recording, each after some silence. */
export const onsets = (samples: Int16Array, quietMs = 60, level = BURST_LEVEL): number[] => {
  const found: number[] = []
  let last = Number.NEGATIVE_INFINITY
  for (let index = 0; index < samples.length; index++) {
    if (Math.abs(samples[index] as number) < level) continue
    if (index - last > quietMs * 48) found.push(index)
    last = index
  }
  return found
}
