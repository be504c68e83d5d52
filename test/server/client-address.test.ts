import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { createClientAddress } from '../../server/http/client-address.ts'
import { person, startServer } from '../support/server.ts'

const request = (peer: string, forwarded?: string) =>
  ({
    socket: { remoteAddress: peer },
    headers: { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

test('X-Forwarded-For is believed where a trusted proxy wrote it, and no further', () => {
  const addressOf = createClientAddress(['127.0.0.1', '10.0.0.0/24', 'fd00::/8'])
  expect(addressOf(request('198.51.100.9', '203.0.113.1'))).toBe('198.51.100.9')
  expect(addressOf(request('127.0.0.1', '203.0.113.1'))).toBe('203.0.113.1')
  expect(addressOf(request('::ffff:127.0.0.1', '6.6.6.6, 203.0.113.1'))).toBe('203.0.113.1')
  expect(addressOf(request('127.0.0.1', '6.6.6.6, 203.0.113.1, 10.0.0.7'))).toBe('203.0.113.1')
  expect(addressOf(request('fd00::1', '2001:db8::5'))).toBe('2001:db8::5')
  expect(addressOf(request('127.0.0.1', 'nonsense'))).toBe('127.0.0.1')
  expect(addressOf(request('127.0.0.1'))).toBe('127.0.0.1')
  const mapped = createClientAddress(['::ffff:127.0.0.1', '::ffff:10.0.0.0/120'])
  expect(mapped(request('127.0.0.1', '203.0.113.1, 10.0.0.7'))).toBe('203.0.113.1')
  expect(mapped(request('10.0.1.7', '203.0.113.1'))).toBe('10.0.1.7')
  expect(createClientAddress([])(request('127.0.0.1', '203.0.113.1'))).toBe('127.0.0.1')
})

test('behind a proxy one client locks out itself only', async () => {
  const { url } = await startServer({ TRUSTED_PROXIES: '127.0.0.1' })
  const from = (address: string, password: string) =>
    person(url).send(
      'POST',
      '/api/session',
      { username: 'nobody', password },
      { 'x-forwarded-for': address },
    )
  const tries = Array.from({ length: 21 }, () => from('203.0.113.1', 'x'))
  expect((await Promise.all(tries)).map(({ status }) => status)).toContain(429)
  expect((await from('203.0.113.2', 'x')).status).toBe(401)
})

test('pages of the public address may change things, those of a host that a client claims may not', async () => {
  const { url } = await startServer({ PUBLIC_URL: 'https://loa.example' })
  const signIn = (headers: Record<string, string>) =>
    person(url).send('POST', '/api/session', { username: 'nobody', password: 'x' }, headers)
  expect((await signIn({ origin: 'https://loa.example' })).status).toBe(401)
  // Where the public address is set, no other origin is the panel's own.
  expect((await signIn({ origin: url })).status).toBe(403)
  const foreign = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }
  expect((await signIn(foreign)).status).toBe(403)
})
