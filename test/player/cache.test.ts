import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Sha256 } from '#protocol'
import { createMediaCache, type MediaCacheDeps } from '../../player/cache/media-cache.ts'
import { type Need, needsOf } from '../../player/cache/needs.ts'
import { createPcmCache } from '../../player/cache/pcm-cache.ts'
import { fetchDelay } from '../../player/cache/when-to-fetch.ts'
import { DEVICE, sha } from '../support/builders.ts'
import { make, speech } from '../support/ffmpeg.ts'
import { needs } from '../support/needs.ts'
import { smallDisk } from '../support/small-disk.ts'
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
  return { bytes, sha256, media: { sha256, bytes: size, neededAt: 0 } }
}

const openCache = (
  server: string,
  folder = join(tempFolder(), 'media'),
  more: Partial<MediaCacheDeps> = {},
) => {
  const cache = createMediaCache({
    folder,
    server,
    log,
    now: Date.now,
    onChange() {},
    ...more,
  })
  onTestFinished(() => cache.close())
  return { cache, folder }
}

test('a download that broke off goes on where it was, and is whole in the end', async () => {
  const { bytes, sha256, media } = file(300_000)
  const ranges: (string | undefined)[] = []
  const server = await serve((request, response) => {
    ranges.push(request.headers.range)
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
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
  const bad: unknown[] = []
  const folder = join(tempFolder(), 'media')
  const { cache } = openCache(server, folder, { onBad: (...what) => bad.push(what) })
  await cache.want([media])
  await until(() => bad.length > 0)
  expect(bad).toEqual([['refused', sha256]])
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
  expect(await cache.check(sha256)).toBe('intact')
  writeFileSync(cache.pathOf(sha256), randomBytes(5000))
  expect(await cache.check(sha256)).toBe('corrupt')
  await until(() => cache.has(sha256))
  expect(readFileSync(cache.pathOf(sha256)).equals(bytes)).toBe(true)
})

test('cleared again and again while it fetches, it loses nothing, blames no file, and has all in the end', async () => {
  const all = Array.from({ length: 6 }, () => file(120_000))
  const wanted = all.map(({ media }) => media)
  const server = await serve((request, response) => {
    const { bytes } = all.find(({ sha256 }) =>
      request.url?.endsWith(sha256),
    ) as (typeof all)[number]
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const half = from + Math.ceil((bytes.length - from) / 2)
    if (from > 0)
      response.writeHead(206, {
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      })
    response.write(bytes.subarray(from, half))
    setTimeout(() => response.end(bytes.subarray(half)), 5)
  })
  const bad: unknown[] = []
  const problems = new Set<unknown>()
  const { cache } = openCache(server, join(tempFolder(), 'media'), {
    onBad: (...what) => bad.push(what),
    onChange: () => problems.add(cache.progress().problem),
  })
  await cache.want(wanted)
  for (let round = 0; round < 60; round++) {
    const changes = [cache.clear(), round % 3 === 0 ? cache.want(wanted) : cache.clear()]
    const found = await Promise.all(wanted.map(({ sha256 }) => cache.check(sha256)))
    expect(found).not.toContain('corrupt')
    await Promise.all(changes)
    await new Promise((resolve) => setTimeout(resolve, round % 9))
  }
  await until(() => cache.progress().ready === wanted.length)
  for (const { sha256 } of wanted) expect(await cache.check(sha256)).toBe('intact')
  expect(bad).toEqual([])
  expect([...problems]).toEqual([null])
})

test('what is on disk from before needs no server', async () => {
  const { bytes, sha256, media } = file(100)
  const folder = join(tempFolder(), 'media')
  mkdirSync(folder)
  writeFileSync(join(folder, sha256), bytes)
  const { cache } = openCache('http://127.0.0.1:1', folder)
  await cache.want([media, file(10).media])
  expect(cache.progress()).toMatchObject({ ready: 1, needed: 2 })
  expect(await cache.check(sha256)).toBe('intact')
})

test('what a plan needs is never evicted; of the rest the least recently needed go first', async () => {
  const files = Array.from({ length: 4 }, () => file(1000))
  const server = await serve((request, response) =>
    response.end(files.find(({ sha256 }) => request.url?.endsWith(sha256))?.bytes),
  )
  const { cache, folder } = openCache(server, join(tempFolder(), 'media'), { budgetBytes: 2_500 })
  const [a, b, c, d] = files.map(({ media }) => media)
  const onDisk = () => readdirSync(folder).length
  for (const media of [a, b]) {
    await cache.want([media as Need])
    await until(() => cache.has((media as Need).sha256))
  }
  expect(onDisk()).toBe(2)
  await cache.want([b, c] as Need[])
  await until(() => cache.progress().ready === 2)
  await cache.want([b, c, d] as Need[])
  await until(() => cache.progress().ready === 3)
  // Three are needed, and larger than the budget: none of them goes.
  await cache.want([b, c, d] as Need[])
  expect(readdirSync(folder).toSorted()).toEqual(
    [b, c, d].map((media) => (media as Need).sha256).toSorted(),
  )
  await cache.want([])
  expect(onDisk()).toBe(2)
})

test(
  'on a disk that is full it says so, keeps what is there, and goes on when there is room',
  needs('mount'),
  async () => {
    // Too small for both: the margin is left to others.
    const { folder, grow } = smallDisk(34)
    const [first, second] = [file(1_000_000), file(4_000_000)]
    const server = await serve((request, response) =>
      response.end(request.url?.endsWith(first.sha256) ? first.bytes : second.bytes),
    )
    const said: string[] = []
    const { cache } = openCache(server, join(folder, 'media'), {
      onDisk: (state) => said.push(state),
    })
    await cache.want([first.media, second.media])
    await until(() => said.length === 1)
    expect(cache.progress()).toEqual({ ready: 1, needed: 2, problem: 'disk-full' })
    expect(await cache.check(first.sha256)).toBe('intact')
    grow(64)
    cache.retryNow()
    await until(() => cache.progress().ready === 2)
    expect(said).toEqual(['full', 'free'])
    expect(cache.progress().problem).toBeNull()
  },
)

test('bytes come no faster than the ceiling', async () => {
  const { bytes, sha256, media } = file(60_000)
  const server = await serve((_request, response) => response.end(bytes))
  const { cache } = openCache(server, join(tempFolder(), 'media'), { bytesPerSecond: 40_000 })
  const before = performance.now()
  await cache.want([media])
  await until(() => cache.has(sha256))
  expect(performance.now() - before).toBeGreaterThan(1_000)
})

describe('when a file is fetched', () => {
  const HOUR = 3_600_000
  const deviceId = DEVICE
  const night = [{ from: 22 * HOUR, to: 5 * HOUR }]
  const delay = (neededIn: number, now: number, dayMs: number | undefined, windows = night) =>
    fetchDelay({ deviceId, windows, spreadMs: 0 }, now + neededIn, now, now, dayMs)

  test('at once where it is needed soon, else inside a window, and never too late', () => {
    expect(delay(HOUR, 1e12, 12 * HOUR)).toBe(0)
    expect(delay(48 * HOUR, 1e12, 23 * HOUR)).toBe(0)
    expect(delay(48 * HOUR, 1e12, 4 * HOUR)).toBe(0)
    expect(delay(48 * HOUR, 1e12, 12 * HOUR)).toBe(10 * HOUR)
    expect(delay(6 * HOUR, 1e12, 12 * HOUR)).toBe(4 * HOUR)
    expect(delay(48 * HOUR, 1e12, undefined)).toBe(0)
    expect(delay(48 * HOUR, 1e12, 12 * HOUR, [])).toBe(0)
  })

  test('ten thousand devices spread over the whole time, each with a turn of its own', () => {
    const turns = Array.from({ length: 10_000 }, () =>
      fetchDelay(
        { deviceId: randomUUID() as DeviceId, windows: [], spreadMs: HOUR },
        1e12 + 48 * HOUR,
        1e12,
        1e12,
        0,
      ),
    )
    expect(Math.max(...turns)).toBeLessThanOrEqual(HOUR)
    for (let tenth = 0; tenth < 10; tenth++) {
      const inIt = turns.filter((turn) => Math.floor((turn * 10) / HOUR) === tenth).length
      expect(inIt).toBeGreaterThan(850)
      expect(inIt).toBeLessThan(1_150)
    }
  })

  test('the order of a plan, not of its names: soonest needed first', () => {
    const names = ['a', 'b', 'c', 'unused'].map(sha)
    const [a, b, c, unused] = names as [Sha256, Sha256, Sha256, Sha256]
    const item = (sha256: Sha256) => ({ sha256, durationMs: 1_000, fallback: null })
    const stretch = (from: number, to: number, items: Sha256[], repeat = false) => ({
      from,
      to,
      anchor: from,
      planSha256: sha('plan'),
      segment: { repeat, items: items.map(item) },
    })
    const timeline = [stretch(10_000, 12_000, [c, a]), stretch(50_000, 90_000, [b, a], true)]
    const manifest = {
      playUntil: 1e6,
      media: names.map((sha256) => ({ sha256, bytes: 1, mime: '' })),
    }
    const at = (now: number) =>
      needsOf(manifest as never, [timeline as never], now).map(({ sha256, neededAt }) => [
        sha256,
        neededAt,
      ])
    expect(at(0)).toEqual([
      [c, 10_000],
      [a, 11_000],
      [b, 50_000],
      [unused, 1e6],
    ])
    expect(at(60_500)).toEqual([
      [b, 60_500],
      [a, 61_000],
      [c, 1e6],
      [unused, 1e6],
    ])
  })
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
