import { expect, test } from 'vitest'
import { type AppError, errorText } from '#protocol'
import { readConfig as readPlayerConfig } from '../../player/config.ts'
import { readConfig, readKeepingConfig } from '../../server/config.ts'

const refused = (read: () => unknown): string[] => {
  try {
    read()
  } catch (error) {
    const { code, params } = error as AppError
    expect(code).toBe('config-invalid')
    return (['vi', 'en'] as const).map((lang) => errorText(code, lang, params))
  }
  throw new Error('it was taken')
}
const server = (args: string[], environment = {}) => refused(() => readConfig(args, environment))

test('every wrong setting is named with what it should be, in the reader’s language', () => {
  const wrong = {
    ...{ PORT: 'abc', TIME_ZONE: 'Hanoi', DATABASE_URL: 'mysql://x', PUBLIC_URL: 'loa.vn' },
    ...{ LOG_LEVEL: 'loud', RELAY_HOSTS: 'a b', TODAY: '31/11' },
    ...{ RETENTION_MONTHS: '-1', TRUSTED_PROXIES: 'proxy', ADMIN_PASSWORD: 'short' },
  }
  const [vi = '', en = ''] = server([], wrong)
  const lines = (text: string) =>
    Object.fromEntries(
      text
        .split('\n')
        .slice(1)
        .map((line) => /^- (\w+): (.+)$/.exec(line)?.slice(1) ?? ['?', line]),
    )
  expect(lines(en)).toEqual({
    PORT: 'a whole number is wanted',
    TIME_ZONE: expect.stringContaining('zone'),
    DATABASE_URL: expect.stringContaining('postgres://user:password@host/name'),
    PUBLIC_URL: 'an address that begins with http:// or https:// is wanted',
    LOG_LEVEL: expect.stringContaining('fatal, error, warn'),
    RELAY_HOSTS: expect.stringContaining('host:port'),
    TODAY: expect.stringContaining('2026-11-25'),
    RETENTION_MONTHS: 'it must be at least 0',
    TRUSTED_PROXIES: expect.stringContaining('10.0.0.0/24'),
    ADMIN_PASSWORD: 'at least 12 characters',
  })
  expect(Object.keys(lines(vi))).toEqual(Object.keys(lines(en)))
  expect(vi).not.toMatch(/expected|invalid|must|wanted|[a-z]+-unknown/i)
})

test('settings that belong together are named together', () => {
  expect(server([], { TSA_URL: 'https://tsa.example' })[1]).toMatch(/^- TSA_CA_FILE: .*together/m)
})

test('an option that there is not is answered with those that there are', () => {
  expect(server(['--nonsense'])).toEqual([
    expect.stringMatching(/không có tuỳ chọn --nonsense; có: --port, --host, --data/),
    expect.stringMatching(/there is no option --nonsense; there are: --port, --host, --data/),
  ])
  expect(server(['8080'])[1]).toContain('"8080" is not understood')
  expect(server(['--port'])[1]).toContain('--port lacks its value')
  expect(refused(() => readKeepingConfig('to', ['--from', 'x'], {}))[1]).toMatch(/--quiet/)
  expect(refused(() => readKeepingConfig('to', [], {}))[0]).toContain('cần --to')
})

test('plain http beyond this machine is taken only where ALLOW_HTTP says so', () => {
  for (const HOST of ['0.0.0.0', '::', '10.0.0.5', 'server.example'])
    expect(server([], { HOST })[1]).toMatch(/^- HOST: beyond this machine https/m)
  expect(server([], { PUBLIC_URL: 'http://loa.example' })[0]).toMatch(/^- PUBLIC_URL: ngoài/m)
  for (const HOST of ['127.0.0.1', '127.8.8.8', '::1', 'localhost'])
    expect(readConfig([], { HOST }).HOST).toBe(HOST)
  expect(readConfig([], {}).HOST).toBe('127.0.0.1')
  const open = { HOST: '0.0.0.0', PUBLIC_URL: 'http://loa.example', ALLOW_HTTP: 'yes' }
  expect(readConfig([], open)).toMatchObject({ ...open, ALLOW_HTTP: true })
  expect(server([], { ...open, ALLOW_HTTP: 'no' })[1]).toMatch(
    /^- HOST: beyond this machine https/m,
  )
  expect(readConfig([], { PUBLIC_URL: 'https://loa.example' }).HOST).toBe('127.0.0.1')
})

test('settings of a player are named likewise', () => {
  const wrong = {
    AUDIO_OUTPUT: 'loud',
    AUDIO_MONITOR: 'x',
    DOWNLOAD_WINDOWS: '9-5',
    SERVER_URL: 'x',
  }
  const [vi = '', en = ''] = refused(() => readPlayerConfig([], wrong))
  expect(en).toMatch(/AUDIO_OUTPUT: it must be one of: auto, pulse/)
  expect(en).toMatch(/DOWNLOAD_WINDOWS: hours as 22:00-05:00/)
  expect(vi).not.toMatch(/pattern|must|wanted|invalid/i)
})

test('what is on or off is yes or no, everywhere, and nothing else', () => {
  const names = ['ALLOW_HTTP', 'FOUR_EYES', 'TWO_PEOPLE_FOR_LIVE'] as const
  for (const name of names) {
    expect(readConfig([], { [name]: 'yes' })[name]).toBe(true)
    expect(readConfig([], { [name]: 'no' })[name]).toBe(false)
    for (const other of ['true', 'false', '1', '0', 'on', 'có'])
      expect(server([], { [name]: other })).toEqual([
        expect.stringContaining(`- ${name}: chỉ nhận: yes, no`),
        expect.stringContaining(`- ${name}: it must be one of: yes, no`),
      ])
  }
  expect(refused(() => readPlayerConfig([], { ALLOW_HTTP: 'true' }))[1]).toContain('yes, no')
  for (const name of ['QUIET', 'ALLOW_MISSING'])
    expect(refused(() => readKeepingConfig('to', ['--to', 'x'], { [name]: '1' }))[1]).toContain(
      'yes, no',
    )
  const flags = ['--to', 'x', '--quiet']
  expect(readKeepingConfig('to', flags, {})).toMatchObject({ QUIET: true, ALLOW_MISSING: false })
})
