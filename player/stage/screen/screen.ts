import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Logger } from 'pino'
import type { Browser, Page } from 'puppeteer'
import type { Clock } from '../../time/clock.ts'
import { monotonicMs } from '../../time/monotonic.ts'
import type { Cue, Stage, StageEnd, StageEvents } from '../stage.ts'
import { type BrowserOptions, openBoard } from './browser.ts'
import { fontSheet } from './fonts.ts'

/** What the page offers (player/page/page.js), as far as it is called from here. */
declare const window: {
  board: {
    prepare(key: string, kind: string, source: string, offsetMs: number): Promise<void>
    show(key: string, at: number): Promise<number | null>
    finish(key: string): { shownAt: number | null; endedAt: number | null; frames: number } | null
  }
}

export type ScreenDeps = {
  browser: BrowserOptions
  clock: Clock
  log: Logger
  events: StageEvents
}

export type Screen = Stage & {
  /** What is on the board now, as JPEG; undefined while there is no board. */
  screenshot(): Promise<Uint8Array | undefined>
}

const FIRST_RESTART_MS = 1_000
const LONGEST_RESTART_MS = 60_000
/** A board that stood this long was a good one. */
const STABLE_MS = 60_000
/** The order to show travels to the browser this much before its instant. */
const AHEAD_MS = 150
/** A slide whose successor has not come by then leaves the board blank. */
const GRACE_MS = 120
const JPEG_QUALITY = 70

type Cued = { timers: NodeJS.Timeout[] }

/** The board: Chromium, brought back whenever it is lost. */
export const createScreen = ({ browser: options, clock, log, events }: ScreenDeps): Screen => {
  const cued = new Map<string, Cued>()
  const fonts = fontSheet()
  let open: { browser: Browser; page: Page; pageAhead: number } | undefined
  let isClosed = false
  let restart: NodeJS.Timeout | undefined
  let failures = 0
  let openedAt = monotonicMs()
  const LOST: StageEnd = { startMono: null, endMono: null, measured: null, reason: 'lost' }

  const forget = (key: string): boolean => {
    for (const timer of cued.get(key)?.timers ?? []) clearTimeout(timer)
    return cued.delete(key)
  }

  const lost = (reason: string) => {
    if (isClosed || restart) return
    log.error({ reason }, 'the board is lost; starting it again')
    events.onFault(reason)
    const browser = open?.browser
    open = undefined
    for (const key of [...cued.keys()]) if (forget(key)) events.onEnded(key, LOST)
    browser?.close().catch(() => browser.process()?.kill('SIGKILL'))
    if (monotonicMs() - openedAt > STABLE_MS) failures = 0
    const delayMs = Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** failures++)
    restart = setTimeout(() => {
      restart = undefined
      start().catch((error: Error) => lost(error.message))
    }, delayMs)
  }

  /** How far the page's clock is ahead of ours: the quickest of a few questions tells best. */
  const measurePageClock = async (page: Page): Promise<number> => {
    let best = { took: Number.POSITIVE_INFINITY, ahead: 0 }
    for (let count = 0; count < 8; count++) {
      const before = monotonicMs()
      const there = await page.evaluate(() => performance.now())
      const after = monotonicMs()
      if (after - before < best.took) {
        best = { took: after - before, ahead: there - (before + after) / 2 }
      }
    }
    return best.ahead
  }

  const start = async () => {
    const { browser, page } = await openBoard(options)
    if (isClosed) return browser.close()
    browser.once('disconnected', () => lost('the browser ended'))
    page.once('error', () => lost('the page crashed'))
    open = { browser, page, pageAhead: await measurePageClock(page) }
    openedAt = monotonicMs()
    events.onFault(null)
    log.info({ version: await browser.version() }, 'board open')
  }
  start().catch((error: Error) => lost(error.message))

  const finish = async (key: string, reason: StageEnd['reason']) => {
    if (!cued.has(key) || !open) return
    const { page, pageAhead } = open
    const drawn = await page.evaluate((name) => window.board.finish(name), key)
    if (!forget(key)) return
    events.onEnded(key, {
      startMono: drawn?.shownAt == null ? null : drawn.shownAt - pageAhead,
      endMono: drawn?.endedAt == null ? null : drawn.endedAt - pageAhead,
      measured: {
        kind: 'screen',
        output: options.isKiosk ? 'display' : 'headless',
        frames: drawn?.frames ?? 0,
      },
      reason,
    })
  }

  const show = async (key: string, startMono: number) => {
    if (!open) return
    const { page, pageAhead } = open
    const drawnAt = await page.evaluate(
      (name, at) => window.board.show(name, at),
      key,
      startMono + pageAhead,
    )
    if (drawnAt === null || !cued.has(key)) return
    const mono = drawnAt - pageAhead
    events.onStarted(key, { mono, errorMs: mono - startMono, skippedMs: 0 })
  }

  const at = (key: string, mono: number, work: () => Promise<void>) => {
    const guarded = () => work().catch((error: Error) => lost(error.message))
    cued.get(key)?.timers.push(setTimeout(guarded, Math.max(0, mono - monotonicMs())))
  }

  const sourceOf = async ({ item, path }: Cue): Promise<string> =>
    item.kind === 'bulletin'
      ? (await readFile(path, 'utf8')).replace('</style>', `</style>${fonts}`)
      : pathToFileURL(path).href

  return {
    leadMs: 3_000,

    prepare: async () => undefined,

    async cue(cue) {
      const { key, item, from, to, offsetMs } = cue
      if (!open) throw new Error('there is no board')
      if (item.kind === 'clip') throw new Error('a board plays no sound')
      const source = await sourceOf(cue)
      await open.page.evaluate(
        (name, kind, from_, offset) => window.board.prepare(name, kind, from_, offset),
        key,
        item.kind,
        source,
        offsetMs,
      )
      const startMono = clock.toMono(from)
      const endMono = clock.toMono(to)
      if (startMono === undefined || endMono === undefined) throw new Error('the time is not known')
      cued.set(key, { timers: [] })
      at(key, startMono - AHEAD_MS, () => show(key, startMono))
      at(key, endMono + GRACE_MS, () => finish(key, 'done'))
    },

    stop(key) {
      finish(key, 'stopped').catch((error: Error) => lost(error.message))
    },

    output: () => (open ? (options.isKiosk ? 'display' : 'headless') : null),

    async screenshot() {
      return open?.page.screenshot({ type: 'jpeg', quality: JPEG_QUALITY })
    },

    async close() {
      isClosed = true
      clearTimeout(restart)
      for (const key of [...cued.keys()]) await finish(key, 'stopped').catch(() => undefined)
      await open?.browser.close().catch(() => undefined)
    },
  }
}
