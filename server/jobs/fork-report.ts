import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { ReportFormat } from '#protocol'

/** Bundled by the set-up from report-process.ts: it takes 40 MB less than module by module. */
const PROCESS = join(import.meta.dirname, '../dist/report/report-process.mjs')
/** Rows live for one page: with little room for the young they are gone before they are counted as old. */
const YOUNG_MB = 4
/** Left to itself V8 lets garbage lie until there are hundreds of MB of it. */
const OLD_MB = 100

/**
 * A process that waits for the order of one report. One that is written row by row holds under 50 MB
 * for any number of rows; a printed one holds its pages, and gets what it needs.
 */
export const forkReport = (format: ReportFormat): ChildProcess => {
  return fork(PROCESS, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [
      ...process.execArgv,
      `--max-semi-space-size=${YOUNG_MB}`,
      ...(format === 'pdf' ? [] : [`--max-old-space-size=${OLD_MB}`]),
    ],
  })
}
