import { DECODED_SECONDS, LARGEST_CLIP_BYTES, LARGEST_VIDEO_BYTES } from '../ingest/limits.ts'
import type { Levels } from '../loudness/gain.ts'

/** Commands as data: what ffmpeg is told, without telling it. */

/** A length and a size that no output exceeds by more than a packet, whatever the container promised. */
const bounds = (mostBytes: number): string[] => [
  '-t',
  String(DECODED_SECONDS),
  '-fs',
  String(mostBytes),
]

const amplitude = (db: number): string => (10 ** (db / 20)).toFixed(5)

/**
 * Sound for loudspeakers: mono, 48 kHz, Opus at 64 kbit/s (half a megabyte a minute over 4G).
 * The limiter works at four times the rate, so that it sees peaks between samples.
 */
export const clipArguments = (levels: Levels, output: string): string[] => [
  '-map',
  '0:a:0',
  '-map_metadata',
  '-1',
  '-ac',
  '1',
  '-af',
  [
    'aresample=192000',
    `volume=${levels.gainDb.toFixed(2)}dB`,
    `alimiter=limit=${amplitude(levels.ceilingDb)}:attack=1:release=50:level=false`,
    'aresample=48000',
  ].join(','),
  '-c:a',
  'libopus',
  '-b:a',
  '64k',
  ...bounds(LARGEST_CLIP_BYTES),
  '-f',
  'ogg',
  output,
]

/**
 * Moving pictures for boards: H.264, which small boxes decode in hardware; at most 1080p and 30
 * frames a second; no sound; the index in front, so that playing can begin before the end is read.
 */
export const videoArguments = (output: string): string[] => [
  '-map',
  '0:v:0',
  '-map_metadata',
  '-1',
  '-an',
  '-vf',
  "scale='min(1920,iw)':'min(1080,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuv420p",
  '-fpsmax',
  '30',
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-crf',
  '23',
  '-movflags',
  '+faststart',
  ...bounds(LARGEST_VIDEO_BYTES),
  '-f',
  'mp4',
  output,
]

/** One frame as PNG, for the library's card. */
export const frameArguments = (output: string): string[] => [
  '-map',
  '0:v:0',
  '-frames:v',
  '1',
  '-f',
  'image2',
  '-c:v',
  'png',
  '-update',
  '1',
  output,
]
