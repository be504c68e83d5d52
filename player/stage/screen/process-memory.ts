import { readdir, readFile } from 'node:fs/promises'

const PAGE_BYTES = 4096

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** Parent of every process of this machine. */
const parents = async (): Promise<Map<number, number>> => {
  const names = await readdir('/proc').catch(() => [])
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number)
  const pairs = await Promise.all(
    pids.map(async (pid): Promise<[number, number]> => {
      const stat = await textOf(`/proc/${pid}/stat`)
      // After the name, which may hold anything: state, parent.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [pid, Number(parent)]
    }),
  )
  return new Map(pairs)
}

/** A process, and everything that it started. */
export const processTree = async (root: number): Promise<number[]> => {
  const parentOf = await parents()
  const tree = [root]
  for (const pid of tree) {
    for (const [child, parent] of parentOf) if (parent === pid) tree.push(child)
  }
  return tree
}

/**
 * Memory that a process and its children take, shared pages counted once (PSS) where the system tells
 * and left out where it does not. 0 where there is no /proc.
 */
export const treeMemoryBytes = async (root: number): Promise<number> => {
  const sizes = await Promise.all(
    (await processTree(root)).map(async (pid) => {
      const share = /^Pss:\s+(\d+) kB/m.exec(await textOf(`/proc/${pid}/smaps_rollup`))?.[1]
      if (share !== undefined) return Number(share) * 1024
      const [, resident = '0', shared = '0'] = (await textOf(`/proc/${pid}/statm`)).split(' ')
      return (Number(resident) - Number(shared)) * PAGE_BYTES
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
