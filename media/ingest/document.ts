import { fileTypeFromFile } from 'file-type'
import { DocumentMime } from './document-mime.ts'

/** What a document is by its bytes, whatever its name says; undefined for another kind of file. */
export const documentMime = async (path: string): Promise<DocumentMime | undefined> => {
  const found = await fileTypeFromFile(path).catch(() => undefined)
  return DocumentMime.safeParse(found?.mime).data
}
