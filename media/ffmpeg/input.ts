import { MOST_FRAME_PIXELS } from '../ingest/limits.ts'

/** How to open a file from a stranger: this demuxer, this file, nothing that it refers to. */
export const inputArguments = (path: string, demuxer: string): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-max_pixels',
  String(MOST_FRAME_PIXELS),
  '-f',
  demuxer,
  '-i',
  path,
]
