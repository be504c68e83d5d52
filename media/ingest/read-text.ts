import { readFile } from 'node:fs/promises'

/**
 * Normalisation sorts the marks on a letter in a time that grows with the square of their number; a
 * joiner after every thirtieth bounds it (UAX #15, stream-safe text). No language has as many.
 */
const MARKS = /\p{M}{30}(?=\p{M})/gu
const JOINER = '\u034f'

/** A file as text in UTF-8, normalised; undefined where it is no text. The whole of it is in memory. */
export const readText = async (path: string): Promise<string | undefined> => {
  const bytes = await readFile(path)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (text.includes('\u0000')) return undefined
    return text.replace(MARKS, `$&${JOINER}`).normalize('NFC')
  } catch {
    return undefined
  }
}
