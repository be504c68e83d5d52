import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Asset } from '#protocol'
import { needs } from '../support/needs.ts'
import { person, startServer, withAreas } from '../support/server.ts'
import { fill, smallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'

const LARGE = 8_000_000

test('a full disk is what uploads, sign-in and health say, until there is room', {
  ...needs('mount'),
  timeout: 120_000,
}, async () => {
  const disk = smallDisk(40)
  const { url } = await startServer({ DATA_DIR: join(disk.folder, 'data') })
  const { admin, areas } = await withAreas(url)
  const health = async () => {
    const { status, json } = await admin.get('/healthz')
    return [status, json.status]
  }
  const upload = () =>
    admin.send('POST', `/api/assets?name=a.wav&areaId=${areas['91']}`, new Uint8Array(LARGE))
  const device = { name: 'Loa', areaId: areas['30964'], channels: ['audio'], canvas: null }
  expect(await health()).toEqual([200, 'ok'])
  fill(disk.folder)
  expect(await health()).toEqual([507, 'disk-full'])
  const refused = [
    await upload(),
    await person(url).signIn(),
    await admin.post('/api/devices', device),
  ]
  for (const { status, json } of refused)
    expect([status, json]).toMatchObject([507, { code: 'server-disk-full' }])
  const english = await person(url, 'en').signIn()
  expect(english.json.title).toContain('The disk of the server is full')
  rmSync(join(disk.folder, 'fill'))
  expect(await health()).toEqual([200, 'ok'])
  expect((await person(url).signIn()).status).toBe(200)
  expect((await admin.post('/api/devices', device)).status).toBe(201)
})

test('a stored file that is lost or cut on disk is said to be', async () => {
  const { url, folder } = await startServer()
  const { admin, areas } = await withAreas(url)
  const answer = await admin.send(
    'POST',
    `/api/assets?name=a.md&areaId=${areas['91']}`,
    new TextEncoder().encode('# Thông báo\n\nNước về lúc 8 giờ.'),
  )
  expect(answer.status, answer.text).toBeLessThan(300)
  let sha256 = ''
  await until(async () => {
    const { rendition } = Asset.parse((await admin.get(`/api/assets/${answer.json.id}`)).json)
    sha256 = rendition?.sha256 ?? ''
    return rendition
  })
  const address = `${url}/media/${sha256}`
  const path = join(folder, 'data/media', sha256.slice(0, 2), sha256)
  expect((await fetch(address)).status).toBe(200)
  truncateSync(path, 5)
  const cut = await fetch(address)
  expect([cut.status, await cut.json()]).toMatchObject([410, { code: 'media-missing' }])
  expect(cut.headers.get('cache-control') ?? '').not.toContain('immutable')
  rmSync(path)
  expect((await fetch(address, { headers: { range: 'bytes=0-3' } })).status).toBe(410)
})
