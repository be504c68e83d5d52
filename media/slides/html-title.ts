import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2'

/** Of a page without title and heading, this many characters of its text. */
const FIRST_WORDS = 80
/** More of a title or heading than this is not read. */
const MOST_READ = 1_000

const collapse = (text: string): string => text.replace(/\s+/g, ' ')
const nothing = () => {}

/**
 * What the page calls itself, or its first heading, or its first words. Reads every character at most
 * once: the tokenizer keeps no list of open elements, which deep nesting would make slow to search.
 */
export const htmlTitle = (source: string): string | undefined => {
  const read = { title: '', h1: '', words: '' }
  const closed = { title: '', h1: '' }
  const open = { title: false, h1: false, script: false, style: false }

  const add = (part: keyof typeof read, text: string) => {
    if (read[part].length >= MOST_READ) return
    const more = collapse(text)
    read[part] += (read[part] === '' ? more.trimStart() : more).slice(0, MOST_READ)
  }
  const addText = (text: () => string) => {
    if (open.script || open.style) return
    if (open.title) return add('title', text())
    if (open.h1) add('h1', text())
    add('words', text())
  }
  const nameOf = (start: number, end: number): string =>
    source.slice(start, Math.min(end, start + 8)).toLowerCase()
  const isWatched = (name: string): name is keyof typeof open => Object.hasOwn(open, name)

  const tokens: TokenizerCallbacks = {
    ontext: (start, end) => addText(() => source.slice(start, end)),
    ontextentity: (codePoint) => addText(() => String.fromCodePoint(codePoint)),
    onopentagname(start, end) {
      const name = nameOf(start, end)
      addText(() => ' ')
      if (isWatched(name)) open[name] = true
    },
    onclosetag(start, end) {
      const name = nameOf(start, end)
      if ((name === 'title' || name === 'h1') && open[name]) {
        closed[name] ||= collapse(read[name]).trim()
        read[name] = ''
      }
      if (isWatched(name)) open[name] = false
      addText(() => ' ')
      if (closed.title !== '') tokenizer.pause()
    },
    onattribdata: nothing,
    onattribentity: nothing,
    onattribend: nothing,
    onattribname: nothing,
    oncdata: nothing,
    oncomment: nothing,
    ondeclaration: nothing,
    onend: nothing,
    onopentagend: nothing,
    onprocessinginstruction: nothing,
    onselfclosingtag: nothing,
  }
  const tokenizer = new Tokenizer({}, tokens)
  tokenizer.write(source)
  tokenizer.end()
  return closed.title || closed.h1 || collapse(read.words).trim().slice(0, FIRST_WORDS) || undefined
}
