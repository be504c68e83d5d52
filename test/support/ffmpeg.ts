import { spawnSync } from 'node:child_process'
import { createFfmpeg } from '#media/ingest'

const PROGRAM = process.env.FFMPEG_PATH ?? 'ffmpeg'

export const ffmpeg = createFfmpeg(PROGRAM)

/** Makes a file with ffmpeg's own generators and filters; says what ffmpeg said where it would not. */
export const make = (path: string, ...args: string[]): string => {
  const { status, stderr } = spawnSync(PROGRAM, ['-v', 'error', '-y', ...args, path], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return path
}

/** Pink noise in bursts, a stand-in for speech: it has a loudness, pauses and peaks. */
export const speech = (seconds: number, level: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `anoisesrc=d=${seconds}:c=pink:r=44100:seed=7,volume='${level}*(0.2+0.8*gt(sin(9*t),0))':eval=frame`,
]
