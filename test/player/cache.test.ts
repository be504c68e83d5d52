import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { Sha256 } from '#protocol'
import { createMediaCache } from '../../player/cache/media-cache.ts'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { make, speech } from '../support/ffmpeg.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg'
const log = pino({ level: 'silent' })

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const file = (size: number) => {
  const bytes = randomBytes(size)
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256
  return { bytes, sha256, media: { sha256, bytes: size, mime: 'audio/ogg' } }
}

const openCache = (server: string, folder = join(tempFolder(), 'media')) => {
  const cache = createMediaCache({ folder, server, log, onChange() {} })
  onTestFinished(() => cache.close())
  return { cache, folder }
}

test('a download that broke off goes on where it was, and is whole in the end', async () => {
  const { bytes, sha256, media } = file(300_000)
  const ranges: (string | undefined)[] = []
  const server = await serve((request, response) => {
    ranges.push(request.headers.range)
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
    if (ranges.length > 1) return response.end(bytes.subarray(from))
    response.write(bytes.subarray(0, 100_000))
    return setTimeout(() => response.destroy(), 100)
  })
  const { cache, folder } = openCache(server)
  await cache.want([media])
  await until(() => ranges.length === 1 && existsSync(join(folder, `${sha256}.part`)))
  await new Promise((resolve) => setTimeout(resolve, 300))
  cache.retryNow()
  await until(() => cache.has(sha256))
  expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/)
  expect(readFileSync(cache.pathOf(sha256)).equals(bytes)).toBe(true)
  expect(readdirSync(folder)).toEqual([sha256])
})

test('bytes that are not those of the name are never ready', async () => {
  const { bytes, sha256, media } = file(1000)
  let asked = 0
  const server = await serve((_request, response) => {
    asked += 1
    const wrong = Buffer.from(bytes)
    wrong[500] = (wrong[500] ?? 0) ^ 1
    response.end(asked === 1 ? wrong : bytes)
  })
  const { cache, folder } = openCache(server)
  await cache.want([media])
  await until(() => asked === 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await until(() => readdirSync(folder).length === 0)
  expect(cache.has(sha256)).toBe(false)
  cache.retryNow()
  await until(() => cache.has(sha256))
})

test('a file that changed on disk is found out right before it is used, and fetched anew', async () => {
  const { bytes, sha256, media } = file(5000)
  const server = await serve((_request, response) => response.end(bytes))
  const { cache } = openCache(server)
  await cache.want([media])
  await until(() => cache.has(sha256))
  expect(await cache.isIntact(sha256)).toBe(true)
  writeFileSync(cache.pathOf(sha256), randomBytes(5000))
  expect(await cache.isIntact(sha256)).toBe(false)
  await until(() => cache.has(sha256))
  expect(readFileSync(cache.pathOf(sha256)).equals(bytes)).toBe(true)
})

test('what is on disk from before needs no server', async () => {
  const { bytes, sha256, media } = file(100)
  const folder = join(tempFolder(), 'media')
  mkdirSync(folder)
  writeFileSync(join(folder, sha256), bytes)
  const { cache } = openCache('http://127.0.0.1:1', folder)
  await cache.want([media, file(10).media])
  expect(cache.progress()).toEqual({ ready: 1, needed: 2 })
  expect(await cache.isIntact(sha256)).toBe(true)
})

test('a clip is decoded once, and again only where its samples were touched', async () => {
  const folder = tempFolder()
  const clip = make(join(folder, 'a.ogg'), ...speech(1, 0.3), '-c:a', 'libopus', '-ac', '1')
  const sha256 = 'a'.repeat(64) as Sha256
  const cache = createPcmCache(join(folder, 'pcm'), FFMPEG)
  const [path, same] = await Promise.all([cache.get(sha256, clip), cache.get(sha256, clip)])
  expect(same).toBe(path)
  const { mtimeMs, size } = statSync(path)
  expect(size).toBe(2 * 48_000)
  await cache.get(sha256, clip)
  expect(statSync(path).mtimeMs).toBe(mtimeMs)
  writeFileSync(path, Buffer.alloc(size))
  await cache.get(sha256, clip)
  expect(readFileSync(path).some((byte) => byte !== 0)).toBe(true)
  await expect(cache.get('b'.repeat(64) as Sha256, process.execPath)).rejects.toThrow()
})
