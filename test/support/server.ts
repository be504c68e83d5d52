import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { composeServer } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { contractOf } from './contract.ts'
import { tempFolder } from './temp-folder.ts'

export const PASSWORD = 'mat-khau-cua-quan-tri'

/** The real server, listening, in a folder of its own. */
export const startServer = async (settings: Record<string, string> = {}) => {
  const folder = tempFolder()
  const config = readConfig([], {
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
    ADMIN_PASSWORD: PASSWORD,
    FFMPEG_PATH: process.env.FFMPEG_PATH,
    CHROMIUM_PATH: process.env.CHROMIUM_PATH,
    ...settings,
  })
  const server = await composeServer(config, pino({ level: process.env.TEST_LOG ?? 'silent' }))
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
  const { port } = server.http.address() as AddressInfo
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await server.close()
  }
  onTestFinished(stop)
  return { url: `http://127.0.0.1:${port}`, folder, server, stop }
}

type Json = Record<string, unknown>

/**
 * Somebody at a keyboard: requests as a browser sends them, with a session once signed in. An answer that
 * is not as the API is described is an error.
 */
export const person = (url: string, lang = 'vi') => {
  let cookie = ''
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const isBytes = body instanceof Uint8Array
    const response = await fetch(url + path, {
      method,
      headers: {
        cookie,
        'accept-language': lang,
        // One that was kept may be closed by the server at the instant at which it is used again.
        connection: 'close',
        ...(body !== undefined && {
          'content-type': isBytes ? 'application/octet-stream' : 'application/json',
        }),
        ...headers,
      },
      ...(body !== undefined && {
        body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      }),
    })
    const text = await response.text()
    const type = response.headers.get('content-type')
    const json = (type?.includes('json') ? JSON.parse(text) : undefined) as Json & Json[]
    const { status } = response
    const problem = (await contractOf(url)).problemOf({ method, path, status, type, json })
    if (problem) throw new Error(`${problem}: ${text.slice(0, 2_000)}`)
    return { status, headers: response.headers, text, json }
  }
  return {
    send,
    get: (path: string) => send('GET', path),
    post: (path: string, body?: unknown) => send('POST', path, body),
    cookie: () => cookie,
    async signIn(username = 'admin', password = PASSWORD) {
      const answer = await send('POST', '/api/session', { username, password })
      cookie = answer.headers
        .getSetCookie()
        .map((text) => text.split(';')[0])
        .join('; ')
      return answer
    },
  }
}

export type Person = ReturnType<typeof person>

export const AREAS = {
  tree: {
    code: '91',
    name: 'Tỉnh Kiên Giang',
    kind: 'province',
    children: [
      {
        code: '907',
        name: 'Huyện Gò Quao',
        kind: 'district',
        children: [{ code: '30964', name: 'Xã Định An', kind: 'commune' }],
      },
      {
        code: '908',
        name: 'Huyện An Biên',
        kind: 'district',
        children: [{ code: '30988', name: 'Xã Tây Yên', kind: 'commune' }],
      },
    ],
  },
  parentId: null,
  timeZone: 'Asia/Ho_Chi_Minh',
  validFrom: '2024-12-31',
}

/** Signs in as the administrator and adds the areas. @returns the ids of the areas by code */
export const withAreas = async (url: string) => {
  const admin = person(url)
  await admin.signIn()
  await admin.post('/api/areas', AREAS)
  const { json } = await admin.get('/api/areas')
  const areas = Object.fromEntries(json.map((area) => [area.code as string, area.id as string]))
  return { admin, areas }
}
