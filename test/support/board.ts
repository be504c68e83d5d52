import { join } from 'node:path'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { Canvas } from '#protocol'
import { openBoardPage, type Slide } from '../../player/stage/screen/board-page.ts'
import { launchBrowser } from '../../player/stage/screen/browser.ts'
import { fontSheet } from '../../player/stage/screen/fonts.ts'
import { monotonicMs } from '../../player/time/monotonic.ts'
import { tempFolder } from './temp-folder.ts'

export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
export const CANVAS = { width: 320, height: 180 }

/** A picture of one colour. */
export const picture = async (
  folder: string,
  colour: string,
  size: Canvas = CANVAS,
): Promise<string> => {
  const path = join(folder, `${colour}-${size.width}x${size.height}.webp`)
  await sharp({ create: { ...size, channels: 3, background: colour } })
    .webp({ lossless: true })
    .toFile(path)
  return path
}

/** What is in the middle of a picture, by its strongest colour. */
export const middle = async (image: Uint8Array): Promise<string> => {
  const { width, height } = await sharp(image).metadata()
  const { data } = await sharp(image)
    .extract({
      left: Math.floor(width / 2) - 4,
      top: Math.floor(height / 2) - 4,
      width: 8,
      height: 8,
    })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [red = 0, green = 0, blue = 0] = data
  if (red + green + blue < 60) return 'black'
  if (Math.min(red, green, blue) > 200) return 'white'
  return red > green && red > blue ? 'red' : blue > green ? 'blue' : 'green'
}

/** Whether a frame has nothing in it: all of it black, or all of it white. */
export const isEmpty = async (image: Uint8Array): Promise<boolean> => {
  const { channels } = await sharp(image).removeAlpha().stats()
  return channels.every(({ max }) => max < 24) || channels.every(({ min }) => min > 240)
}

/** A bulletin's page with the typefaces in it, as the stage hands it to the page. */
export const withFonts = (html: string): string =>
  html.replace('</style>', `</style>${fontSheet()}`)

export const slide = (kind: Slide['kind'], source: string, change: Partial<Slide> = {}): Slide => ({
  kind,
  source,
  startMono: monotonicMs(),
  offsetMs: 0,
  durationMs: 8_000,
  ...change,
})

/** The page of a board in a real Chromium. */
export const openPage = async (canvas: Canvas = CANVAS) => {
  const folder = tempFolder()
  const profile = join(folder, 'profile')
  const browser = await launchBrowser({ executable: CHROMIUM, profile, canvas, isKiosk: false })
  onTestFinished(() => browser.close())
  const board = await openBoardPage(browser, canvas, false)
  const show = async (key: string, what: Slide) => {
    await board.prepare(key, what)
    await board.show(key, 0)
  }
  /** Every frame that the browser sends out from now on, as PNG. */
  const film = async () => {
    const client = await board.page.createCDPSession()
    const frames: Buffer[] = []
    client.on('Page.screencastFrame', ({ data, sessionId }) => {
      frames.push(Buffer.from(data, 'base64'))
      void client.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
    })
    await client.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 })
    return async () => {
      await client.send('Page.stopScreencast')
      return frames
    }
  }
  return { folder, browser, board, page: board.page, show, film }
}
