import pino from 'pino'
import { readConfig } from '../../player/config.ts'
import { loadIdentity } from '../../player/identity/identity.ts'
import { startPlayer } from '../../player/player.ts'
import { openSimulated } from './silent-stage.ts'
import { simulateTime } from './simulated-time.ts'

/**
 * A player without network that plays all day, in simulated time; every hour it says how many bytes
 * of heap are in use after a collection, and how many are resident. Needs --expose-gc.
 */

const HOUR_MS = 3_600_000
const STEP_MS = 200

const [folder = '', hours = '1'] = process.argv.slice(2)
const identity = loadIdentity(folder)
if (!identity || !globalThis.gc) throw new Error('a folder of an enrolled player, and --expose-gc')

const time = simulateTime()
const log = pino({ level: 'silent' })
const away = { ...identity, server: 'http://127.0.0.1:9' }
const config = readConfig([], { DATA_DIR: folder })
const player = startPlayer(config, away, 'bench', log, () => {}, openSimulated)
for (let hour = 0; hour <= Number(hours); hour++) {
  await time.pass(HOUR_MS, STEP_MS)
  globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  process.stdout.write(`${JSON.stringify({ hour, used: heapUsed + external, rss })}\n`)
}
time.end()
await player.stop()
process.exit()
