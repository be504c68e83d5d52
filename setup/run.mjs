import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * Runs a program to its end, keeping its last words for the message that a failure needs.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string | undefined, timeoutMs?: number }} [options]
 * @returns {Promise<{ ok: boolean, output: string }>} what it said, at most 64 kB from the end
 */
export const run = (program, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    })
    let output = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-64_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output: output.trimEnd() }))
  })

/**
 * Whether a program starts at all: the only proof that it is there and that its libraries are.
 * @param {string} program
 * @param {string} flag
 */
export const starts = (program, flag) =>
  spawnSync(program, [flag], { stdio: 'ignore', timeout: 20_000 }).status === 0

/**
 * Where a command of this machine lies, as a path: programs that we start want no search.
 * @param {string} command a name, or a path already
 */
export const pathOf = (command) =>
  isAbsolute(command)
    ? command
    : (process.env.PATH ?? '')
        .split(delimiter)
        .map((folder) => join(folder, command))
        .find((path) => existsSync(path))
