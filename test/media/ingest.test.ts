import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { make, speech } from '../support/ffmpeg.ts'
import { ingestInto } from '../support/ingest.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('a clip', () => {
  test.each<[string, string, number, number, string[]]>([
    ['a quiet MP3', 'quiet.mp3', 6, 0.02, ['-b:a', '64k']],
    ['a loud WAV with clipped peaks', 'loud.wav', 6, 4, []],
    [
      'an OGG that is shorter than loudnorm can measure',
      'short.ogg',
      1.2,
      0.1,
      ['-c:a', 'libvorbis'],
    ],
    ['a FLAC', 'a.flac', 3, 0.3, []],
    ['an M4A', 'a.m4a', 3, 0.3, ['-c:a', 'aac']],
  ])(
    '%s leaves at -16 LUFS, below -1.5 dBTP, as long as it was',
    async (_name, file, seconds, level, codec) => {
      const folder = tempFolder()
      const source = make(join(folder, file), ...speech(seconds, level), ...codec)
      const { kind, rendition, waveform, steps } = await ingestInto(folder, source)
      expect(kind).toBe('clip')
      expect(rendition.mime).toBe('audio/ogg')
      expect(rendition.loudnessLufs).toBeGreaterThan(-16.6)
      expect(rendition.loudnessLufs).toBeLessThan(-15.4)
      expect(rendition.truePeakDbtp).toBeLessThanOrEqual(-1.5)
      expect(Math.abs((rendition.durationMs ?? 0) - seconds * 1000)).toBeLessThan(60)
      expect(waveform).toHaveLength(240)
      expect(Math.max(...(waveform ?? []))).toBeGreaterThan(0.2)
      expect(steps).toEqual(['inspect', 'convert', 'preview'])
    },
  )

  test('a cover picture inside an MP3 does not make it a video', async () => {
    const folder = tempFolder()
    const cover = make(
      join(folder, 'cover.png'),
      '-f',
      'lavfi',
      '-i',
      'color=red:s=64x64',
      '-frames:v',
      '1',
    )
    const source = make(
      join(folder, 'with-cover.mp3'),
      ...speech(2, 0.3),
      '-i',
      cover,
      '-map',
      '0:a',
      '-map',
      '1:v',
    )
    expect((await ingestInto(folder, source)).kind).toBe('clip')
  })

  test('nothing of the original is passed on: not its tags', async () => {
    const folder = tempFolder()
    const source = make(
      join(folder, 'tagged.mp3'),
      ...speech(2, 0.3),
      '-metadata',
      'title=secret-tag',
    )
    expect(readFileSync(source).includes('secret-tag')).toBe(true)
    const { path } = await ingestInto(folder, source)
    expect(readFileSync(path).includes('secret-tag')).toBe(false)
  })
})

describe('a slide', () => {
  test('a PNG keeps its pixels to the last one', async () => {
    const folder = tempFolder()
    const source = make(
      join(folder, 'a.png'),
      '-f',
      'lavfi',
      '-i',
      'testsrc=s=320x180',
      '-frames:v',
      '1',
    )
    const { kind, rendition, thumbnail, path } = await ingestInto(folder, source)
    expect([kind, rendition.width, rendition.height]).toEqual(['image', 320, 180])
    expect(thumbnail?.sha256).toMatch(/^[0-9a-f]{64}$/)
    const [was, is] = await Promise.all(
      [source, path].map((file) => sharp(file).removeAlpha().raw().toBuffer()),
    )
    expect(is?.equals(was as Buffer)).toBe(true)
  })

  test('a photograph is turned upright and loses where it was taken', async () => {
    const folder = tempFolder()
    const source = join(folder, 'a.jpg')
    await sharp({ create: { width: 200, height: 100, channels: 3, background: 'navy' } })
      .withExif({ IFD0: { Copyright: 'secret-place' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(source)
    const { rendition, path } = await ingestInto(folder, source)
    expect([rendition.width, rendition.height]).toEqual([100, 200])
    expect(readFileSync(path).includes('secret-place')).toBe(false)
  })

  test('a video becomes H.264 without sound, with a picture for the library', async () => {
    const folder = tempFolder()
    const source = make(
      join(folder, 'a.webm'),
      '-f',
      'lavfi',
      '-i',
      'testsrc=d=2:s=321x181:r=25',
      ...speech(2, 0.3),
      '-c:v',
      'libvpx',
      '-c:a',
      'libvorbis',
    )
    const { kind, rendition, thumbnail, path } = await ingestInto(folder, source)
    expect(kind).toBe('video')
    expect(rendition).toMatchObject({ mime: 'video/mp4', width: 320, height: 180 })
    expect(Math.abs((rendition.durationMs ?? 0) - 2000)).toBeLessThan(100)
    expect(thumbnail).not.toBeNull()
    expect(readFileSync(path).includes('mp4a')).toBe(false)
  })

  test('a bulletin is a page without script, named by its heading', async () => {
    const folder = tempFolder()
    const source = join(folder, 'a.md')
    writeFileSync(
      source,
      '# Cắt nước **mai**\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![y](http://e.vn/y.png)\n\n- 08:00',
    )
    const { kind, title, rendition, path } = await ingestInto(folder, source)
    expect([kind, title, rendition.mime]).toEqual(['bulletin', 'Cắt nước **mai**', 'text/html'])
    const page = readFileSync(path, 'utf8')
    expect(page).toContain('<h1>Cắt nước <strong>mai</strong></h1>')
    expect(page).not.toMatch(/<script|<img|<a |href=/)
    expect(page).toContain("default-src 'none'")
  })
})

describe('what cannot be broadcast is refused by name, and leaves nothing behind', () => {
  const refused = async (write: (path: string) => unknown, file = 'x.mp3') => {
    const folder = tempFolder()
    const path = join(folder, file)
    await write(path)
    const before = readFileSync(path)
    const refusal = await ingestInto(folder, path).then(
      () => 'taken',
      (error: { code: string }) => error.code,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
    const stored = existsSync(join(folder, 'media')) ? readdirSync(join(folder, 'media')) : []
    expect(stored).toEqual([])
    return refusal
  }

  test.each<[string, string, (path: string) => unknown, string?]>([
    ['file-empty', 'no bytes', (path) => writeFileSync(path, '')],
    [
      'file-kind-unknown',
      'a program called .mp3',
      (path) => writeFileSync(path, readFileSync(process.execPath).subarray(0, 5000)),
    ],
    [
      'file-kind-unknown',
      'a playlist that points at other files',
      (path) => writeFileSync(path, '\u0000#EXTM3U\n/etc/passwd'),
    ],
    ['file-kind-unknown', 'a PDF', (path) => writeFileSync(path, '%PDF-1.7\n%âãÏÓ\n'), 'x.pdf'],
    [
      'file-kind-unknown',
      'text that is no UTF-8',
      (path) => writeFileSync(path, Buffer.from([0x41, 0xff, 0xfe, 0x42])),
      'x.md',
    ],
    ['file-empty', 'a bulletin of blanks', (path) => writeFileSync(path, ' \n\t\n'), 'x.md'],
    [
      'file-silent',
      'a recording of nothing',
      (path) => make(path, '-f', 'lavfi', '-i', 'anullsrc=d=2:r=44100', '-c:a', 'pcm_s16le'),
      'x.wav',
    ],
    [
      'file-cut-short',
      'an MP3 with half of its sound',
      (path) => {
        make(path, ...speech(4, 0.3), '-b:a', '64k')
        truncateSync(path, 16_000)
      },
      'x.mp3',
    ],
    [
      'file-unreadable',
      'an MP4 cut off in the middle',
      (path) => {
        make(path, '-f', 'lavfi', '-i', 'testsrc=d=3:s=320x180')
        truncateSync(path, 3000)
      },
      'x.mp4',
    ],
    [
      'file-unreadable',
      'a PNG with its end missing',
      (path) => {
        make(path, '-f', 'lavfi', '-i', 'testsrc=s=320x180', '-frames:v', '1')
        truncateSync(path, 900)
      },
      'x.png',
    ],
  ])('%s: %s', async (code, _name, write, file) => {
    expect(await refused(write, file)).toBe(code)
  })

  test('picture-too-large: a picture of more pixels than memory has room for', async () => {
    const bomb = await sharp({
      create: { width: 9000, height: 9000, channels: 3, background: 'black' },
    })
      .png({ compressionLevel: 9 })
      .toBuffer()
    expect(await refused((path) => writeFileSync(path, bomb), 'x.png')).toBe('picture-too-large')
  })
})
