import type { Lang } from '#protocol'
import { WORDS } from './words.ts'

export const CHECKS = ['disk', 'network', 'clock', 'sound', 'screen', 'record'] as const
export type CheckName = (typeof CHECKS)[number]

export type Params = Readonly<Record<string, string | number>>

/**
 * What a check found. proved: it works. unproved: nobody can know from here, which is neither good
 * nor bad. failed: it does not work. absent: this device has no such thing.
 */
export type Finding = {
  check: CheckName
  mark: 'proved' | 'unproved' | 'failed' | 'absent'
  /** What was found. */
  says: keyof typeof WORDS
  params?: Params
  /** What to do now; it may use the same params. */
  remedy?: keyof typeof WORDS
}

const MARKS = { proved: '✓', unproved: '?', failed: '✗', absent: '–' } as const
const NAME_WIDTH = 11

export const inWords = (key: keyof typeof WORDS, lang: Lang, params: Params = {}): string =>
  WORDS[key][lang].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''))

/** A finding as one line, and another one where something is to be done. */
export const lineOf = ({ check, mark, says, params, remedy }: Finding, lang: Lang): string => {
  const name = inWords(check, lang).padEnd(NAME_WIDTH)
  const line = `${MARKS[mark]} ${name} ${inWords(says, lang, params)}\n`
  return remedy ? `${line}${' '.repeat(NAME_WIDTH + 3)}→ ${inWords(remedy, lang, params)}\n` : line
}
