import { expect, test } from 'vitest'
import { person, startServer } from '../support/server.ts'

// In a file of its own: the count of tries is the process's.
test('guessing is slowed down', async () => {
  const { url } = await startServer()
  const guesser = person(url)
  const statuses = new Set<number>()
  for (let tries = 0; tries < 30; tries++)
    statuses.add((await guesser.signIn('admin', `guess-${tries}`)).status)
  expect(statuses).toContain(429)
})
