import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export type RunningProcess = { pid: number; command: string; environment: string }

const textOf = (pid: string, file: string): string =>
  readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', '\n')

/** Processes that run in a folder or below it, also where it has been removed since. */
export const processesIn = (folder: string): RunningProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)) return []
        return [
          {
            pid: Number(pid),
            command: textOf(pid, 'cmdline'),
            environment: textOf(pid, 'environ'),
          },
        ]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })
