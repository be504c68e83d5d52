import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openBoardPage } from '../../../player/stage/screen/board-page.ts'
import { launchBrowser } from '../../../player/stage/screen/browser.ts'
import { CHROMIUM, picture, slide } from '../../support/board.ts'
import { needs } from '../../support/needs.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const SIZE = { width: 480, height: 270 }
const FFMPEG = process.env.FFMPEG_PATH ?? 'ffmpeg'

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('close', resolve))

/** A display that nobody sees, and what is on it, frame by frame. */
const startDisplay = async () => {
  const folder = tempFolder()
  const size = `${SIZE.width}x${SIZE.height}`
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  )
  let number = ''
  server.stdio[3]?.on('data', (chunk: Buffer) => {
    number += chunk.toString()
  })
  await until(() => number.includes('\n'))
  const before = process.env.DISPLAY
  process.env.DISPLAY = `:${number.trim()}`
  onTestFinished(async () => {
    if (before === undefined) delete process.env.DISPLAY
    else process.env.DISPLAY = before
    server.kill()
    await ended(server)
  })
  const input = ['-f', 'x11grab', '-framerate', '60', '-draw_mouse', '0', '-video_size', size]
  const film = () => {
    const path = join(folder, 'film.mkv')
    const codec = ['-c:v', 'libx264rgb', '-preset', 'ultrafast', '-qp', '0']
    const camera = spawn(
      FFMPEG,
      ['-v', 'error', '-y', ...input, '-i', process.env.DISPLAY ?? '', ...codec, path],
      { stdio: ['pipe', 'ignore', 'ignore'] },
    )
    /** Colour of every frame, averaged, as [red, green, blue]. */
    return async () => {
      camera.stdin.write('q')
      await ended(camera)
      const scale = ['-vf', 'scale=1:1:flags=area', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-']
      const { stdout } = spawnSync(FFMPEG, ['-v', 'error', '-i', path, ...scale])
      return Array.from({ length: stdout.length / 3 }, (_, index) => [
        ...stdout.subarray(index * 3, index * 3 + 3),
      ])
    }
  }
  return { folder, film }
}

test(
  'on a real display slides follow each other, and a fresh page takes over, without an empty frame',
  needs('xvfb'),
  async () => {
    const { folder, film } = await startDisplay()
    const profile = join(folder, 'profile')
    const browser = await launchBrowser({
      executable: CHROMIUM,
      profile,
      canvas: SIZE,
      isKiosk: true,
    })
    onTestFinished(() => browser.close())
    const board = await openBoardPage(browser, SIZE, true)
    const sources = await Promise.all(
      ['red', 'blue'].map(
        async (colour) => pathToFileURL(await picture(folder, colour, SIZE)).href,
      ),
    )
    const [red = '', blue = ''] = sources
    await board.prepare('a', slide('image', red))
    await board.show('a', 0)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const stop = film()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await board.prepare('b', slide('image', blue))
    await board.show('b', 0)
    await board.finish('a')
    await board.renew('b', SIZE)
    await new Promise((resolve) => setTimeout(resolve, 500))
    await board.prepare('c', slide('image', red))
    await board.show('c', 0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const colours = await stop()
    const names = colours.map(([r = 0, g = 0, b = 0]) =>
      r > 200 && g < 60 && b < 60 ? 'red' : b > 200 && r < 60 && g < 60 ? 'blue' : `${r},${g},${b}`,
    )
    const course = names.filter((name, index) => name !== names[index - 1])
    // The camera may have been late for the first.
    expect(names.length).toBeGreaterThan(60)
    expect(course.join()).toMatch(/^(red,)?blue,red$/)
  },
)
