/** Text as it is searched: lower case, without diacritics, so that "go quao" finds Gò Quao.
 *  PostgreSQL keeps no text with a zero byte. */
export const searchText = (...texts: readonly string[]): string =>
  texts
    .join(' ')
    .normalize('NFD')
    .replace(/[\p{M}\0]/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()

/** LIKE patterns that a text must match all of: one for each word searched for. */
export const searchPatterns = (search: string | undefined): string[] =>
  searchText(search ?? '')
    .split(/\s+/)
    .map((word) => word.replace(/[%_\\]/g, ''))
    .filter((word) => word !== '')
    .map((word) => `%${word}%`)
