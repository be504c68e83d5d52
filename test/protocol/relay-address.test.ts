import { describe, expect, test } from 'vitest'
import { isPublicAddress, isRelayAllowed, normalRelayAddress, RelayHost } from '#protocol'

const PUBLIC = 'https://stream.example/live'

describe('an address of a stream', () => {
  test('is kept in its one spelling', () => {
    expect(normalRelayAddress('HTTPS://Stream.Example:443/live?x=1')).toBe(
      'https://stream.example/live?x=1',
    )
    expect(normalRelayAddress('http://0x7f000001')).toBe('http://127.0.0.1/')
    expect(normalRelayAddress('https://đài.example/vov1')).toBe('https://xn--i-rfa0m.example/vov1')
  })

  test.each([
    'udp://239.1.1.1:5000',
    'rtp://x/',
    'rtsp://x/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user@x/',
    'https://user:secret@x/',
    'https://x/#part',
    'https://x/#',
    'https://x/\nhttps://y/',
    'https://x/\thidden',
    'https://x/a b',
    'https://x/\u200bhidden',
    'https://x/\u202ehidden',
    `https://x/${'a'.repeat(2_000)}`,
    'https://',
    'https:x',
    'https:/x/',
    '',
  ])('is none: %j', (text) => {
    expect(normalRelayAddress(text)).toBeUndefined()
    expect(isRelayAllowed(text, ['x', 'user', 'y'])).toBe(false)
  })

  test('is allowed over https in the public network, whatever the port', () => {
    for (const address of [PUBLIC, 'https://stream.example:8443/x', 'https://1.1.1.1/x'])
      expect(isRelayAllowed(address, []), address).toBe(true)
    expect(isRelayAllowed('https://[2606:4700::1111]/x', [])).toBe(true)
  })

  test.each([
    'http://stream.example/live',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://198.18.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[::127.0.0.1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
  ])('is refused unless its host is listed: %s', (address) => {
    expect(isRelayAllowed(address, [])).toBe(false)
    const { host, hostname } = new URL(address)
    expect(isRelayAllowed(address, [RelayHost.parse(host)])).toBe(true)
    expect(isRelayAllowed(address, [RelayHost.parse(hostname)])).toBe(true)
    expect(isRelayAllowed(address, ['stream.example:9', 'other.example'])).toBe(false)
  })

  test('a host is listed at all ports, or at one', () => {
    expect(isRelayAllowed('http://studio.example:8000/live', ['studio.example'])).toBe(true)
    expect(isRelayAllowed('http://studio.example:8000/live', ['studio.example:8000'])).toBe(true)
    expect(isRelayAllowed('http://studio.example:8001/live', ['studio.example:8000'])).toBe(false)
    expect(isRelayAllowed('http://studio.example/live', ['studio.example:80'])).toBe(true)
    expect(isRelayAllowed('http://evil-studio.example/live', ['studio.example'])).toBe(false)
    expect(isRelayAllowed('http://studio.example.evil.example/', ['studio.example'])).toBe(false)
  })

  test('a listed host is kept as URLs write it', () => {
    expect(RelayHost.parse(' Studio.Example:08000 ')).toBe('studio.example:8000')
    expect(RelayHost.parse('[::1]:8000')).toBe('[::1]:8000')
    for (const text of ['http://x', 'x/y', 'x:0', 'x:65536', 'x:', 'a b', 'u@x', '', '::1'])
      expect(RelayHost.safeParse(text).success, text).toBe(false)
  })

  test('what is no IP address is not public', () => {
    for (const text of ['', 'localhost', 'stream.example', '[::1]'])
      expect(isPublicAddress(text), text).toBe(false)
  })
})
