import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Asset } from '#protocol'
import { make, speech } from '../support/ffmpeg.ts'
import { type Person, startServer, withAreas } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const upload = async (who: Person, areaId: string, path: string, name: string) =>
  who.send(
    'POST',
    `/api/assets?${new URLSearchParams({ name, areaId })}`,
    new Uint8Array(readFileSync(path)),
  )

const processed = async (who: Person, id: unknown): Promise<Asset> => {
  let asset: Asset | undefined
  await until(async () => {
    asset = Asset.parse((await who.get(`/api/assets/${id}`)).json)
    return asset.ingest.step === 'done' || asset.ingest.failure
  })
  return asset as Asset
}

const clip = () => make(join(tempFolder(), 'a.mp3'), ...speech(2, 0.2), '-b:a', '64k')

describe('an upload', () => {
  test('is answered at once, processed, and offered under the hash of what will be broadcast', async () => {
    const { url } = await startServer()
    const { admin, areas } = await withAreas(url)
    const answer = await upload(admin, areas['30964'] ?? '', clip(), 'Bản tin số 1.mp3')
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({
      title: 'Bản tin số 1',
      kind: null,
      approval: { state: 'draft' },
      createdBy: 'admin',
    })
    const asset = await processed(admin, answer.json.id)
    expect(asset).toMatchObject({ kind: 'clip', ingest: { step: 'done', failure: null } })
    const media = await fetch(`${url}/media/${asset.rendition?.sha256}`)
    const bytes = Buffer.from(await media.arrayBuffer())
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(asset.rendition?.sha256)
    expect(media.headers.get('content-type')).toBe('audio/ogg')
    expect(media.headers.get('cache-control')).toContain('immutable')
    expect(media.headers.get('content-security-policy')).toContain('sandbox')
  })

  test('of something that cannot be broadcast says so by name, in both languages', async () => {
    const { url } = await startServer()
    const { admin, areas } = await withAreas(url)
    const path = join(tempFolder(), 'x')
    writeFileSync(path, Buffer.from([0x4d, 0x5a, 0, 0, 1, 2, 3]))
    const asset = await processed(
      admin,
      (await upload(admin, areas['91'] ?? '', path, 'x.mp3')).json.id,
    )
    expect(asset.ingest).toMatchObject({ step: 'inspect', failure: { code: 'file-kind-unknown' } })
    expect(asset.rendition).toBeNull()
  })

  test('that is empty, too large or cut off leaves nothing behind', async () => {
    const { url, folder } = await startServer({ MAX_UPLOAD_MB: '1' })
    const { admin, areas } = await withAreas(url)
    const path = `/api/assets?${new URLSearchParams({ name: 'a.mp3', areaId: areas['91'] ?? '' })}`
    expect(await admin.send('POST', path, new Uint8Array(0))).toMatchObject({
      status: 400,
      json: { code: 'file-empty' },
    })
    expect(await admin.send('POST', path, new Uint8Array(1_500_000))).toMatchObject({
      status: 413,
      json: { code: 'file-too-large', title: expect.stringContaining('1 MB') },
    })
    const { port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${admin.cookie()}\r\nContent-Type: application/octet-stream\r\nContent-Length: 90000\r\n\r\nonly this`,
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    socket.destroy()
    const scratch = () => readdirSync(join(folder, 'data/scratch'))
    await until(() => scratch().length === 0)
    expect((await admin.get('/api/assets')).json.total).toBe(0)
  })

  test('that was cut off by a crash of the server is gone on with after its restart', async () => {
    const { url, folder, server } = await startServer()
    const { admin, areas } = await withAreas(url)
    const { json } = await upload(
      admin,
      areas['91'] ?? '',
      make(join(tempFolder(), 'long.wav'), ...speech(30, 0.2)),
      'long.wav',
    )
    await server.close()
    const again = await startServer({ DATA_DIR: join(folder, 'data') })
    const { admin: later } = await withAreas(again.url)
    expect(await processed(later, json.id)).toMatchObject({
      kind: 'clip',
      ingest: { step: 'done' },
    })
  })
})

describe('an approval', () => {
  const approvedClip = async () => {
    const { url } = await startServer({ FOUR_EYES: 'no' })
    const { admin, areas } = await withAreas(url)
    const asset = await processed(
      admin,
      (await upload(admin, areas['91'] ?? '', clip(), 'a.mp3')).json.id,
    )
    const judge = (state: string, change: object = {}) =>
      admin.post(`/api/assets/${asset.id}/verdict`, {
        ...{ state, sha256: asset.rendition?.sha256, version: asset.version, note: null },
        ...change,
      })
    return { admin, asset, judge }
  }

  test('is of exactly the bytes that were heard', async () => {
    const { judge, asset } = await approvedClip()
    expect(await judge('approved', { sha256: 'f'.repeat(64) })).toMatchObject({
      status: 409,
      json: { code: 'asset-changed' },
    })
    expect((await judge('approved')).json).toMatchObject({
      approval: { state: 'approved', by: 'Quản trị', sha256: asset.rendition?.sha256 },
    })
  })

  test('is re-opened by whatever changes what was approved', async () => {
    const { admin, judge, asset } = await approvedClip()
    await judge('approved')
    const { json } = await admin.send('PATCH', `/api/assets/${asset.id}`, {
      title: 'Tên khác',
      version: asset.version + 1,
    })
    expect(json).toMatchObject({ title: 'Tên khác', approval: { state: 'draft', by: null } })
  })

  test('cannot be given to what is still in processing', async () => {
    const { url } = await startServer()
    const { admin, areas } = await withAreas(url)
    const long = make(join(tempFolder(), 'long.wav'), ...speech(30, 0.2))
    const { json } = await upload(admin, areas['91'] ?? '', long, 'long.wav')
    const verdict = { state: 'approved', sha256: 'a'.repeat(64), version: 1, note: null }
    expect(await admin.post(`/api/assets/${json.id}/verdict`, verdict)).toMatchObject({
      status: 409,
      json: { code: 'asset-not-ready' },
    })
    await processed(admin, json.id)
  })

  test('fields that nobody may set are refused, not ignored', async () => {
    const { admin, asset } = await approvedClip()
    const sneaky = { title: 'x', version: 1, approval: { state: 'approved' } }
    expect(await admin.send('PATCH', `/api/assets/${asset.id}`, sneaky)).toMatchObject({
      status: 400,
      json: { code: 'bad-input' },
    })
  })
})

test('what a playlist holds cannot be deleted, and the answer names the playlist', async () => {
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const areaId = areas['91'] ?? ''
  const asset = await processed(admin, (await upload(admin, areaId, clip(), 'a.mp3')).json.id)
  const items = [{ kind: 'asset', assetId: asset.id, durationMs: null }]
  const board = await admin.post('/api/playlists', {
    name: 'Bảng',
    areaId,
    channel: 'screen',
    items,
  })
  expect(board).toMatchObject({
    status: 400,
    json: { code: 'asset-kind-mismatch', title: expect.stringContaining('“a”') },
  })
  const list = await admin.post('/api/playlists', { name: 'Sáng', areaId, channel: 'audio', items })
  expect(await admin.send('DELETE', `/api/assets/${asset.id}?version=1`)).toMatchObject({
    status: 409,
    json: { code: 'asset-in-use', title: expect.stringContaining('“Sáng”') },
  })
  await admin.send('DELETE', `/api/playlists/${list.json.id}`)
  expect((await admin.send('DELETE', `/api/assets/${asset.id}?version=1`)).status).toBe(204)
  expect((await admin.get(`/api/assets/${asset.id}`)).status).toBe(404)
})

test('stored bytes are sent in the ranges that a broken download goes on with', async () => {
  const { url } = await startServer()
  const { admin, areas } = await withAreas(url)
  const asset = await processed(
    admin,
    (await upload(admin, areas['91'] ?? '', clip(), 'a.mp3')).json.id,
  )
  const path = `${url}/media/${asset.rendition?.sha256}`
  const whole = Buffer.from(await (await fetch(path)).arrayBuffer())
  const ask = async (range: string) => {
    const response = await fetch(path, { headers: { range } })
    return {
      status: response.status,
      range: response.headers.get('content-range'),
      bytes: Buffer.from(await response.arrayBuffer()),
    }
  }
  const size = whole.length
  expect(await ask('bytes=100-199')).toEqual({
    status: 206,
    range: `bytes 100-199/${size}`,
    bytes: whole.subarray(100, 200),
  })
  expect(await ask('bytes=500-')).toEqual({
    status: 206,
    range: `bytes 500-${size - 1}/${size}`,
    bytes: whole.subarray(500),
  })
  expect(await ask('bytes=-10')).toEqual({
    status: 206,
    range: `bytes ${size - 10}-${size - 1}/${size}`,
    bytes: whole.subarray(-10),
  })
  expect((await ask(`bytes=${size}-`)).status).toBe(416)
  expect((await ask('lines=1-2')).status).toBe(200)
  const again = await fetch(path, { headers: { 'if-none-match': `"${asset.rendition?.sha256}"` } })
  expect(again.status).toBe(304)
  expect((await fetch(`${url}/media/${'0'.repeat(64)}`)).status).toBe(404)
  expect((await fetch(`${url}/media/..%2f..%2fkeys`)).status).toBe(400)
})
