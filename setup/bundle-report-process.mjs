import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundled } from './bundle.mjs'

// Module by module the library of workbooks alone takes 50 MB, of which a report uses a small part.

const SERVER = join(import.meta.dirname, '../server')
/** Native, or not needed for every report. */
const LEFT_OUT = ['better-sqlite3', 'pg', 'puppeteer']

mkdirSync(join(SERVER, 'dist'), { recursive: true })
for (const { name, content } of await bundled(join(SERVER, 'jobs/report-process.ts'), LEFT_OUT)) {
  writeFileSync(join(SERVER, 'dist', name), content)
}
