import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

type RunningProcess = {
  pid: number
  command: string
  environment: string
  niceness: number
  oomScore: number
}

const textOf = (pid: string, file: string): string =>
  readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', '\n')

/** The nineteenth field, counted after the name, which may hold anything. */
const nicenessOf = (stat: string): number =>
  Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])

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
            niceness: nicenessOf(textOf(pid, 'stat')),
            oomScore: Number(textOf(pid, 'oom_score_adj')),
          },
        ]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })

/** The ffmpeg that runs there, stopped: whatever waits for it to end by itself waits for ever. */
export const stopFfmpegIn = (folder: string): RunningProcess | undefined => {
  const found = processesIn(folder).find(({ command }) => command.includes('-progress'))
  if (found) process.kill(found.pid, 'SIGSTOP')
  return found
}
