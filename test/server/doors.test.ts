import { createHash } from 'node:crypto'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { csvCell } from '../../server/reports/write-csv.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import type { ApiDocument } from '../support/contract.ts'
import { PASSWORD, person, startServer, withAreas } from '../support/server.ts'
import { connectDevice, enrolDevice } from '../support/stranger.ts'

describe('a request that the API is not described to take', () => {
  test('names a method that the address does not have: it is told which it has', async () => {
    const { url } = await startServer()
    const { admin } = await withAreas(url)
    const answer = await admin.send('DELETE', '/api/areas')
    expect(answer).toMatchObject({ status: 405, json: { code: 'method-not-allowed' } })
    expect(answer.headers.get('allow')).toBe('GET, POST')
    expect((await admin.get('/api/no-such-address')).status).toBe(404)
  })

  test('has a parameter that no operation knows: it is refused by name, and not ignored', async () => {
    const { url } = await startServer()
    const { admin } = await withAreas(url)
    const { paths } = (await admin.get('/api/openapi.json')).json as unknown as ApiDocument
    const lists = Object.entries(paths).filter(
      ([path, { get }]) => get && path.startsWith('/api/') && !path.includes('{'),
    )
    expect(lists.length).toBeGreaterThan(15)
    for (const [path] of lists) {
      const { status, json } = await admin.get(`${path}?khong-co=1`)
      expect([status, json.fields], path).toMatchObject([400, [{ field: 'khong-co' }]])
    }
  })

  test('is nested so deep that checking it would fail: it is refused as what it is', async () => {
    const { url } = await startServer()
    const { admin } = await withAreas(url)
    const area = { code: 'x', name: 'x', kind: 'hamlet' }
    const open = JSON.stringify(area).slice(0, -1)
    const tree = `${`${open},"children":[`.repeat(20_000)}${JSON.stringify(area)}${']}'.repeat(20_000)}`
    const body = `{"tree":${tree},"parentId":null,"timeZone":"Asia/Ho_Chi_Minh","validFrom":"2024-12-31"}`
    const answer = await fetch(`${url}/api/areas`, {
      method: 'POST',
      headers: { cookie: admin.cookie(), 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(body.length > 1_000_000 ? 413 : 400)
    const shallow = body.replace(
      tree,
      `${`${open},"children":[`.repeat(13)}${JSON.stringify(area)}${']}'.repeat(13)}`,
    )
    const second = await fetch(`${url}/api/areas`, {
      method: 'POST',
      headers: { cookie: admin.cookie(), 'content-type': 'application/json' },
      body: shallow,
    })
    expect([second.status, await second.text()]).toMatchObject([
      400,
      expect.stringContaining('tree'),
    ])
  })
})

describe('a page of another origin', () => {
  const change = { origin: 'https://evil.example' }
  test.each<[string, Record<string, string>, boolean]>([
    ['its origin', change, false],
    [
      'its origin, and the host that it claims to be',
      { ...change, 'x-forwarded-host': 'evil.example' },
      false,
    ],
    ['no origin, but what the browser says of it', { 'sec-fetch-site': 'cross-site' }, false],
    ['the same site under another name', { 'sec-fetch-site': 'same-site' }, false],
    ['nothing, as a script', {}, true],
    ['the same origin', { 'sec-fetch-site': 'same-origin' }, true],
  ])('is told from our own by %s', async (_name, headers, isTaken) => {
    const { url } = await startServer()
    const { admin } = await withAreas(url)
    const { status } = await admin.send('POST', '/api/areas', { x: 1 }, headers)
    expect(status).toBe(isTaken ? 400 : 403)
  })

  test('is told by its scheme and its port too, where the address of the server is set', async () => {
    const { url } = await startServer({ PUBLIC_URL: 'https://loa.example' })
    for (const [origin, status] of [
      ['https://loa.example', 401],
      ['http://loa.example', 403],
      ['https://loa.example:8443', 403],
      [url, 403],
    ] as const)
      expect((await person(url).send('POST', '/api/areas', {}, { origin })).status, origin).toBe(
        status,
      )
  })
})

describe('what a device answers', async () => {
  const board = async (answer: unknown) => {
    const { url } = await startServer()
    const { admin, areas } = await withAreas(url)
    const device = await enrolDevice(admin, areas['30964'], ['screen'])
    const socket = await connectDevice(url, device)
    socket.on('command', (_command: unknown, said: (answer: unknown) => void) => said(answer))
    const { status, json } = await admin.post(`/api/devices/${device.deviceId}/screenshots`)
    socket.close()
    return { status, json, url }
  }
  const html = Buffer.from('<html><script>alert(1)</script></html>')
  const jpeg = await sharp({ create: { width: 32, height: 18, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()

  test.each<[string, unknown, number, string]>([
    ['a refusal of its own', { ok: false, code: 'device-no-screen' }, 409, 'device-no-screen'],
    ['a code that is not a device’s', { ok: false, code: 'not-signed-in' }, 502, 'device-refused'],
    ['a code that nobody knows', { ok: false, code: 'x' }, 502, 'device-refused'],
    ['no picture', { ok: true, jpeg: html }, 502, 'device-refused'],
    ['a picture that breaks off', { ok: true, jpeg: jpeg.subarray(0, 100) }, 502, 'device-refused'],
    ['much of nothing', { ok: true, jpeg: Buffer.alloc(6_000_000) }, 502, 'device-refused'],
  ])('is not passed on as it is where it is %s', async (_name, answer, status, code) => {
    expect(await board(answer)).toMatchObject({ status, json: { code } })
  })

  test('is kept where it is a picture', async () => {
    const { status, json, url } = await board({ ok: true, jpeg })
    expect(status).toBe(201)
    expect(json.sha256).toBe(createHash('sha256').update(jpeg).digest('hex'))
    const { headers } = await fetch(`${url}/media/${json.sha256}`)
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('strict-transport-security')).toContain('max-age')
  })
})

test('signing in, failing to, and signing out are in the audit', async () => {
  const { url, folder } = await startServer()
  const admin = person(url)
  await admin.signIn('admin', 'khong-phai-mat-khau')
  await admin.signIn('admin', PASSWORD)
  await admin.send('DELETE', '/api/session')
  const { db, close } = await openSqlite(join(folder, 'data'))
  const rows = await db.selectFrom('audit').selectAll().orderBy('id').execute()
  await close()
  expect(rows.map(({ action, subject }) => [action, subject])).toEqual([
    ['session.sign-in-failed', 'admin'],
    ['session.sign-in', 'admin'],
    ['session.sign-out', 'admin'],
  ])
  expect(JSON.stringify(rows)).not.toContain('mat-khau')
})

test('who has tried too many codes is told for how long to wait', async () => {
  const { url } = await startServer()
  const stranger = person(url)
  const key = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
  const enrol = (code: string) =>
    stranger.post('/api/player/enrolment', { code, deviceKey: key, journalKey: key, software: 'x' })
  for (let tries = 0; tries < 20; tries++) expect((await enrol(`AAAAA-${tries}`)).status).toBe(404)
  const refused = await enrol('AAAAA-AAAAA')
  expect(refused).toMatchObject({ status: 429, json: { code: 'too-many-codes' } })
  expect(refused.json.title).toContain('10 phút')
  expect(refused.headers.get('retry-after')).toBe('600')
})

test('a cell that spreadsheets of East Asia would run is text too', () => {
  for (const text of ['＝1+1', '＋1', '－1', '＠SUM(1)']) expect(csvCell(text)).toBe(`'${text}`)
})
