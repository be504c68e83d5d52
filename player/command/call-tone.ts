import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sha256 } from '#protocol'
import type { Stage } from '../stage/stage.ts'
import { ownItem } from './own-item.ts'

export const CALL_TONE_MS = 3_000
/** Five short tones, in the middle of what a horn can do. */
const TONE = `aevalsrc=0.5*sin(2*PI*880*t)*lt(mod(t\\,0.6)\\,0.35):d=${CALL_TONE_MS / 1000}:s=48000`
const VOLUME = 60

/** Writes the call tone as a clip. */
export const writeCallTone = (ffmpeg: string, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const source = ['-f', 'lavfi', '-i', TONE, '-ac', '1', '-c:a', 'libopus', '-f', 'ogg']
    const child = spawn(ffmpeg, ['-nostdin', '-v', 'error', '-y', ...source, `${path}.new`], {
      stdio: 'ignore',
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`ffmpeg ended with ${code}`))
      return rename(`${path}.new`, path).then(resolve, reject)
    })
  })

/** Tones by which somebody finds a loudspeaker; they are no play, and leave no record of one. */
export const createCallTone = (folder: string, ffmpeg: string) => {
  const path = join(folder, 'call-tone.ogg')
  return async (stage: Stage, now: number): Promise<void> => {
    if (!existsSync(path)) await writeCallTone(ffmpeg, path)
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex') as Sha256
    const from = now + stage.leadMs
    await stage.cue({
      key: `call-tone ${from}`,
      item: ownItem({
        sha256,
        mime: 'audio/ogg',
        kind: 'clip',
        title: 'call tone',
        durationMs: CALL_TONE_MS,
      }),
      path,
      from,
      to: from + CALL_TONE_MS,
      offsetMs: 0,
      volume: VOLUME,
    })
  }
}
