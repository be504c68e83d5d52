import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import packageJson from '../../package.json' with { type: 'json' }
import { composeServer } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { MIGRATIONS } from '../../server/store/migrate.ts'
import { openSqlite } from '../../server/store/open-database.ts'
import { hashesOfMigrations, RELEASES, type Release } from './release.ts'

/** Keeps the database of the present version for the tests of later ones: run once for each release. */

const PASSWORD = 'mat-khau-cua-quan-tri'
const folder = mkdtempSync(join(tmpdir(), 'loabang-release-'))

const fillWithRows = async () => {
  const config = readConfig([], { DATA_DIR: folder, ADMIN_PASSWORD: PASSWORD })
  const server = await composeServer(config, pino({ level: 'fatal' }))
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}`
  let cookie = ''
  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', cookie }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    const cookies = answer.headers.getSetCookie().map((text) => text.split(';')[0])
    if (cookies.length > 0) cookie = cookies.join('; ')
    return answer.json() as Promise<{ id: string }>
  }
  await post('/api/session', { username: 'admin', password: PASSWORD })
  const tree = {
    ...{ code: '91', name: 'Tỉnh Kiên Giang', kind: 'province' },
    children: [{ code: '30964', name: 'Xã Định An', kind: 'commune' }],
  }
  const placed = { parentId: null, timeZone: 'Asia/Ho_Chi_Minh', validFrom: '2024-12-31' }
  await post('/api/areas', { tree, ...placed })
  const areas = (await (await fetch(`${url}/api/areas`, { headers: { cookie } })).json()) as {
    id: string
    code: string
  }[]
  const areaId = areas.find(({ code }) => code === '30964')?.id
  const { id } = await post('/api/devices', {
    ...{ name: 'Loa UBND', areaId, channels: ['audio'], canvas: null },
  })
  await post(`/api/devices/${id}/enrolment-codes`, {})
  await server.close()
}

const readRows = async (): Promise<Release['rows']> => {
  const { db, close } = await openSqlite(folder)
  const tables = await db.introspection.getTables()
  const rows: Release['rows'] = {}
  for (const { name } of tables) {
    // Those of the library for sign-in are made by itself.
    if (/^(user|session|account|verification|sqlite_.*)$/.test(name)) continue
    const held = await db
      .withTables<Record<string, Record<string, string | number | null>>>()
      .selectFrom(name)
      .selectAll()
      .execute()
    if (held.length > 0) rows[name] = held
  }
  await close()
  return rows
}

await fillWithRows()
const release: Release = {
  version: packageJson.version,
  files: hashesOfMigrations(),
  last: Object.keys(MIGRATIONS).at(-1) ?? '',
  rows: await readRows(),
}
mkdirSync(RELEASES, { recursive: true })
writeFileSync(join(RELEASES, `${release.version}.json`), `${JSON.stringify(release, null, 2)}\n`)
rmSync(folder, { recursive: true })
