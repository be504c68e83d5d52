import MarkdownIt from 'markdown-it'
import { bulletinStyle, POLICY } from './bulletin-style.ts'
import { readFrontMatter } from './front-matter.ts'

// Raw HTML stays text, and links become text too: a board has no pointer, and a bulletin must not
// reach for anything outside itself.
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true }).disable([
  'image',
  'link',
  'autolink',
])

/** A thematic break on a line of its own parts the zones. */
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/m

const zonesOf = (text: string, hasSide: boolean): [main: string, side: string] => {
  const rule = hasSide ? RULE.exec(text) : null
  return rule ? [text.slice(0, rule.index), text.slice(rule.index + rule[0].length)] : [text, '']
}

const zone = (tag: 'main' | 'aside', text: string): string =>
  `<${tag}><div class="text">${markdown.render(text)}</div></${tag}>\n`

/**
 * A bulletin written in Markdown as a page of its own: one zone, or two, and a line that runs. The
 * board that shows it sets the sizes (`--size` and others) and `data-fit`. It holds no script, loads
 * nothing, and says so to the browser.
 * @throws AppError bulletin-setting
 */
export const bulletinPage = (source: string): string => {
  const { layout, text } = readFrontMatter(source)
  const { ticker, side, align, colours } = layout
  const [main, beside] = zonesOf(text, side !== undefined)
  const classes = [colours, align, side && `side-${side}`].filter(Boolean).join(' ')
  return `<!doctype html>
<html lang="vi" data-fit="still">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<style>${bulletinStyle}</style>
<body class="${classes}">
<div class="stage">
${zone('main', main)}${side ? zone('aside', beside) : ''}${
  ticker ? `<footer><span>${markdown.renderInline(ticker)}</span></footer>\n` : ''
}</div>
</body>
</html>
`
}

const HEADING = /^ {0,3}#{1,6}\s+(?=\S)/

/** The heading of a bulletin, or its first line: what it is called until somebody names it. */
export const bulletinTitle = (source: string): string | undefined => {
  const { text, layout } = readFrontMatter(source)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const heading = lines.find((line) => HEADING.test(line))?.replace(HEADING, '')
  return (heading ?? lines[0] ?? layout.ticker)?.trim()
}
