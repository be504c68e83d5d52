import { rmSync } from 'node:fs'
import type { Browser } from 'puppeteer'
import type { Canvas } from '#protocol'

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
const sandboxFlags = (): string[] =>
  // The second keeps the first from being written across the board.
  process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []

/** Starts a browser that reaches no network. It ends when we do. */
export const launchBrowser = async (options: BrowserOptions): Promise<Browser> => {
  const { executable, profile, canvas, isKiosk } = options
  // Only boards load the browser's driver: a loudspeaker does without its memory.
  const { launch } = await import('puppeteer')
  rmSync(profile, { recursive: true, force: true })
  return launch({
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
        ? [
            '--kiosk',
            '--window-position=0,0',
            `--window-size=${canvas.width},${canvas.height}`,
            '--force-device-scale-factor=1',
          ]
        : ['--disable-gpu']),
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--disable-features=Translate,MediaRouter',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-session-crashed-bubble',
      '--hide-crash-restore-bubble',
      '--host-resolver-rules=MAP * ~NOTFOUND',
    ],
    ignoreDefaultArgs: isKiosk ? ['--enable-automation'] : [],
  })
}
