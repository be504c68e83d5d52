import { rm } from 'node:fs/promises'
import { fileTypeFromFile } from 'file-type'
import { AppError } from '#protocol'

/** What a letter may come as. */
const DOCUMENTS = new Set([
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'image/png',
  'image/jpeg',
  'image/webp',
])

/**
 * What a received document is by its bytes, whatever its name says. Another kind leaves nothing behind.
 * @throws AppError document-kind-unknown
 */
export const documentMime = async (path: string): Promise<string> => {
  const found = await fileTypeFromFile(path).catch(() => undefined)
  if (found && DOCUMENTS.has(found.mime)) return found.mime
  await rm(path, { force: true })
  throw new AppError('document-kind-unknown')
}
