import type { Logger } from 'pino'
import type { Browser } from 'puppeteer'
import type { Canvas } from '#protocol'
import { contained } from '../../supervise/contained.ts'
import { monotonicMs } from '../../time/monotonic.ts'
import { type BoardPage, openBoardPage } from './board-page.ts'
import { type BrowserOptions, launchBrowser } from './browser.ts'
import { treeMemoryBytes } from './process-memory.ts'
import { within } from './within.ts'

export type BoardOptions = BrowserOptions & {
  /** Above this the page, and if that does not help the browser, is renewed when it does not show. */
  memoryLimitBytes: number
  /** Above this nobody waits for a good moment any more; twice the limit where nothing is said. */
  memoryCeilingBytes?: number
  /** How often the browser is asked how it is. */
  checkEveryMs?: number
}

export type BoardDeps = {
  options: BoardOptions
  log: Logger
  onOpen: () => void
  /** @param isByContent the page itself crashed, hung or grew: what it was given may be why */
  onLost: (reason: string, isByContent: boolean) => void
}

const FIRST_RESTART_MS = 500
const LONGEST_RESTART_MS = 60_000
/** A board that stood this long was a good one. */
const STABLE_MS = 60_000
const CHECK_EVERY_MS = 10_000
const ANSWER_MS = 10_000
const RENEWAL_MS = 10_000

type Open = { browser: Browser; page: BoardPage }

/** A browser with the board's page in it, brought back whenever it is lost, renewed when it grows. */
export const createBoard = ({ options, log, onOpen, onLost }: BoardDeps) => {
  const { memoryLimitBytes, memoryCeilingBytes = 2 * memoryLimitBytes } = options
  let { canvas } = options
  let open: Open | undefined
  let isClosed = false
  let restart: NodeJS.Timeout | undefined
  let failures = 0
  let openedAt = monotonicMs()
  let memoryBytes = 0
  let isRenewed = false
  let isDue = false
  /** A page that is being loaded answers nobody. */
  let isRenewing = false

  const discard = (browser: Browser) => {
    browser.close().catch(() => browser.process()?.kill('SIGKILL'))
  }

  const begin = (delayMs: number) => {
    restart = setTimeout(() => {
      restart = undefined
      start().catch((error: Error) => lost(error.message))
    }, delayMs)
  }

  const lost = (reason: string, isByContent = false) => {
    if (isClosed || restart) return
    log.error({ reason }, 'the board is lost; starting it again')
    const browser = open?.browser
    open = undefined
    if (browser) discard(browser)
    onLost(reason, isByContent)
    if (monotonicMs() - openedAt > STABLE_MS) failures = 0
    begin(Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** failures++))
  }

  const start = async () => {
    const browser = await launchBrowser({ ...options, canvas })
    if (isClosed) return discard(browser)
    browser.once('disconnected', () => {
      if (open?.browser === browser) lost('the browser ended')
    })
    const page = await openBoardPage(browser, canvas, options.isKiosk)
    if (isClosed) return discard(browser)
    page.page.once('error', () => {
      if (open?.browser === browser) lost('the page crashed', true)
    })
    open = { browser, page }
    openedAt = monotonicMs()
    isRenewed = false
    isDue = false
    log.info({ version: await browser.version() }, 'board open')
    return onOpen()
  }
  start().catch((error: Error) => lost(error.message))

  const check = async () => {
    const looked = open
    if (!looked || isRenewing) return
    try {
      await within(ANSWER_MS, 'a question to the page', looked.page.ping())
    } catch (error) {
      if (open === looked && !isRenewing) lost((error as Error).message, true)
      return
    }
    memoryBytes = await treeMemoryBytes(looked.browser.process()?.pid ?? 0)
    if (memoryBytes <= memoryLimitBytes) isRenewed = false
    else isDue = true
    if (open === looked && memoryBytes > memoryCeilingBytes) {
      lost('the browser takes too much memory', true)
    }
  }
  const checking = setInterval(
    contained(log, 'the board could not be checked', check),
    options.checkEveryMs ?? CHECK_EVERY_MS,
  )

  return {
    page: (): BoardPage | undefined => open?.page,

    memoryBytes: () => memoryBytes,

    /** Whether the page is to be renewed as soon as nobody would see it. */
    isDue: () => isDue && open !== undefined,

    /** Lets the page begin anew. With `key` the board goes on showing what that slide looks like now. */
    async renew(key: string | undefined): Promise<void> {
      const was = open
      if (!was) return
      isRenewing = true
      try {
        await within(RENEWAL_MS, 'the renewal', was.page.renew(key, canvas))
        log.info({ memoryBytes, wasRenewed: isRenewed }, 'the page of the board is renewed')
        isDue = false
        isRenewed = true
      } catch (error) {
        if (open === was) lost((error as Error).message)
      } finally {
        isRenewing = false
      }
    },

    /** Starts the browser anew where a fresh page was not enough. Only while nothing is shown. */
    async restartIfSpent(): Promise<boolean> {
      if (!open || !isDue || !isRenewed) return false
      log.info({ memoryBytes }, 'the browser of the board is started anew')
      const { browser } = open
      open = undefined
      await browser.close().catch(() => browser.process()?.kill('SIGKILL'))
      if (!restart && !isClosed) begin(0)
      return true
    },

    setCanvas(now: Canvas): void {
      if (now.width === canvas.width && now.height === canvas.height) return
      canvas = now
      isDue = true
    },

    async close(): Promise<void> {
      isClosed = true
      clearTimeout(restart)
      clearInterval(checking)
      await open?.browser.close().catch(() => undefined)
    },
  }
}
