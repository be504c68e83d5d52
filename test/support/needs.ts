import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestOptions } from 'vitest'
import { isInstalled } from '../../setup/programs.mjs'
import { canMount } from './small-disk.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What a test that is not run needs and the machine does not have. */
    lacks?: Lacking
  }
}

const hasOwnNetworks = (): boolean =>
  ['--net', '--user --map-current-user --net'].some(
    (way) => spawnSync('unshare', [...way.split(' '), 'true'], { stdio: 'ignore' }).status === 0,
  )

/** Programs by their names in setup/programs.mjs; what we have no right to do. */
export type Lacking = { programs: string[]; rights: string[] }

const ROOT = join(import.meta.dirname, '../..')
const RIGHTS: Record<string, () => boolean> = {
  'act as root': () => process.getuid?.() === 0,
  mount: canMount,
  'make a network namespace': hasOwnNetworks,
}

/**
 * Options of a test or of a group of tests that starts other programs than Node, ffmpeg and Chromium.
 * Where one is missing the test is not run, and the end of `npm test` says what to install.
 * @param names programs of setup/programs.mjs, or rights: `act as root`, `mount`, `make a network namespace`
 */
export const needs = (...names: string[]): TestOptions => {
  const lacking = names.filter((name) => !(RIGHTS[name]?.() ?? isInstalled(ROOT, name)))
  const rights = lacking.filter((name) => name in RIGHTS)
  const programs = lacking.filter((name) => !(name in RIGHTS))
  return { skip: lacking.length > 0, meta: { lacks: { programs, rights } } }
}
