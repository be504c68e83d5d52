import { spawn } from 'node:child_process'
import type { Canvas } from '#protocol'

const WIDTH = 16
const HEIGHT = 9
/** Of 255; what JPEG, scaling and fonts do to a picture is far less, another picture far more. */
const MOST_APART = 16

const run = (ffmpeg: string, args: readonly string[], input?: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, ['-v', 'error', ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
    const chunks: Buffer[] = []
    child.on('error', reject)
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('close', (code) =>
      code === 0 ? resolve(Buffer.concat(chunks)) : reject(new Error(`ffmpeg ended with ${code}`)),
    )
    child.stdin.end(input)
  })

/** A test picture, bars of colours, as PNG. */
export const testPicture = (ffmpeg: string, { width, height }: Canvas): Promise<Buffer> =>
  run(ffmpeg, [
    ...['-f', 'lavfi', '-i', `smptebars=size=${width}x${height}`, '-frames:v', '1'],
    ...['-c:v', 'png', '-f', 'image2pipe', 'pipe:1'],
  ])

const small = (ffmpeg: string, picture: Uint8Array): Promise<Buffer> =>
  run(
    ffmpeg,
    [
      ...['-i', 'pipe:0', '-vf', `format=rgb24,scale=${WIDTH}:${HEIGHT}:flags=area`],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    ],
    picture,
  )

/** Whether two pictures show the same thing, whatever they were packed in. */
export const looksLike = async (
  ffmpeg: string,
  one: Uint8Array,
  other: Uint8Array,
): Promise<boolean> => {
  const [a, b] = [await small(ffmpeg, one), await small(ffmpeg, other)]
  if (a.length !== WIDTH * HEIGHT * 3 || a.length !== b.length) return false
  const apart = a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0)
  return apart / a.length <= MOST_APART
}
