import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundled } from './bundle.mjs'

const SERVER = join(import.meta.dirname, '../server')

/** Each in a folder of its own: what two of them share is in both. */
const PROCESSES = [
  {
    // Module by module the library of workbooks alone takes 50 MB, of which a report uses a small part.
    entry: 'jobs/report-process.ts',
    folder: 'dist/report',
    /** Native, or not needed for every report. */
    leftOut: ['better-sqlite3', 'pg', 'puppeteer'],
  },
  {
    // Module by module it starts in 0.7 s and takes 127 MB; bundled, 0.3 s and 96 MB.
    entry: 'jobs/ingest-process.ts',
    folder: 'dist/ingest',
    /** Native. */
    leftOut: ['sharp'],
  },
]

for (const { entry, folder, leftOut } of PROCESSES) {
  mkdirSync(join(SERVER, folder), { recursive: true })
  for (const { name, content } of await bundled(join(SERVER, entry), leftOut)) {
    writeFileSync(join(SERVER, folder, name), content)
  }
}
