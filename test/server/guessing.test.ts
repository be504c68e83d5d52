import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { PASSWORD, person, startServer } from '../support/server.ts'

// In a file of its own: the count of tries is the process's.
test('guessing is slowed down', async () => {
  const { url } = await startServer()
  const guesser = person(url)
  const statuses = new Set<number>()
  for (let tries = 0; tries < 30; tries++)
    statuses.add((await guesser.signIn('admin', `guess-${tries}`)).status)
  expect(statuses).toContain(429)
})

test('who asks too often from one address locks no account for others, and is not written down for it', async () => {
  const { url, folder } = await startServer({ TRUSTED_PROXIES: '127.0.0.1' })
  const from = (address: string) => (password: string) =>
    person(url).send(
      'POST',
      '/api/session',
      { username: 'admin', password },
      { 'x-forwarded-for': address },
    )
  const guess = from('198.51.100.7')
  for (let tries = 0; tries < 45; tries++) await guess(`guess-${tries}`)
  expect(await guess('once more')).toMatchObject({ status: 429 })
  // Another address, from which nobody has signed in yet.
  expect((await from('203.0.113.9')(PASSWORD)).status).toBe(200)
  const database = new BetterSqlite3(join(folder, 'data/loabang.db'), { readonly: true })
  onTestFinished(() => void database.close())
  const written = database
    .prepare("SELECT count(*) FROM audit WHERE action = 'session.sign-in-failed'")
    .pluck()
    .get()
  expect(written).toBeLessThanOrEqual(20)
})
