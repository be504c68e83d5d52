import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { PASSWORD } from './server.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')

/** The real server, in a process of its own, on a folder that a test names. */
export const startServerProcess = async (
  folder: string,
  environment: Record<string, string> = {},
) => {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ADMIN_PASSWORD: PASSWORD, LOG_LEVEL: 'fatal', ...environment },
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => stop('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url) return { url, stop, pid: child.pid as number }
  }
  throw new Error('the server did not start')
}
