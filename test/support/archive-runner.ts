import { join } from 'node:path'
import pino from 'pino'
import { createArchiveMonths } from '../../server/jobs/archive-months.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'

/** `node archive-runner.ts FOLDER NOW MONTHS`: the archive job of a server, for a test to kill. */

const [folder = '', now = '0', months = '0'] = process.argv.slice(2)
const { db, close } = await openSqlite(folder)
const job = createArchiveMonths({
  store: createStore(db),
  database: { folder },
  keys: join(folder, 'keys'),
  folder: join(folder, 'archives'),
  timeZone: 'Asia/Ho_Chi_Minh',
  keptMonths: Number(months),
  log: pino({ level: 'silent' }),
  now: () => Number(now),
})
try {
  process.stdout.write(`${(await job.run()).join(' ')}\n`)
} catch (error) {
  process.stderr.write(String(error))
  process.exitCode = 1
}
await close()
