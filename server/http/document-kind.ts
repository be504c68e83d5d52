import { rm } from 'node:fs/promises'
import type { DocumentMime } from '#media'
import { AppError } from '#protocol'
import type { Deps } from '../deps.ts'
import { inScratchFolder } from '../jobs/scratch-folder.ts'

/**
 * What a received document is by its bytes, whatever its name says. They are read in a process of
 * their own: a document is as strange as any other file. What is refused leaves nothing behind.
 * @throws AppError document-kind-unknown, busy (the server is closing)
 */
export const documentMime = async (
  path: string,
  { ingestRunner, scratchPath }: Pick<Deps, 'ingestRunner' | 'scratchPath'>,
): Promise<DocumentMime> => {
  const order = { path, task: { type: 'document' } } as const
  const outcome = await inScratchFolder(scratchPath(), (folder) => ingestRunner.run(order, folder))
  if (outcome.type === 'document' && outcome.mime) return outcome.mime
  await rm(path, { force: true })
  throw new AppError(outcome.type === 'ended' ? 'busy' : 'document-kind-unknown')
}
