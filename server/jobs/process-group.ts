import { readFile } from 'node:fs/promises'

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const OWN_MEMORY = /^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm

/**
 * Memory of a process and of what its first thread started, without files that are only mapped.
 * 0 where there is no /proc, or no such process any more.
 */
export const treeMemoryBytes = async (root: number): Promise<number> => {
  const [status, children] = await Promise.all([
    textOf(`/proc/${root}/status`),
    textOf(`/proc/${root}/task/${root}/children`),
  ])
  let bytes = 0
  for (const [, kilobytes] of status.matchAll(OWN_MEMORY)) bytes += Number(kilobytes) * 1024
  const pids = children.split(' ').filter((pid) => pid !== '')
  for (const share of await Promise.all(pids.map((pid) => treeMemoryBytes(Number(pid))))) {
    bytes += share
  }
  return bytes
}

/** Ends every process of a group, whatever it does. */
export const killGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    // No process of it is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
