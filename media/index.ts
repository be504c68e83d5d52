/** Files in, broadcastable files out. */
export { createFfmpeg, type Ffmpeg } from './ffmpeg/run-ffmpeg.ts'
export { type Ingested, ingest } from './ingest/ingest.ts'
export { createDiskStorage } from './storage/disk.ts'
export type { Storage } from './storage/storage.ts'
