import { execSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pino from 'pino'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBoard } from '../../player/stage/screen/browser.ts'
import { createScreen } from '../../player/stage/screen/screen.ts'
import type { Cue, StageEnd } from '../../player/stage/stage.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { sha } from '../support/builders.ts'
import { make } from '../support/ffmpeg.ts'
import { ingestInto } from '../support/ingest.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const executable = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const canvas = { width: 320, height: 180 }

const picture = async (folder: string, colour: string): Promise<string> => {
  const path = join(folder, `${colour}.webp`)
  await sharp({ create: { ...canvas, channels: 3, background: colour } })
    .webp({ lossless: true })
    .toFile(path)
  return path
}

/** The colour in the middle of a JPEG or PNG. */
const middle = async (image: Uint8Array): Promise<string> => {
  const { data } = await sharp(image)
    .extract({ left: 150, top: 80, width: 20, height: 20 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [red = 0, green = 0, blue = 0] = data
  if (red + green + blue < 60) return 'black'
  return red > green && red > blue ? 'red' : blue > green ? 'blue' : 'green'
}

type BoardWindow = {
  board: {
    prepare: (key: string, kind: string, source: string, offsetMs: number) => Promise<void>
    show: (key: string, at: number) => Promise<number | null>
    now: () => number
  }
}
declare const window: BoardWindow

describe('the page of a board', () => {
  const open = async () => {
    const folder = tempFolder()
    const board = await openBoard({
      executable,
      profile: join(folder, 'profile'),
      canvas,
      isKiosk: false,
    })
    onTestFinished(() => board.browser.close())
    return { folder, ...board }
  }

  test('switches slides without one frame in which there is nothing', async () => {
    const { folder, page } = await open()
    const sources = [
      pathToFileURL(await picture(folder, 'red')).href,
      pathToFileURL(await picture(folder, 'blue')).href,
    ]
    const client = await page.createCDPSession()
    const frames: string[] = []
    client.on('Page.screencastFrame', ({ data, sessionId }) => {
      frames.push(data)
      void client.send('Page.screencastFrameAck', { sessionId })
    })
    await page.evaluate(async (source) => {
      await window.board.prepare('first', 'image', source ?? '', 0)
      await window.board.show('first', 0)
    }, sources[0])
    await client.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 })
    await page.evaluate(async (all) => {
      for (let turn = 0; turn < 20; turn++) {
        await window.board.prepare(`slide ${turn}`, 'image', all[(turn + 1) % 2] ?? '', 0)
        await window.board.show(`slide ${turn}`, window.board.now() + 60)
      }
    }, sources)
    await client.send('Page.stopScreencast')
    const colours = await Promise.all(frames.map((data) => middle(Buffer.from(data, 'base64'))))
    expect(colours.length).toBeGreaterThan(15)
    expect(new Set(colours)).toEqual(new Set(['red', 'blue']))
  })

  test('shows a bulletin that can run nothing, load nothing and reach nothing', async () => {
    const { page } = await open()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    const hostile = `<!doctype html><body style="background:red">
      <script>document.body.style.background = 'blue'; fetch('https://example.com/stolen')</script>
      <img src="https://example.com/pixel.png"><iframe src="file:///etc/passwd"></iframe>`
    await page.evaluate(async (source) => {
      await window.board.prepare('b', 'bulletin', source, 0)
      await window.board.show('b', 0)
    }, hostile)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await middle(await page.screenshot())).toBe('red')
    const frames = page.frames().map((frame) => frame.url())
    expect(
      frames.filter(
        (url) => url.startsWith('https://example.com/') && !url.startsWith('chrome-error'),
      ),
    ).toEqual([])
    await expect(page.evaluate(() => fetch('https://example.com/'))).rejects.toThrow()
  })

  test('refuses a picture that cannot be decoded before anybody sees it', async () => {
    const { folder, page } = await open()
    const path = join(folder, 'broken.webp')
    writeFileSync(path, 'RIFF????WEBPVP8 broken')
    const source = pathToFileURL(path).href
    await expect(
      page.evaluate((from) => window.board.prepare('x', 'image', from, 0), source),
    ).rejects.toThrow()
  })
})

describe('the screen stage', () => {
  const start = () => {
    const folder = tempFolder()
    const started = new Map<string, number>()
    const ended = new Map<string, StageEnd>()
    const faults: (string | null)[] = []
    const offset = Date.now() - monotonicMs()
    const screen = createScreen({
      browser: { executable, profile: join(folder, 'profile'), canvas, isKiosk: false },
      clock: {
        now: () => monotonicMs() + offset,
        toMono: (at) => at - offset,
        fromMono: (mono) => mono + offset,
        state: () => ({ grade: 'synced', errorMs: 0 }),
        addSample() {},
        save() {},
      },
      log: pino({ level: 'silent' }),
      events: {
        onStarted: (key, { errorMs }) => started.set(key, errorMs),
        onProgress() {},
        onEnded: (key, end) => ended.set(key, end),
        onFault: (fault) => faults.push(fault),
      },
    })
    onTestFinished(() => screen.close())
    const cue = (
      key: string,
      kind: Cue['item']['kind'],
      path: string,
      from: number,
      lengthMs: number,
    ): Cue => ({
      key,
      item: {
        assetId: key as never,
        sha256: sha(key),
        mime: '',
        kind,
        title: key,
        themes: [],
        approvedBy: '',
        durationMs: lengthMs,
        role: 'item' as const,
        gainDb: 0,
        fallback: null,
        schedule: { id: '' as never, name: '' },
      },
      path,
      from,
      to: from + lengthMs,
      offsetMs: 0,
      volume: 0,
    })
    return { folder, screen, cue, started, ended, faults }
  }

  test('shows pictures, videos and bulletins in their turn, counts what was drawn, and is blank afterwards', async () => {
    const { folder, screen, cue, started, ended } = start()
    await until(() => screen.output() === 'headless')
    const video = make(
      join(folder, 'v.mp4'),
      '-f',
      'lavfi',
      '-i',
      'color=blue:s=320x180:d=3',
      '-pix_fmt',
      'yuv420p',
    )
    const text = join(folder, 'b.md')
    writeFileSync(text, '# Đường ống nước')
    const bulletin = (await ingestInto(folder, text)).path
    const at = Date.now() + 1_500
    await screen.cue(cue('image', 'image', await picture(folder, 'red'), at, 1_000))
    await screen.cue(cue('video', 'video', video, at + 1_000, 1_000))
    await screen.cue(cue('bulletin', 'bulletin', bulletin, at + 2_000, 1_000))
    await until(() => started.has('image'))
    const during = async (until_: number) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, until_ - Date.now())))
      return middle((await screen.screenshot()) ?? new Uint8Array())
    }
    expect(await during(at + 500)).toBe('red')
    expect(await during(at + 1_500)).toBe('blue')
    await until(() => ended.size === 3)
    for (const key of ['image', 'video', 'bulletin']) {
      const end = ended.get(key)
      expect(end).toMatchObject({
        reason: 'done',
        measured: { kind: 'screen', output: 'headless' },
      })
      expect(end?.measured?.kind === 'screen' && end.measured.frames).toBeGreaterThan(1)
    }
    // One goes when the next comes: no time between them.
    expect(ended.get('image')?.endMono).toBeCloseTo(ended.get('video')?.startMono ?? 0, -2)
    expect(await during(Date.now())).toBe('black')
  })

  test('a browser that dies under a slide is noticed, and the board stands again', async () => {
    const { folder, screen, cue, started, ended, faults } = start()
    await until(() => screen.output() !== null)
    await screen.cue(cue('a', 'image', await picture(folder, 'red'), Date.now() + 400, 20_000))
    await until(() => started.has('a'))
    execSync(`pkill -9 -f "[-]-user-data-dir=${join(folder, 'profile')}"`)
    await until(() => ended.has('a'))
    expect(ended.get('a')?.reason).toBe('lost')
    await until(() => screen.output() !== null && faults.at(-1) === null, 40)
    await screen.cue(cue('b', 'image', await picture(folder, 'blue'), Date.now() + 400, 2_000))
    await until(() => ended.get('b')?.reason === 'done')
  })
})
