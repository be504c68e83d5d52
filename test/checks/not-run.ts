import { parseArgs } from 'node:util'
import { remedyFor } from '../../setup/programs.mjs'
import type { Lacking } from '../support/needs.ts'

/** One test in vitest's report. */
export type TestReport = {
  status: string
  ancestorTitles: string[]
  title: string
  meta: { lacks?: Lacking }
}

const unique = (words: string[]) => [...new Set(words)]

/** The pattern of `-t`: a test whose name does not match it is left out. */
const patternIn = (args: string[]): string | undefined => {
  const testNamePattern = { type: 'string', short: 't' } as const
  const options = { testNamePattern }
  const { values } = parseArgs({ args, options, strict: false, allowPositionals: true })
  return typeof values.testNamePattern === 'string' ? values.testNamePattern : undefined
}

/**
 * How many tests were not run, and why: what the machine lacks for them with the command that installs
 * it, or because nobody asked for them.
 * @param args what vitest was asked for
 * @returns lines, or nothing where all were run
 */
export const notRun = (tests: readonly TestReport[], args: string[]): string => {
  const pattern = patternIn(args)
  const isChosen = ({ ancestorTitles, title }: TestReport) =>
    pattern === undefined || [...ancestorTitles, title].join(' > ').match(pattern) !== null
  const skipped = tests.filter(({ status }) => status === 'skipped')
  const lackOf = ({ meta: { lacks } }: TestReport) => [
    ...(lacks?.programs ?? []),
    ...(lacks?.rights ?? []),
  ]
  const lacking = skipped.filter((one) => isChosen(one) && lackOf(one).length > 0)
  const programs = unique(lacking.flatMap(({ meta }) => meta.lacks?.programs ?? []))
  const rights = unique(lacking.flatMap(({ meta }) => meta.lacks?.rights ?? []))
  const { names, command } = remedyFor(programs)
  const leftOut = skipped.length - lacking.length
  return [
    lacking.length > 0 &&
      `${lacking.length} not run: this machine lacks ${[...names, ...rights.map((right) => `the right to ${right}`)].join(', ')}\n`,
    programs.length > 0 && `\n    ${command}\n\n`,
    leftOut > 0 && `${leftOut} left out\n`,
  ]
    .filter(Boolean)
    .join('')
}
