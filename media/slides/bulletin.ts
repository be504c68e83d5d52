import MarkdownIt from 'markdown-it'

// Raw HTML stays text, and links become text too: a board has no pointer, and a bulletin must not
// reach for anything outside itself.
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true }).disable([
  'image',
  'link',
  'autolink',
])

const CSP = "default-src 'none'; style-src 'unsafe-inline'; font-src file: data: 'self'"

/**
 * A bulletin written in Markdown as a page of its own, sized by the board that shows it. It holds no
 * script, loads nothing, and says so to the browser.
 */
export const bulletinPage = (text: string): string => `<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CSP}">
<style>
  html { height: 100%; background: #0b2a4a; color: #fff; font-size: min(4.2vw, 7.2vh); }
  body { box-sizing: border-box; height: 100%; margin: 0; padding: 1.4em 1.6em; overflow: hidden;
    display: flex; flex-direction: column; justify-content: center;
    font-family: 'Be Vietnam Pro', 'Noto Sans', 'DejaVu Sans', sans-serif; line-height: 1.45; }
  h1 { margin: 0 0 .5em; font-size: 1.55em; line-height: 1.2; color: #ffd54a; }
  h2 { margin: .4em 0 .2em; font-size: 1.2em; color: #ffd54a; }
  p, ul, ol { margin: .25em 0; }
  strong { color: #ffe9a8; }
</style>
<body>
${markdown.render(text)}</body>
</html>
`

/** The heading of a bulletin, or its first line: what it is called until somebody names it. */
export const bulletinTitle = (text: string): string | undefined =>
  /^#{1,6}\s+(.+)$/m.exec(text)?.[1]?.trim() ?? /^\s*(\S.*)$/m.exec(text)?.[1]?.trim()
