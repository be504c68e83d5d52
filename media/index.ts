/** Files in, broadcastable files out. What reads a stranger's file is in #media/ingest. */
export { DocumentMime } from './ingest/document-mime.ts'
export { Ingested } from './ingest/ingested.ts'
export { createDiskStorage } from './storage/disk.ts'
export type { Storage } from './storage/storage.ts'
