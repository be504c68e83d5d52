import pg from 'pg'
import type { Logger } from 'pino'
import { AppError } from '#protocol'

/** Any number that nothing else in the database asks for. */
const LOCK = 1_819_238_754
/** PostgreSQL finds out a little later that a server was killed. */
const TRIES = 10
const AGAIN_MS = 500
const RETRY_MS = 5_000

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const tryLock = async (client: pg.Client): Promise<boolean> => {
  for (let left = TRIES; left > 0; left -= 1) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS held', [LOCK])
    if (rows[0]?.held) return true
    await wait(AGAIN_MS)
  }
  return false
}

/**
 * Holds a database of PostgreSQL for this server alone, as long as a connection of its own lives. One
 * that breaks is made again.
 * @returns how to give it up
 * @throws AppError database-unreachable, database-served
 */
export const claimDatabase = async (url: string, log: Logger): Promise<() => Promise<void>> => {
  let isClosed = false
  let held: pg.Client | undefined

  const claim = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, keepAlive: true })
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause)
      throw new AppError('database-unreachable', { detail }, { cause })
    }
    if (!(await tryLock(client))) {
      await client.end()
      throw new AppError('database-served')
    }
    held = client
    client.once('end', () => void regain())
  }

  const regain = async (): Promise<void> => {
    held = undefined
    for (let isFirst = true; !(isClosed || held); isFirst = false) {
      if (!isFirst) await wait(RETRY_MS)
      await claim().catch((error) => log.error(error, 'the database is not held; tried again'))
    }
  }

  await claim()
  return async () => {
    isClosed = true
    await held?.end()
  }
}
