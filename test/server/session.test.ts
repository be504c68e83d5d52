import { describe, expect, test } from 'vitest'
import { PASSWORD, person, startServer } from '../support/server.ts'

describe('signing in', () => {
  test('the right password opens a session that only the browser can read', async () => {
    const { url } = await startServer()
    const admin = person(url)
    expect((await admin.get('/api/session')).status).toBe(401)
    const answer = await admin.signIn()
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      username: 'admin',
      grants: [{ role: 'administrator', areaId: null }],
    })
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect((await admin.get('/api/session')).json).toMatchObject({ username: 'admin' })
  })

  test('over https the cookie can come from this host alone, and is taken back', async () => {
    const { url } = await startServer({ PUBLIC_URL: 'https://loa.example' })
    const admin = person(url)
    const headers = { origin: 'https://loa.example' }
    const credentials = { username: 'admin', password: PASSWORD }
    const answer = await admin.send('POST', '/api/session', credentials, headers)
    expect(answer.status).toBe(200)
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-loabang\.session_token=/)
    expect(cookie).toMatch(/; Path=\/(;|$)/)
    expect(cookie).toMatch(/; Secure/)
    expect(cookie).not.toMatch(/Domain/i)
    const carried = { ...headers, cookie: cookie.slice(0, cookie.indexOf(';')) }
    const asked = (method: string) => admin.send(method, '/api/session', undefined, carried)
    expect((await asked('GET')).status).toBe(200)
    expect((await asked('DELETE')).status).toBe(204)
    expect((await asked('GET')).status).toBe(401)
  })

  test('a wrong one, and a name that nobody has, are told the same', async () => {
    const { url } = await startServer()
    const vi = await person(url).signIn('admin', 'khong-phai-mat-khau')
    const en = await person(url, 'en').signIn('nobody', 'x')
    expect([vi.status, en.status]).toEqual([401, 401])
    expect(vi.json).toMatchObject({
      code: 'sign-in-failed',
      title: expect.stringContaining('mật khẩu không đúng'),
    })
    expect(en.json).toMatchObject({
      code: 'sign-in-failed',
      title: expect.stringContaining('password is wrong'),
    })
  })

  test('signing out ends the session here, not only in the browser', async () => {
    const { url } = await startServer()
    const admin = person(url)
    await admin.signIn()
    expect((await admin.send('DELETE', '/api/session')).status).toBe(204)
    expect((await admin.get('/api/session')).status).toBe(401)
  })

  test('the first start makes the administrator once, and never with a default', async () => {
    const { server, folder, url } = await startServer({ ADMIN_PASSWORD: '' })
    expect(server.firstPassword).toMatch(/^(\w{5}-){3}\w{5}$/)
    expect((await person(url).signIn('admin', server.firstPassword)).status).toBe(200)
    await server.close()
    const second = await startServer({ DATA_DIR: `${folder}/data`, ADMIN_PASSWORD: PASSWORD })
    expect(second.server.firstPassword).toBeUndefined()
    expect((await person(second.url).signIn('admin', PASSWORD)).status).toBe(401)
  })

  test('no other door of the sign-in library is open', async () => {
    const { url } = await startServer()
    for (const path of [
      '/internal/auth/sign-up/email',
      '/api/auth/sign-up/email',
      '/internal/auth/ok',
    ]) {
      const { status, json } = await person(url).post(path, {
        email: 'a@b.vn',
        password: 'x'.repeat(20),
        name: 'x',
      })
      expect([401, 404]).toContain(status)
      expect(json?.user).toBeUndefined()
    }
  })
})

describe('whoever asks', () => {
  test('another site cannot act in the name of somebody who is signed in here', async () => {
    const { url } = await startServer()
    const admin = person(url)
    await admin.signIn()
    const body = { code: '1', name: 'x', kind: 'province' }
    const foreign = await admin.send('POST', '/api/areas', body, { origin: 'https://evil.example' })
    expect(foreign).toMatchObject({ status: 403, json: { code: 'foreign-page' } })
    expect(String(foreign.json.title)).toContain(`(${new URL(url).host})`)
    const own = await admin.send('POST', '/api/areas', body, { origin: url })
    expect(own.json.code).toBe('bad-input')
  })

  test('is told which field is wrong, what is wrong with it, and in their language', async () => {
    const { url } = await startServer()
    const bad = {
      tree: { code: '', name: 'x', kind: 'planet' },
      parentId: 'x',
      timeZone: 'Mars/Base',
      validFrom: '2024-02-31',
    }
    for (const [lang, zone] of [
      ['vi', 'Không có múi giờ này'],
      ['en', 'There is no such time zone'],
    ] as const) {
      const admin = person(url, lang)
      await admin.signIn()
      const { status, json } = await admin.post('/api/areas', bad)
      expect([status, json.code]).toEqual([400, 'bad-input'])
      const fields = Object.fromEntries(
        (json.fields as unknown as { field: string; message: string }[]).map(
          ({ field, message }) => [field, message],
        ),
      )
      expect(Object.keys(fields).sort()).toEqual([
        'parentId',
        'timeZone',
        'tree.code',
        'tree.kind',
        'validFrom',
      ])
      expect(fields.timeZone).toContain(zone)
    }
    const vietnamese = person(url)
    await vietnamese.signIn()
    const { json } = await vietnamese.post('/api/areas', bad)
    for (const { message } of json.fields as unknown as { message: string }[])
      expect(message).not.toMatch(/invalid|expected|too small/i)
  })

  test('gets problems as problems: no address, no JSON, no stack', async () => {
    const { url } = await startServer()
    const admin = person(url)
    await admin.signIn()
    const none = await admin.get('/api/nothing/here')
    expect(none).toMatchObject({ status: 404, json: { code: 'not-found' } })
    expect(none.headers.get('content-type')).toContain('application/problem+json')
    const broken = await fetch(`${url}/api/areas`, {
      method: 'POST',
      headers: { cookie: admin.cookie(), 'content-type': 'application/json' },
      body: '{"tree":',
    })
    expect(broken.status).toBe(400)
    expect(await broken.text()).not.toMatch(/at .*\.ts:|SyntaxError/)
  })

  test('reads a page that may run only our own scripts', async () => {
    const { url } = await startServer()
    const { headers } = await person(url).get('/healthz')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})
