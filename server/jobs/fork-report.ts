import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { ReportFormat } from '#protocol'

const PROCESS = join(import.meta.dirname, 'report-process.ts')
/** Rows live for one page: with little room for the young they are gone before they are counted as old. */
const YOUNG_MB = 4
/** Left to itself V8 lets garbage lie until there are hundreds of MB of it. */
const OLD_MB = 160

/**
 * A process that waits for the order of one report. One that is written line by line takes the same
 * memory for any number of rows; a printed one holds its pages, and gets what it needs.
 */
export const forkReport = (format: ReportFormat): ChildProcess => {
  const isLines = format === 'csv' || format === 'jsonl'
  return fork(PROCESS, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [
      ...process.execArgv,
      `--max-semi-space-size=${YOUNG_MB}`,
      ...(isLines ? [`--max-old-space-size=${OLD_MB}`] : []),
    ],
  })
}
