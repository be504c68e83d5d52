import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { bulletinPage } from '../../../media/slides/bulletin.ts'
import type { Slide } from '../../../player/stage/screen/board-page.ts'
import { monotonicMs } from '../../../player/time/monotonic.ts'
import { isEmpty, middle, openPage, picture, slide, withFonts } from '../../support/board.ts'
import { make } from '../../support/ffmpeg.ts'

const href = (path: string) => pathToFileURL(path).href

const clip = (folder: string, name: string, colour: string, ...codec: string[]) =>
  href(
    make(
      join(folder, name),
      '-f',
      'lavfi',
      '-i',
      `color=${colour}:s=320x180:d=3:r=30`,
      '-pix_fmt',
      'yuv420p',
      ...codec,
    ),
  )

test('switches pictures, videos and bulletins without one frame in which there is nothing', async () => {
  const { folder, board, show, film } = await openPage()
  const bulletin = withFonts(bulletinPage('---\ncolours: red\n---\n# Cắt nước'))
  const sources: [Slide['kind'], string][] = [
    ['image', href(await picture(folder, 'red'))],
    ['video', clip(folder, 'v.mp4', 'blue')],
    ['bulletin', bulletin],
    ['video', clip(folder, 'v.webm', 'red', '-c:v', 'libvpx-vp9', '-deadline', 'realtime')],
    ['image', href(await picture(folder, 'blue'))],
  ]
  const [kind, source] = sources[4] as (typeof sources)[number]
  await show('first', slide(kind, source))
  const stop = await film()
  for (let turn = 0; turn < 10; turn++) {
    const [now, from] = sources[turn % sources.length] as (typeof sources)[number]
    await board.prepare(`slide ${turn}`, slide(now, from))
    expect(await board.show(`slide ${turn}`, monotonicMs() + 60)).not.toBeNull()
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  const frames = await stop()
  const empty = (await Promise.all(frames.map(isEmpty))).filter(Boolean)
  expect(frames.length).toBeGreaterThan(10)
  expect(empty).toEqual([])
  const seen = new Set(await Promise.all(frames.map(middle)))
  expect(seen.has('red') && seen.has('blue')).toBe(true)
})

test('the first frame of a bulletin is already in its own typeface', async () => {
  const { page, show } = await openPage()
  const source = withFonts(bulletinPage('# Đường Nguyễn Huệ ngập'))
  await show('first', slide('bulletin', source))
  const at = await page.screenshot()
  await new Promise((resolve) => setTimeout(resolve, 800))
  expect(Buffer.compare(at, await page.screenshot())).toBe(0)
})

test('shows a bulletin that can run nothing, load nothing and reach nothing', async () => {
  const { page, show } = await openPage()
  const hostile = `<!doctype html><body style="background:red">
    <script>document.body.style.background = 'blue'; fetch('https://example.com/stolen')</script>
    <img src="https://example.com/pixel.png"><img src="http://127.0.0.1:9/pixel.png">
    <iframe width="1" height="1" src="file:///etc/passwd"></iframe><link rel="stylesheet" href="https://example.com/x.css">
    <meta http-equiv="refresh" content="0;url=https://example.com/away">
    <video width="1" src="file:///etc/hosts" autoplay></video>`
  await show('b', slide('bulletin', hostile))
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(await middle(await page.screenshot())).toBe('red')
  const reached = page
    .frames()
    .map((frame) => frame.url())
    .filter((url) => /^(https?:|file:\/\/\/etc)/.test(url))
  expect(reached).toEqual([])
  // What is not stopped by its policy is stopped on its way out.
  await expect(page.evaluate(() => fetch('https://example.com/'))).rejects.toThrow()
})

test('a file of this device that was not named for a slide is not shown', async () => {
  const { folder, board, page } = await openPage()
  const other = href(await picture(folder, 'red'))
  const load = `(() => { const image = new Image(); image.src = ${JSON.stringify(other)}; return image.decode() })()`
  await expect(page.evaluate(load)).rejects.toThrow()
  expect(board.refused()).toContain(other)
})

test('refuses a picture or a video that cannot be decoded before anybody sees it', async () => {
  const { folder, board, page } = await openPage()
  const path = join(folder, 'broken')
  writeFileSync(path, 'RIFF????WEBPVP8 broken')
  await expect(board.prepare('x', slide('image', href(path)))).rejects.toThrow()
  await expect(board.prepare('y', slide('video', href(path)))).rejects.toThrow()
  expect(await board.finish('y')).toBeNull()
  expect(await page.evaluate("document.querySelectorAll('.behind').length")).toBe(0)
})

test('what is taken back before its time is not shown, and an ended slide leaves the board blank', async () => {
  const { folder, board, page, show } = await openPage()
  const red = href(await picture(folder, 'red'))
  await board.prepare('gone', slide('image', red))
  await board.finish('gone')
  expect(await board.show('gone', 0)).toBeNull()
  await show('a', slide('image', red))
  const drawn = await board.finish('a')
  expect(drawn?.shownAt).toBeLessThan(drawn?.endedAt ?? 0)
  expect(await middle(await page.screenshot())).toBe('black')
})

test.for([
  [{ width: 192, height: 16 }],
  [{ width: 320, height: 32 }],
  [{ width: 600, height: 400 }],
  [{ width: 1080, height: 1920 }],
  [{ width: 3840, height: 2160 }],
] as const)('a picture fills a board of %o, and nothing beyond it', async ([size]) => {
  const { folder, board, show } = await openPage(size)
  const source = await picture(folder, 'blue', { width: size.width / 2, height: size.height / 2 })
  await show('a', slide('image', href(source)))
  const shot = await board.screenshot()
  expect(await middle(shot)).toBe('blue')
  expect(await isEmpty(shot)).toBe(false)
})

test('a video is joined where it should be by then', async () => {
  const { folder, board, page } = await openPage()
  const parts = ['color=red:s=320x180:d=2:r=30', 'color=blue:s=320x180:d=4:r=30']
  const two = make(
    join(folder, 'two.mp4'),
    ...parts.flatMap((input) => ['-f', 'lavfi', '-i', input]),
    '-filter_complex',
    'concat=n=2:v=1',
    '-pix_fmt',
    'yuv420p',
  )
  await board.prepare('v', slide('video', href(two), { offsetMs: 3_000 }))
  await board.show('v', 0)
  expect(await middle(await page.screenshot())).toBe('blue')
})
