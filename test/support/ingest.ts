import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createDiskStorage, ingest } from '#media'
import type { IngestStep } from '#protocol'
import { ffmpeg } from './ffmpeg.ts'

/** Ingests a file into a folder, with the real ffmpeg and the real disk. */
export const ingestInto = async (folder: string, path: string) => {
  const steps: IngestStep[] = []
  let count = 0
  mkdirSync(join(folder, 'scratch'), { recursive: true })
  const storage = createDiskStorage(join(folder, 'media'))
  const result = await ingest(path, {
    ffmpeg,
    storage,
    scratchPath: () => join(folder, 'scratch', String(++count)),
    onProgress(step) {
      if (steps.at(-1) !== step) steps.push(step)
    },
  })
  return { ...result, steps, path: await storage.localPath(result.rendition.sha256) }
}
