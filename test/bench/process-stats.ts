import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel says of processes. */

const TICK_MS = 10

const status = (pid: number): Map<string, string> =>
  new Map(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s+/) as [string, string]),
  )

export type ProcessStats = {
  name: string
  /** Resident, all of it; what is its own; what it shares with files on disk; the most it ever was. MB. */
  rss: number
  own: number
  files: number
  peak: number
  /** CPU time used so far, ms. */
  cpuMs: number
}

export const statsOf = (pid: number): ProcessStats => {
  const said = status(pid)
  const megabytes = (name: string) => Number.parseInt(said.get(name) ?? '0', 10) / 1024
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return {
    name: said.get('Name') ?? '?',
    rss: megabytes('VmRSS'),
    own: megabytes('RssAnon'),
    files: megabytes('RssFile'),
    peak: megabytes('VmHWM'),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
  }
}

const parentOf = (pid: number): number => {
  try {
    return Number(status(pid).get('PPid'))
  } catch {
    return 0
  }
}

/** All processes that descend from one. */
export const descendantsOf = (pid: number): number[] => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const parents = new Map(all.map((one) => [one, parentOf(one)]))
  const below = (one: number): number[] => {
    const children = all.filter((child) => parents.get(child) === one)
    return [...children, ...children.flatMap(below)]
  }
  return below(pid)
}
