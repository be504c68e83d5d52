import type { DurationMs } from '#protocol'
import { inputArguments } from '../ffmpeg/input.ts'
import type { Ffmpeg } from '../ffmpeg/run-ffmpeg.ts'

const RATE = 8_000
const BARS = 240

/**
 * The outline of a clip for drawing: the peak of each of 240 equal parts, 0 to 1, two decimals.
 * @throws AppError file-unreadable
 */
export const waveformOf = async (
  ffmpeg: Ffmpeg,
  clip: { path: string; durationMs: DurationMs },
  onProgress: (share: number) => void,
): Promise<number[]> => {
  const samplesPerBar = Math.max(1, Math.ceil((clip.durationMs * RATE) / 1000 / BARS))
  const peaks = new Array<number>(BARS).fill(0)
  let position = 0
  let odd: Buffer = Buffer.alloc(0)
  const onOutput = (chunk: Buffer) => {
    const bytes = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk
    const even = bytes.length - (bytes.length % 2)
    for (let offset = 0; offset < even; offset += 2) {
      const bar = Math.min(BARS - 1, Math.floor(position++ / samplesPerBar))
      const level = Math.abs(bytes.readInt16LE(offset)) / 32_768
      if (level > (peaks[bar] as number)) peaks[bar] = level
    }
    odd = bytes.subarray(even)
    onProgress(Math.min(1, position / (samplesPerBar * BARS)))
  }
  const raw = ['-map', '0:a:0', '-ac', '1', '-ar', String(RATE), '-f', 's16le', 'pipe:1']
  await ffmpeg([...inputArguments(clip.path, 'ogg'), ...raw], { onOutput })
  return peaks.map((peak) => Math.round(peak * 100) / 100)
}
