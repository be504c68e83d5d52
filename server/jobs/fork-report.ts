import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

const PROCESS = join(import.meta.dirname, 'report-process.ts')
/** Rows live for one page: with little room for the young they are gone before they are moved to the old. */
const SMALL_YOUNG_MB = 8

/** A process that waits for the order of one report; it takes the same memory for any number of rows. */
export const forkReport = (): ChildProcess =>
  fork(PROCESS, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, `--max-semi-space-size=${SMALL_YOUNG_MB}`],
  })
