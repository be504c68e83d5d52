/** How to open a file from a stranger: this demuxer, this file, nothing that it refers to. */
export const inputArguments = (path: string, demuxer: string): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-f',
  demuxer,
  '-i',
  path,
]
