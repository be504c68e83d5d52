/** Reads files of strangers: only the process that is made for one file imports this. */
export { createFfmpeg } from '../ffmpeg/run-ffmpeg.ts'
export { documentMime } from './document.ts'
export { ingest } from './ingest.ts'
