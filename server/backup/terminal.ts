import { errorText, type Lang } from '#protocol'
import { lang } from '../config.ts'
import { namedFailure } from '../ground/named-failure.ts'

/** @param words what is told in the language of whoever started us */
export const announce = (words: Record<Lang, string>): void => {
  process.stdout.write(`${words[lang]}\n`)
}

/** @param words what somebody has to look into, also where nothing else is said */
export const warn = (words: Record<Lang, string>): void => {
  process.stderr.write(`${words[lang]}\n`)
}

/** Progress in whole tens, a line each: also where the output is a file. */
export const createProgress = () => {
  let last = ''
  return (step: Record<Lang, string>, share: number): void => {
    const line = `${step[lang]}: ${Math.floor(share * 10) * 10} %`
    if (line === last) return
    last = line
    process.stderr.write(`${line}\n`)
  }
}

/**
 * Runs a command to its end; a refusal is printed in words, and the exit code is 1.
 * @param work is handed what to call with the folder that it writes to, for what a disk refuses
 */
export const runCommand = async (
  work: (writesTo: (folder: string) => void) => Promise<void>,
): Promise<void> => {
  let folder = '.'
  // What it writes holds keys and passwords.
  process.umask(0o077)
  try {
    await work((named) => {
      folder = named
    })
  } catch (error) {
    const named = namedFailure(error, folder)
    if (!named) throw error
    process.stderr.write(`\n✗ ${errorText(named.code, lang, named.params)}\n`)
    process.exitCode = 1
  }
}
