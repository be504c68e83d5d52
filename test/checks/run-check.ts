import { spawn } from 'node:child_process'

const GRACE_MS = 3_000

/** Each check leads a process group of its own; what the check starts is in it. */
const groups = new Set<number>()

const stop = () => {
  const begun = [...groups]
  const signalAll = (signal: NodeJS.Signals) => {
    for (const group of begun) {
      try {
        process.kill(-group, signal)
      } catch {
        // Every process of it has ended.
      }
    }
  }
  signalAll('SIGINT')
  setTimeout(() => {
    signalAll('SIGKILL')
    process.exit(1)
  }, GRACE_MS)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)

/**
 * Runs a check to its end. Where this process is stopped, whatever the check has started ends too.
 * @param script a program of a package, run with this very Node
 * @param isQuiet what it says is kept, and not shown as it comes
 */
export const runCheck = (
  cwd: string,
  script: string,
  args: readonly string[],
  isQuiet: boolean,
): Promise<{ ok: boolean; output: string }> =>
  new Promise((resolve, reject) => {
    const said = isQuiet ? 'pipe' : 'inherit'
    const stdio = ['ignore', said, said] as const
    const child = spawn(process.execPath, [script, ...args], {
      cwd,
      detached: true,
      stdio: [...stdio],
    })
    const { pid } = child
    if (pid !== undefined) groups.add(pid)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    child.on('error', reject)
    child.on('close', (code) => {
      if (pid !== undefined) groups.delete(pid)
      resolve({ ok: code === 0, output })
    })
  })
