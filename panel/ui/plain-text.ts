/** As it is typed without a Vietnamese keyboard: "go quao" for Gò Quao. */
export const plainText = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase()

/** Whether every word that was typed is somewhere in a text. */
export const matches = (text: string, search: string): boolean => {
  const plain = plainText(text)
  return plainText(search)
    .split(/\s+/)
    .every((word) => plain.includes(word))
}
