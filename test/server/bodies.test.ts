import { request } from 'node:http'
import { expect, test } from 'vitest'
import { person, startServer, withAreas } from '../support/server.ts'
import { enrolDevice } from '../support/stranger.ts'

type Answer = { status: number; code: unknown; title: unknown }

/** Sends a body in pieces without saying how long it will be; stops when the server has answered. */
const sendChunked = (url: string, bytes: number, cookie = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked', cookie }
    const sending = request(url, { method: 'POST', headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const { code, title } = JSON.parse(Buffer.concat(chunks).toString()) as Record<
        string,
        unknown
      >
      sending.destroy()
      resolve({ status: response.statusCode ?? 0, code, title })
    })
    sending.on('error', reject)
    const piece = Buffer.from('[],'.repeat(1_000))
    const pump = (left: number) => {
      if (left <= 0) return sending.end()
      return sending.write(piece, () => pump(left - piece.length))
    }
    sending.write('[')
    pump(bytes)
  })

const jsonOf = (bytes: number) => ({ text: 'x'.repeat(bytes) })

test('before signing in 16 kB are read and not a byte more, announced or not', async () => {
  const { url } = await startServer()
  const anybody = person(url)
  for (const path of ['/api/session', '/api/player/enrolment']) {
    expect((await anybody.post(path, jsonOf(15_000))).json.code).not.toBe('request-too-large')
    const { status, json } = await anybody.post(path, jsonOf(20_000))
    expect({ path, status, code: json.code }).toEqual({
      ...{ path, status: 413, code: 'request-too-large' },
    })
    expect(json.title).toBe(
      'Nội dung gửi lên lớn hơn mức cho phép 16 kB. Hãy chia thành nhiều phần nhỏ hơn rồi gửi lại.',
    )
    expect(await sendChunked(url + path, 20_000)).toMatchObject({ status: 413 })
    expect(await sendChunked(url + path, 300_000_000)).toMatchObject({ status: 413 })
  }
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test('who is not signed in is told so before a body is read', async () => {
  const { url } = await startServer()
  expect((await person(url).post('/api/playlists', jsonOf(2_000_000))).status).toBe(401)
  expect(await sendChunked(`${url}/api/playlists`, 300_000_000)).toMatchObject({ status: 401 })
})

type Operation = { requestBody?: { content: Record<string, unknown> }; security?: unknown[] }

test('every request that is not a file takes 1 MB and refuses more', async () => {
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const { json } = await admin.get('/api/openapi.json')
  const { paths } = json as unknown as { paths: Record<string, Record<string, Operation>> }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody, security }]) =>
      requestBody && !security ? [{ path, method, kinds: Object.keys(requestBody.content) }] : [],
    ),
  )
  expect(operations.length).toBeGreaterThan(20)
  for (const { path, method, kinds } of operations) {
    const at = path.replaceAll(/\{(\w+)\}/g, areas['30964'] ?? '')
    const name = `${method} ${path}`
    const { status } = await admin.send(method.toUpperCase(), at, jsonOf(1_000_000))
    if (kinds.includes('application/json')) expect({ name, status }).toEqual({ name, status: 413 })
    // A file has a limit of its own, which is larger.
    else expect({ name, is413: status === 413 }).toEqual({ name, is413: false })
  }
  const chunked = await sendChunked(`${url}/api/playlists`, 2_000_000, admin.cookie())
  expect(chunked).toMatchObject({ status: 413, code: 'request-too-large' })
  // What fits is read and judged, also where nobody said how long it would be.
  const small = await sendChunked(`${url}/api/playlists`, 2_000, admin.cookie())
  expect(small).toMatchObject({ status: 400, code: 'bad-input' })
})

test('what a device posts is not parsed before its signature holds', async () => {
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const { deviceId, deviceKey } = await enrolDevice(admin, areas['30964'])
  const send = (body: string, authorization: string) =>
    admin.send('POST', '/api/player/records', Buffer.from(body), {
      ...{ 'content-type': 'application/json', cookie: '', authorization },
    })
  const forged = `Device ${deviceId} ${deviceKey.sign('x', Buffer.from('{'))}`
  expect((await send('{ no JSON', forged)).json.code).toBe('signature-wrong')
  expect((await send('x'.repeat(1_200_000), forged)).status).toBe(413)
  expect((await send('x'.repeat(1_200_000), 'Device x y')).json.code).toBe('device-unknown')
  expect((await send('{}', '')).json.code).toBe('device-unknown')
})
