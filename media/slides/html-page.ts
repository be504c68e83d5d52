import { POLICY } from './bulletin-style.ts'

export const isHtml = (text: string): boolean =>
  /^\ufeff?\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html)[\s>]/i.test(text)

/**
 * A page that somebody wrote, under a policy that nothing in it can loosen: it runs nothing and loads
 * nothing. Ours comes first, so theirs is a second `<html>` to the parser, which keeps its attributes.
 */
export const htmlPage = (source: string): string => `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<style>body { font-family: 'Be Vietnam Pro', 'Noto Sans Khmer', sans-serif; }</style>
${source}`

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
}

const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()

/** What the page calls itself, or its first heading, or its first words. */
export const htmlTitle = (source: string): string | undefined => {
  const named = /<title[^>]*>([\s\S]*?)<\/title>/i.exec(source)?.[1]
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/i.exec(source)?.[1]
  const words = source.replace(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, ' ')
  return textOf(named ?? '') || textOf(heading ?? '') || textOf(words).slice(0, 80) || undefined
}
