import { createCipheriv, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createPull } from '../../player/stage/audio/relay/pull.ts'
import { make } from '../support/ffmpeg.ts'
import { amplitude, WINDOW } from '../support/hearing.ts'
import { serve, serveFolder, writeHls } from '../support/hls.ts'
import { FFMPEG } from '../support/loudspeaker.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const RATE = 48_000
const LOUD = 3_000

const ENDED = 'the stream ended'

/** Pulls a stream in as fast as it comes, once. */
const pull = (address: string, hosts: readonly string[]) => {
  const chunks: Int16Array[] = []
  const troubles: string[] = []
  let connections = 0
  const pulling = createPull(
    { ffmpeg: FFMPEG, addresses: [address], hosts },
    {
      onSamples: (samples) => chunks.push(samples),
      onConnected: () => {
        connections += 1
      },
      onTrouble(_address, reason) {
        if (reason === ENDED) pulling.close()
        troubles.push(reason)
      },
    },
  )
  onTestFinished(() => pulling.close())
  /** How long a tone was in what came, in seconds. */
  const seconds = (hertz: number) => {
    const all = Int16Array.from(chunks.flatMap((chunk) => [...chunk]))
    let windows = 0
    for (let at = 0; at + WINDOW <= all.length; at += WINDOW)
      if (amplitude(all, at, hertz) > LOUD) windows += 1
    return windows / 100
  }
  const samples = () => chunks.reduce((sum, { length }) => sum + length, 0)
  return { seconds, samples, troubles, connections: () => connections, close: pulling.close }
}

const aTone = (hertz: number, seconds: number) =>
  make(
    join(tempFolder(), 'tone.mp3'),
    ...['-f', 'lavfi', '-i', `sine=f=${hertz}:d=${seconds}:r=48000,volume=4`],
    ...['-c:a', 'libmp3lame', '-b:a', '64k'],
  )

describe('a stream is fetched', () => {
  test('from a listed host, and along its redirects as far as they are allowed', async () => {
    const bytes = readFileSync(aTone(1_000, 3))
    const station = await serve((request, response) => {
      if (request.url === '/live') return void response.end(bytes)
      return void response.writeHead(302, { location: '/live#part' }).end()
    })
    const { seconds, samples } = pull(`${station.url}/moved`, [station.host])
    await until(() => samples() >= 2.9 * RATE)
    expect(seconds(1_000)).toBeGreaterThan(2.8)
  })

  test('from no other host, and nobody there hears of it', async () => {
    const own = await serve((_request, response) => response.end('x'))
    for (const address of [own.url, own.url.replace('http:', 'https:'), 'udp://127.0.0.1:5599']) {
      const { troubles } = pull(address, ['stream.example'])
      await until(() => troubles.length > 0)
      expect(troubles[0], address).toContain('not allowed')
    }
    expect(own.connections()).toBe(0)
  })

  test('from no name that leads into the own network', async () => {
    let connections = 0
    const server = createServer(() => {
      connections += 1
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { troubles } = pull(`https://localhost:${port}/`, [])
    await until(() => troubles.length > 0)
    expect(troubles[0]).toMatch(/localhost leads to (127\.0\.0\.1|::1), which is not in the public/)
    expect(connections).toBe(0)
  })

  test.each([
    ['another host', 'http://127.0.0.1:9/x', 'redirected to http://127.0.0.1:9/x: not allowed'],
    ['this machine by its name', 'https://localhost:9/', 'leads to'],
    ['a file', 'file:///etc/passwd', 'not allowed'],
    ['udp', 'udp://239.1.1.1:5000', 'not allowed'],
    ['what is no address', 'http://[', 'no address'],
    ['itself', '/', 'redirected again and again'],
  ])('along no redirect to %s', async (_name, location, reason) => {
    const station = await serve((_request, response) => response.writeHead(302, { location }).end())
    const { troubles } = pull(station.url, [station.host])
    await until(() => troubles.length > 0)
    expect(troubles[0]).toContain(reason)
  })

  test('and what is no sound is none, whatever it refers to', async () => {
    const station = await serve((request, response) => {
      const body = {
        '/concat': 'ffconcat version 1.0\nfile /etc/passwd\n',
        '/sdp': 'v=0\nc=IN IP4 0.0.0.0\nm=audio 5599 RTP/AVP 14\n',
        '/random': randomBytes(200_000),
      }[request.url ?? '']
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(body)
    })
    for (const path of ['/concat', '/sdp', '/random']) {
      const { troubles, samples } = pull(station.url + path, [station.host])
      await until(() => troubles.length > 0)
      expect(samples(), path).toBe(0)
    }
  })
})

describe('HLS is played', () => {
  const whole: [string, string[], boolean][] = [
    ['in MPEG-TS', [], false],
    ['in fragments of MP4, with what goes before them', ['-hls_segment_type', 'fmp4'], false],
    ['as ranges of one file', ['-hls_flags', 'single_file'], false],
    ['encrypted with AES-128', [], true],
  ]
  test.each(whole)('%s', async (_name, options, isEncrypted) => {
    const folder = tempFolder()
    const playlist = writeHls(folder, 'a', { hertz: 1_000, seconds: 7, options, isEncrypted })
    if (isEncrypted) expect(playlist).toContain('METHOD=AES-128')
    const station = await serveFolder(folder)
    const { seconds, samples, troubles } = pull(`${station.url}/a.m3u8`, [station.host])
    await until(() => troubles.length > 0)
    expect(troubles).toEqual([ENDED])
    expect(samples()).toBeGreaterThanOrEqual(7 * RATE)
    expect(seconds(1_000)).toBeGreaterThan(6.8)
  })

  test('encrypted without an initialization vector, by the number of each segment', async () => {
    const folder = tempFolder()
    const playlist = writeHls(folder, 'a', { hertz: 1_000, seconds: 6 })
    const key = randomBytes(16)
    writeFileSync(join(folder, 'key'), key)
    for (const index of [0, 1, 2]) {
      const iv = Buffer.alloc(16)
      iv.writeUInt32BE(700 + index, 12)
      const cipher = createCipheriv('aes-128-cbc', key, iv)
      const path = join(folder, `a-${index}.seg`)
      writeFileSync(path, Buffer.concat([cipher.update(readFileSync(path)), cipher.final()]))
    }
    const encrypted = playlist
      .replace('#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-MEDIA-SEQUENCE:700')
      .replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="key"\n#EXTINF')
    writeFileSync(join(folder, 'a.m3u8'), encrypted)
    const station = await serveFolder(folder)
    const { seconds, samples } = pull(`${station.url}/a.m3u8`, [station.host])
    await until(() => samples() >= 5.5 * RATE)
    expect(seconds(1_000)).toBeGreaterThan(5)
  })

  test('of several kinds the one with sound that takes the least, sound alone where there is such', async () => {
    const folder = tempFolder()
    for (const [name, hertz] of [
      ['high', 400],
      ['low', 1_000],
      ['alone', 2_000],
    ] as const)
      writeHls(folder, name, { hertz, seconds: 4 })
    const line = (bandwidth: number, codecs: string, more = '') =>
      `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},CODECS="${codecs}"${more}`
    const rendition = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="Tiếng Việt",DEFAULT=YES'
    const video = [line(10_000, 'avc1.42e00a'), 'nothing.m3u8']
    const both = [
      ...[line(900_000, 'avc1.42e00a,mp4a.40.2'), 'high.m3u8'],
      ...[line(200_000, 'avc1.42e00a,mp4a.40.2'), 'low.m3u8'],
    ]
    const alone = [
      `${rendition},URI="alone.m3u8"`,
      ...[line(100_000, 'avc1.42e00a,mp4a.40.2', ',AUDIO="g"'), 'high.m3u8'],
    ]
    const write = (name: string, lines: string[]) =>
      writeFileSync(join(folder, name), ['#EXTM3U', ...lines, ''].join('\n'))
    write('both.m3u8', [...video, ...both])
    write('alone.m3u', [...video, ...both, ...alone])
    const station = await serveFolder(folder)
    for (const [name, hertz] of [
      ['both.m3u8', 1_000],
      ['alone.m3u', 2_000],
    ] as const) {
      const { seconds, samples } = pull(`${station.url}/${name}`, [station.host])
      await until(() => samples() >= 3.5 * RATE)
      expect(seconds(hertz), name).toBeGreaterThan(3)
    }
  })

  test('over a discontinuity, with titles in Vietnamese', async () => {
    const folder = tempFolder()
    const first = writeHls(folder, 'ts', { hertz: 1_000, seconds: 4 })
    const options = ['-hls_segment_type', 'fmp4']
    const second = writeHls(folder, 'mp4', { hertz: 400, seconds: 4, options })
    const itemsOf = (text: string) =>
      /(#EXT-X-MAP.*\n)?#EXTINF[\s\S]*(?=#EXT-X-ENDLIST)/.exec(text)?.[0]
    const lines = [
      ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:3', '#EXT-X-MEDIA-SEQUENCE:0'],
      itemsOf(first)?.replaceAll(/,$/gm, ',Bản tin sáng “Đài”'),
      '#EXT-X-DISCONTINUITY',
      itemsOf(second),
      ...['#EXT-X-ENDLIST', ''],
    ]
    writeFileSync(join(folder, 'both.m3u8'), lines.join('\n'))
    const station = await serveFolder(folder)
    const { seconds, troubles, connections } = pull(`${station.url}/both.m3u8`, [station.host])
    await until(() => troubles.length > 0)
    expect(troubles).toEqual([ENDED])
    expect(seconds(1_000)).toBeGreaterThan(3.8)
    expect(seconds(400)).toBeGreaterThan(3.8)
    // Another decoder is no other connection.
    expect(connections()).toBe(1)
  })

  test('but not where a segment, a key or a range lies elsewhere than a stream may', async () => {
    const folder = tempFolder()
    writeHls(folder, 'a', { hertz: 1_000, seconds: 2 })
    const elsewhere = await serveFolder(folder)
    const station = await serveFolder(folder)
    const head = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2']
    const playlists = {
      segment: ['#EXTINF:2,', `${elsewhere.url}/a-0.seg`],
      map: [`#EXT-X-MAP:URI="${elsewhere.url}/a-0.seg"`, '#EXTINF:2,', 'a-0.seg'],
      key: [`#EXT-X-KEY:METHOD=AES-128,URI="${elsewhere.url}/a-0.seg"`, '#EXTINF:2,', 'a-0.seg'],
      file: ['#EXTINF:2,', 'file:///etc/passwd'],
      none: ['#EXTINF:2,', 'http://['],
      sample: ['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="a-0.seg"', '#EXTINF:2,', 'a-0.seg'],
    }
    for (const [name, lines] of Object.entries(playlists)) {
      // Three of a kind: a single one that fails is passed over.
      const text = [...head, ...lines, ...lines, ...lines, '#EXT-X-ENDLIST', ''].join('\n')
      writeFileSync(join(folder, `${name}.m3u8`), text)
      const { troubles, samples } = pull(`${station.url}/${name}.m3u8`, [station.host])
      await until(() => troubles.length > 0)
      expect(samples(), `${name}: ${troubles[0]}`).toBe(0)
    }
    expect(elsewhere.connections()).toBe(0)
  })

  test('and neither a playlist nor a segment without an end fills the memory', async () => {
    let sent = 0
    const chunk = Buffer.alloc(64_000, '#\n')
    const endless = await serve((request, response) => {
      if (request.url === '/segments.m3u8') {
        const segments = '#EXTINF:2,\nendless\n'.repeat(3)
        return void response.end(`#EXTM3U\n#EXT-X-TARGETDURATION:2\n${segments}`)
      }
      const write = () => {
        while (!response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return
        }
      }
      response.on('drain', write)
      write()
      return undefined
    })
    const playlist = pull(`${endless.url}/endless.m3u8`, [endless.host])
    await until(() => playlist.troubles.length > 0)
    expect(playlist.troubles[0]).toContain('longer than')
    playlist.close()
    expect(sent).toBeLessThan(20_000_000)
    const segments = pull(`${endless.url}/segments.m3u8`, [endless.host])
    await until(() => segments.troubles.length > 0)
    expect(segments.samples()).toBe(0)
  })
})

test('a live playlist is joined near its end, followed as it grows, and left for a newer part by a reader that fell behind', async () => {
  const folder = tempFolder()
  mkdirSync(folder, { recursive: true })
  writeHls(folder, 'a', { hertz: 1_000, seconds: 40 })
  const asked: string[] = []
  let first = 0
  let count = 10
  const station = await serve((request, response) => {
    const path = request.url ?? ''
    if (path !== '/live.m3u8') {
      asked.push(path)
      return void response.end(readFileSync(join(folder, path)))
    }
    const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${first}`]
    for (let index = first; index < first + count; index++)
      lines.push('#EXTINF:2,', `a-${index}.seg`)
    return void response.end(lines.join('\n'))
  })
  const { samples } = pull(`${station.url}/live.m3u8`, [station.host])
  const isAsked = (index: number) => asked.includes(`/a-${index}.seg`)
  await until(() => isAsked(9))
  expect(asked).toEqual(['/a-7.seg', '/a-8.seg', '/a-9.seg'])
  first = 2
  await until(() => isAsked(11))
  expect(asked.slice(3)).toEqual(['/a-10.seg', '/a-11.seg'])
  // Thirteen more at once: the three latest.
  ;[first, count] = [3, 17]
  await until(() => isAsked(19))
  expect(asked.slice(5)).toEqual(Array.from({ length: 8 }, (_, index) => `/a-${index + 12}.seg`))
  // It began to count again.
  ;[first, count] = [0, 4]
  await until(() => isAsked(3))
  expect(asked.slice(13)).toEqual(['/a-1.seg', '/a-2.seg', '/a-3.seg'])
  await until(() => samples() > 10 * RATE)
})
