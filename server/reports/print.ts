import { rm } from 'node:fs/promises'

const PRINT_TIMEOUT_MS = 300_000

/** Root has no user namespace to put the sandbox in: only then, and only then, without one. */
const sandboxFlags = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])

export type PrintOptions = {
  /** Chromium's path; undefined leaves it to puppeteer. */
  executable: string | undefined
  /** A folder that the browser may fill. */
  profile: string
}

/** Prints a page to a PDF with Chromium. Nothing in it reaches a network. */
export const printPdf = async (
  html: string,
  path: string,
  { executable, profile }: PrintOptions,
): Promise<void> => {
  const { launch } = await import('puppeteer')
  const browser = await launch({
    ...(executable && { executablePath: executable }),
    pipe: true,
    userDataDir: profile,
    protocolTimeout: PRINT_TIMEOUT_MS,
    args: [
      ...sandboxFlags(),
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--proxy-server=127.0.0.1:9',
    ],
  })
  try {
    const page = await browser.newPage()
    await page.setJavaScriptEnabled(false)
    await page.setContent(html, { waitUntil: 'load', timeout: PRINT_TIMEOUT_MS })
    await page.pdf({
      path,
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      timeout: PRINT_TIMEOUT_MS,
    })
  } finally {
    await browser.close()
    await rm(profile, { recursive: true, force: true })
  }
}
