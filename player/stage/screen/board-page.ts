import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, CDPSession, HTTPRequest, Page } from 'puppeteer'
import type { Canvas, DurationMs } from '#protocol'
import { monotonicMs } from '../../time/monotonic.ts'

const FOLDER = join(import.meta.dirname, '../../page')
const ADDRESS = pathToFileURL(join(FOLDER, 'index.html')).href
const SCRIPTS = ['fit.js', 'page.js']
const JPEG_QUALITY = 70
const CLOCK_QUESTIONS = 8

export type Slide = {
  kind: 'image' | 'video' | 'bulletin'
  /** Address of the picture or video on this device; a bulletin's whole page. */
  source: string
  startMono: number
  offsetMs: DurationMs
  durationMs: DurationMs
}

/** What was drawn of a slide; instants are monotonic ms. */
export type Drawn = { shownAt: number | null; endedAt: number | null; frames: number }

/** What the page offers (player/page/page.js), as far as it is called from here. */
declare const window: {
  board: {
    setCanvas(width: number, height: number): void
    prepare(
      key: string,
      source: {
        kind: string
        source: string
        startsAt: number
        offsetMs: number
        durationMs: number
      },
    ): Promise<void>
    show(key: string, at: number): Promise<number | null>
    takeOver(key: string, drawn: Drawn): void
    drawn(key: string): Drawn | null
    finish(key: string): Drawn | null
  }
}

const scriptOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')

/** How far the page's clock is ahead of ours: the quickest of a few questions tells best. */
const measureAhead = async (page: Page): Promise<number> => {
  let best = { took: Number.POSITIVE_INFINITY, ahead: 0 }
  for (let count = 0; count < CLOCK_QUESTIONS; count++) {
    const before = monotonicMs()
    const there = await page.evaluate(() => performance.now())
    const after = monotonicMs()
    if (after - before < best.took) {
      best = { took: after - before, ahead: there - (before + after) / 2 }
    }
  }
  return best.ahead
}

/** Without a window manager nobody makes the window as large as the board: we do. */
const placeWindow = async (client: CDPSession, { width, height }: Canvas): Promise<void> => {
  const { windowId, bounds } = await client.send('Browser.getWindowForTarget')
  if (bounds.windowState !== 'normal') return
  // Chromium takes a pixel off a window that is exactly as large as the display.
  const place = { left: 0, top: 0, width: width + 1, height: height + 1 }
  await client.send('Browser.setWindowBounds', { windowId, bounds: place })
}

export type BoardPage = Awaited<ReturnType<typeof openBoardPage>>

/**
 * The board's page in a browser that has just been started. It gets our own files and the slides that
 * it was told of, and every other request ends here.
 */
export const openBoardPage = async (browser: Browser, firstCanvas: Canvas, isKiosk: boolean) => {
  const page = (await browser.pages())[0] ?? (await browser.newPage())
  let canvas = firstCanvas
  let ahead = 0
  const allowed = new Map<string, string>()
  const refused: string[] = []
  await page.setRequestInterception(true)
  page.on('request', (request: HTTPRequest) => {
    const url = request.url()
    const isOurs = url === ADDRESS || [...allowed.values()].includes(url)
    if (isOurs || /^(data:|about:)/.test(url)) return void request.continue().catch(() => undefined)
    refused.push(url.slice(0, 200))
    return void request.abort('blockedbyclient').catch(() => undefined)
  })

  const load = async () => {
    if (isKiosk) await placeWindow(await page.createCDPSession(), canvas)
    else await page.setViewport({ ...canvas, deviceScaleFactor: 1 })
    await page.goto(ADDRESS)
    for (const script of SCRIPTS) await page.evaluate(scriptOf(script))
    await page.evaluate((size) => window.board.setCanvas(size.width, size.height), canvas)
    ahead = await measureAhead(page)
  }
  await load()

  const ours = (drawn: Drawn | null): Drawn | null =>
    drawn && {
      shownAt: drawn.shownAt === null ? null : drawn.shownAt - ahead,
      endedAt: drawn.endedAt === null ? null : drawn.endedAt - ahead,
      frames: drawn.frames,
    }

  return {
    page,
    /** Addresses that something in the page asked for and did not get. */
    refused: (): readonly string[] => refused,

    /** Rejects what cannot be decoded. */
    async prepare(key: string, { startMono, ...slide }: Slide): Promise<void> {
      if (slide.kind !== 'bulletin') allowed.set(key, slide.source)
      const source = { ...slide, startsAt: startMono + ahead }
      try {
        await page.evaluate((name, what) => window.board.prepare(name, what), key, source)
      } catch (error) {
        allowed.delete(key)
        throw error
      }
    },

    /** @returns when it was drawn, or null where it had been taken back */
    async show(key: string, atMono: number): Promise<number | null> {
      const at = atMono + ahead
      const drawnAt = await page.evaluate((name, when) => window.board.show(name, when), key, at)
      return drawnAt === null ? null : drawnAt - ahead
    },

    async finish(key: string): Promise<Drawn | null> {
      allowed.delete(key)
      return ours(await page.evaluate((name) => window.board.finish(name), key))
    },

    /**
     * Begins anew, with nothing of what it had gathered. Where something is shown, a picture of it
     * stands in from the first frame on: the browser holds the old page's last frame until then.
     * @param key of the slide that is shown; undefined: the board is blank
     */
    async renew(key: string | undefined, newCanvas: Canvas): Promise<void> {
      const drawn =
        key === undefined
          ? null
          : ours(await page.evaluate((name) => window.board.drawn(name), key))
      const picture = drawn && (await page.screenshot({ type: 'png', encoding: 'base64' }))
      const { identifier } = await page.evaluateOnNewDocument(
        `window.standIn = ${JSON.stringify(picture && `data:image/png;base64,${picture}`)}\n${scriptOf('stand-in.js')}`,
      )
      canvas = newCanvas
      allowed.clear()
      await load()
      await page.removeScriptToEvaluateOnNewDocument(identifier)
      if (key === undefined || !drawn) return
      const shownAt = drawn.shownAt === null ? null : drawn.shownAt + ahead
      await page.evaluate((name, before) => window.board.takeOver(name, before), key, {
        ...drawn,
        shownAt,
      })
    },

    /** JPEG. */
    screenshot: (): Promise<Uint8Array> =>
      page.screenshot({ type: 'jpeg', quality: JPEG_QUALITY, clip: { x: 0, y: 0, ...canvas } }),

    /** Rejects where it does not answer. */
    ping: (): Promise<unknown> => page.evaluate(() => 1),
  }
}
