import { MOST_FRAME_PIXELS } from '../ingest/limits.ts'

/** Each thread of a decoder holds frames of its own: on a machine of many cores they would be most of its memory. */
const DECODER_THREADS = 4

/** How to open a file from a stranger: this demuxer, this file, nothing that it refers to. */
export const inputArguments = (path: string, demuxer: string): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-max_pixels',
  String(MOST_FRAME_PIXELS),
  '-threads',
  String(DECODER_THREADS),
  '-f',
  demuxer,
  '-i',
  path,
]
