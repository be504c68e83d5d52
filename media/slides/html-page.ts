import { POLICY } from './bulletin-style.ts'

const SPACE = /\s*/y
const DOCUMENT = /<(?:!doctype html|html)[\s>]/iy

/** Whether a text begins as a page does, after white space and comments. Reads every character once. */
export const isHtml = (text: string): boolean => {
  let position = text.startsWith('\ufeff') ? 1 : 0
  const skipSpace = () => {
    SPACE.lastIndex = position
    SPACE.test(text)
    position = SPACE.lastIndex
  }
  skipSpace()
  while (text.startsWith('<!--', position)) {
    const end = text.indexOf('-->', position + 4)
    if (end < 0) return false
    position = end + 3
    skipSpace()
  }
  DOCUMENT.lastIndex = position
  return DOCUMENT.test(text)
}

/**
 * A page that somebody wrote, under a policy that nothing in it can loosen: it runs nothing and loads
 * nothing. Ours comes first, so theirs is a second `<html>` to the parser, which keeps its attributes.
 */
export const htmlPage = (source: string): string => `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<style>body { font-family: 'Be Vietnam Pro', 'Noto Sans Khmer', sans-serif; }</style>
${source}`
