import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createDiskStorage } from '#media'
import { ingest } from '#media/ingest'
import type { IngestStep } from '#protocol'
import { ffmpeg } from './ffmpeg.ts'

/** Ingests a file into a folder, with the real ffmpeg and the real disk, in this very process. */
export const ingestInto = async (folder: string, path: string) => {
  const steps: IngestStep[] = []
  const scratch = join(folder, 'scratch')
  mkdirSync(scratch, { recursive: true })
  const storage = createDiskStorage(join(folder, 'media'))
  const output = { rendition: join(scratch, 'rendition'), thumbnail: join(scratch, 'thumbnail') }
  const result = await ingest(path, {
    ffmpeg,
    output,
    onProgress(step) {
      if (steps.at(-1) !== step) steps.push(step)
    },
  })
  const { sha256 } = await storage.adopt(output.rendition)
  const thumbnail = result.hasThumbnail ? await storage.adopt(output.thumbnail) : null
  return { ...result, thumbnail, steps, path: await storage.localPath(sha256) }
}
