// What a person sees while Loabang sets itself up: one line per step, in the language of their terminal.

const vietnamese = /^vi/i.test(
  process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '',
)

/**
 * @typedef {{ en: string, vi: string }} Words
 * @param {Words} words
 */
export const inWords = (words) => (vietnamese ? words.vi : words.en)

/**
 * A reason to stop that a person can act on. `remedy` is a command, printed on a line of its own.
 */
export class SetupProblem extends Error {
  /**
   * @param {Words} words
   * @param {string} [remedy]
   */
  constructor(words, remedy) {
    super(inWords(words))
    this.name = 'SetupProblem'
    this.remedy = remedy
  }
}

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`)

/**
 * Says that a piece of work has begun, that it still goes on (every 10 s), and how long it took, or
 * that it came to nothing (its result says `ok: false`) and something else will be tried.
 * @template T
 * @param {Words} words
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const step = async (words, work) => {
  const startedAt = Date.now()
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`
  say(`· ${inWords(words)} …`)
  const stillGoing = setInterval(() => say(`  … ${seconds()}`), 10_000)
  try {
    const result = await work()
    const came = typeof result === 'object' && result !== null && 'ok' in result ? result.ok : true
    say(came ? `  ✓ ${seconds()}` : `  – ${inWords({ en: 'not possible here', vi: 'không được' })}`)
    return result
  } finally {
    clearInterval(stillGoing)
  }
}

/**
 * @param {unknown} error
 * @returns {never}
 */
export const explainAndExit = (error) => {
  if (!(error instanceof SetupProblem)) throw error
  say(`\n✗ ${error.message}`)
  if (error.remedy) say(`\n    ${error.remedy}\n`)
  process.exit(1)
}
