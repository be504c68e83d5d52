import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'puppeteer'
import type { Canvas } from '#protocol'

const PAGE = join(import.meta.dirname, '../../page')

export type BrowserOptions = {
  /** Chromium's path; undefined leaves it to puppeteer. */
  executable: string | undefined
  /** A folder that this browser may fill and that is emptied at every start. */
  profile: string
  canvas: Canvas
  /** Shows on a real display instead of nowhere. */
  isKiosk: boolean
}

/** Root has no user namespace to put the sandbox in: only then, and only then, without one. */
const sandboxFlags = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])

/** Starts a browser with the board's page in it. Nothing in it reaches a network. */
export const openBoard = async (
  options: BrowserOptions,
): Promise<{ browser: Browser; page: Page }> => {
  const { executable, profile, canvas, isKiosk } = options
  // Only boards load the browser's driver: a loudspeaker does without its memory.
  const { launch } = await import('puppeteer')
  rmSync(profile, { recursive: true, force: true })
  const browser = await launch({
    ...(executable && { executablePath: executable }),
    headless: !isKiosk,
    // Over a pipe there is no port to knock at, and the browser ends when we do.
    pipe: true,
    userDataDir: profile,
    defaultViewport: isKiosk ? null : { ...canvas, deviceScaleFactor: 1 },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...sandboxFlags(),
      ...(isKiosk
        ? ['--kiosk', `--window-size=${canvas.width},${canvas.height}`]
        : ['--disable-gpu']),
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--host-resolver-rules=MAP * ~NOTFOUND',
    ],
    ignoreDefaultArgs: isKiosk ? ['--enable-automation'] : [],
  })
  const page = (await browser.pages())[0] ?? (await browser.newPage())
  await page.goto(pathToFileURL(join(PAGE, 'index.html')).href)
  await page.addScriptTag({ path: join(PAGE, 'page.js') })
  return { browser, page }
}
