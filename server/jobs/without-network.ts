import { execFile } from 'node:child_process'

/** Options of unshare(1): as root; and as anybody, where the system lets them have a user namespace. */
const WAYS = [['--net'], ['--user', '--map-current-user', '--net']]
const ANSWER_MS = 5_000

const works = (way: readonly string[], path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { env: { PATH: path }, timeout: ANSWER_MS }
    execFile('unshare', [...way, 'true'], options, (error) => resolve(error === null))
  })

/**
 * How to start a program that reaches no network, not even this machine: a program and options that
 * come before it. The program keeps its account and its process id.
 * @param path where programs are looked for
 * @returns undefined where this system has no such way, as in most containers
 */
export const withoutNetwork = async (
  path: string,
): Promise<readonly [string, ...string[]] | undefined> => {
  for (const way of WAYS) if (await works(way, path)) return ['unshare', ...way]
  return undefined
}
