import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { environmentWith } from './config.ts'
import { say } from './say.ts'

const SETUP = join(import.meta.dirname, '../setup/main.mjs')
const RESTART_MS = 1_000
const STOP_MS = 8_000

/** A program of ours that could not start: what it said to whoever started it. */
export class StartFailure extends Error {}

export type Child = {
  name: string
  /** The process that runs now. */
  pid: () => number | undefined
  stop: () => Promise<void>
}

export type ChildOptions = {
  name: string
  /** As after `npm run`; asked for at every start. */
  command: () => string[]
  env?: Record<string, string>
  logFolder: string
  /** Called with every line on its standard output. */
  onLine?: (line: string) => void
}

/** What a program said to people, out of what it wrote for machines. */
const complaint = (output: string): string => output.slice(Math.max(0, output.indexOf('✗')))

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

/**
 * Starts a program through the same door as `npm run` does, and starts it again when somebody kills
 * it: the demo is there to be disturbed.
 * @returns once it has said its first line
 * @throws StartFailure where it ends before
 */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { name, command, env, logFolder, onLine } = options
  mkdirSync(logFolder, { recursive: true })
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' })
  let current: ChildProcess
  let isStopping = false
  let restart: NodeJS.Timeout | undefined

  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [SETUP, ...command()], {
        env: environmentWith(env),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      current = child
      let hasSpoken = false
      let unfinished = ''
      let errors = ''
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (unfinished + chunk.toString()).split('\n')
        unfinished = lines.pop() ?? ''
        for (const line of lines) onLine?.(line)
        if (lines.length > 0 && !hasSpoken) {
          hasSpoken = true
          resolve()
        }
      })
      child.stderr.on('data', (chunk: Buffer) => {
        errors = (errors + chunk.toString()).slice(-4000)
        log.write(chunk)
      })
      child.on('close', (code, signal) => {
        if (!hasSpoken) return reject(new StartFailure(complaint(errors).trim()))
        if (isStopping) return undefined
        const why = signal ?? code
        say(
          `! ${name} đã dừng (${why}); chạy lại sau 1 giây`,
          `! ${name} ended (${why}); started again in 1 s`,
        )
        restart = setTimeout(() => {
          run().catch((error: Error) =>
            say(`✗ ${name}: ${error.message}`, `✗ ${name}: ${error.message}`),
          )
        }, RESTART_MS)
        return undefined
      })
    })

  await run()
  return {
    name,
    pid: () => current.pid,
    async stop() {
      isStopping = true
      clearTimeout(restart)
      if (hasEnded(current)) return
      const ended = new Promise((resolve) => current.once('close', resolve))
      current.kill('SIGTERM')
      const impatience = setTimeout(() => current.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(impatience)
    },
  }
}
