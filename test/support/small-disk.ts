import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp-folder.ts'

const mount = (folder: string, megabytes: number) =>
  ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder] as const

/** Whether we may mount: root in a container often may not. */
export const canMount = (): boolean => {
  if (process.getuid?.() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'loabang-mount-'))
  const isMounted = spawnSync('mount', mount(folder, 1), { stdio: 'ignore' }).status === 0
  if (isMounted) execFileSync('umount', [folder])
  rmdirSync(folder)
  return isMounted
}

/** A real file system that can be filled to the last byte, for one test. */
export const smallDisk = (megabytes: number) => {
  const folder = join(tempFolder(), 'small')
  mkdirSync(folder)
  execFileSync('mount', mount(folder, megabytes))
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  return {
    folder,
    grow: (to: number) => void execFileSync('mount', ['-o', `remount,size=${to}m`, folder]),
  }
}

/** Fills a disk to its last byte, with a file `fill`. */
export const fill = (folder: string): void => {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) writeFileSync(join(folder, 'fill'), Buffer.alloc(size), { flag: 'a' })
    } catch {}
}
