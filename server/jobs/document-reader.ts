import { rm } from 'node:fs/promises'
import type { DocumentMime } from '#media'
import { AppError } from '#protocol'
import type { IngestOutcome, IngestRunner } from './ingest-runner.ts'
import { inScratchFolder } from './scratch-folder.ts'

export type DocumentReader = ReturnType<typeof createDocumentReader>

/**
 * Says what received documents are, in processes of their own: a letter is as strange as any other
 * file. One after another, because each takes the memory of a process.
 */
export const createDocumentReader = (
  runner: Pick<IngestRunner, 'run'>,
  scratchPath: () => string,
) => {
  let last: Promise<unknown> = Promise.resolve()

  const read = (path: string): Promise<IngestOutcome> =>
    inScratchFolder(scratchPath(), (folder) =>
      runner.run({ path, task: { type: 'document' } }, folder),
    )

  return {
    /**
     * What a document is by its bytes, whatever its name says. What is refused leaves nothing behind.
     * @throws AppError document-kind-unknown, busy (the server is closing)
     */
    async mimeOf(path: string): Promise<DocumentMime> {
      const reading = last.then(() => read(path))
      last = reading.catch(() => {})
      const outcome = await reading
      if (outcome.type === 'document' && outcome.mime) return outcome.mime
      await rm(path, { force: true })
      throw new AppError(outcome.type === 'ended' ? 'busy' : 'document-kind-unknown')
    },
  }
}
