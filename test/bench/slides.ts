import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'puppeteer'
import sharp from 'sharp'
import { openBoardPage } from '../../player/stage/screen/board-page.ts'
import { launchBrowser } from '../../player/stage/screen/browser.ts'
import { treeMemoryBytes } from '../../player/stage/screen/process-memory.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'

const CANVAS = { width: 1280, height: 720 }
const WARM_UP = 20
const SWITCHES = 150
const FILMED = 40
const MEGABYTE = 1_000_000

const noise = async (folder: string, index: number): Promise<string> => {
  const path = join(folder, `${index}.webp`)
  const grain = { type: 'gaussian' as const, mean: 128, sigma: 40 }
  const create = { ...CANVAS, channels: 3 as const, background: 'grey', noise: grain }
  await sharp({ create }).webp({ quality: 80 }).toFile(path)
  return pathToFileURL(path).href
}

/** Frames in which there is nothing, of all that the browser sent out during the work. */
const filmed = async (page: Page, work: () => Promise<void>) => {
  const client = await page.createCDPSession()
  const frames: Buffer[] = []
  client.on('Page.screencastFrame', ({ data, sessionId }) => {
    frames.push(Buffer.from(data, 'base64'))
    void client.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
  })
  await client.send('Page.startScreencast', { format: 'jpeg', maxWidth: 320, maxHeight: 180 })
  await work()
  await client.send('Page.stopScreencast')
  let empty = 0
  for (const frame of frames) {
    const { channels } = await sharp(frame).stats()
    if (channels.every(({ stdev }) => stdev < 2)) empty += 1
  }
  return { frames: frames.length, empty }
}

/** Slides that follow one another fast: frames without content, lateness, and memory over hundreds. */
export const slides = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const executable = process.env.CHROMIUM_PATH
  const options = { executable, profile: join(folder, 'profile'), canvas: CANVAS, isKiosk: false }
  const browser = await launchBrowser(options)
  try {
    const board = await openBoardPage(browser, CANVAS, false)
    const sources = await Promise.all([0, 1, 2, 3].map((index) => noise(folder, index)))
    const late: number[] = []
    let turn = 0
    const switchOnce = async () => {
      const key = String(turn)
      const source = sources[turn % sources.length] ?? ''
      const slide = { kind: 'image' as const, source, offsetMs: 0, durationMs: 1_000 }
      await board.prepare(key, { ...slide, startMono: monotonicMs() })
      const at = monotonicMs() + 50
      late.push(((await board.show(key, at)) ?? Number.NaN) - at)
      await board.finish(String(turn - 1))
      turn += 1
    }
    const memory = async () => (await treeMemoryBytes(browser.process()?.pid ?? 0)) / MEGABYTE
    for (let count = 0; count < WARM_UP; count++) await switchOnce()
    const before = await memory()
    const ours = await filmed(board.page, async () => {
      for (let count = 0; count < FILMED; count++) await switchOnce()
    })
    for (let count = FILMED; count < SWITCHES; count++) await switchOnce()
    const grown = (await memory()) - before
    const figures = {
      'switches filmed': FILMED,
      'frames captured': ours.frames,
      'frames without content': ours.empty,
      'first frame late, p50 ms': rounded(percentile(late.map(Math.abs), 0.5)),
      'first frame late, p99 ms': rounded(percentile(late.map(Math.abs), 0.99)),
      [`memory after ${WARM_UP} slides, MB`]: rounded(before),
      [`memory grown in ${SWITCHES} more, MB`]: rounded(grown),
    }
    return reportOf('slides', {
      figures,
      limit: { 'one frame at 60 Hz, ms': rounded(1000 / 60) },
      goals: [
        atMost('frames without content', ours.empty, 0),
        atMost('memory grown, MB', rounded(grown), 60),
      ],
    })
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
