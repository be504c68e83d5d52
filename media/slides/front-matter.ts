import { AppError } from '#protocol'

export const COLOURS = ['navy', 'red', 'green', 'black', 'white'] as const

/** How a bulletin is laid out: what its first lines, between two lines of `---`, ask for. */
export type Layout = {
  /** A line that runs along the lower edge. */
  ticker: string | undefined
  /** Where the text after the first rule (a line of `***`) stands; without it there is one zone. */
  side: 'left' | 'right' | 'bottom' | undefined
  align: 'left' | 'centre'
  colours: (typeof COLOURS)[number]
}

const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/
const CHOICES = {
  side: ['left', 'right', 'bottom'],
  align: ['left', 'centre'],
  colours: COLOURS,
} as const satisfies Record<string, readonly string[]>

const isChoice = (name: string): name is keyof typeof CHOICES => Object.hasOwn(CHOICES, name)

/** More of a line than this is not repeated to its author. */
const MOST_REPEATED = 200

const refuse = (line: string): never => {
  const known = Object.entries(CHOICES).map(([name, values]) => `${name}: ${values.join(' | ')}`)
  throw new AppError('bulletin-setting', {
    line: line.slice(0, MOST_REPEATED),
    known: ['ticker: …', ...known].join('; '),
  })
}

/**
 * Parts a bulletin into its layout and its text.
 * @throws AppError bulletin-setting, with the line that is not understood
 */
export const readFrontMatter = (source: string): { layout: Layout; text: string } => {
  const layout: Layout = { ticker: undefined, side: undefined, align: 'left', colours: 'navy' }
  const found = FRONT_MATTER.exec(source)
  if (!found) return { layout, text: source }
  for (const line of (found[1] ?? '').split('\n')) {
    if (line.trim() === '') continue
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    const value = line.slice(colon + 1).trim()
    if (name === 'ticker' && value !== '') layout.ticker = value
    else if (isChoice(name) && (CHOICES[name] as readonly string[]).includes(value))
      Object.assign(layout, { [name]: value })
    else refuse(line.trim())
  }
  return { layout, text: source.slice(found[0].length) }
}
