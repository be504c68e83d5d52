import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxePuppeteer } from '@axe-core/puppeteer'
import { type Browser, launch, type Page, type Viewport } from 'puppeteer'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type Story, tellStory } from '../../demo/story.ts'
import { until } from '../support/until.ts'

/** An operator at a real browser, before the panel of a story of its own. */

export const folder = mkdtempSync(join(tmpdir(), 'loabang-e2e-'))
export let story: Story
/** The server that the pages are of. */
let at: Pick<Story, 'server' | 'password'>
export let page: Page
/** Errors that the browser met. */
export const problems: string[] = []
let browser: Browser | undefined

const { resolve } = createRequire(import.meta.url)
/** Read here: the package itself does not find it where the project's path has other letters than ASCII. */
const AXE = readFileSync(createRequire(resolve('@axe-core/puppeteer')).resolve('axe-core'), 'utf8')

const tellWhole = async (): Promise<Story> => {
  story = await tellStory({
    CHECK: 'false',
    PORT: 0,
    DATA_DIR: folder,
    SEED_DIR: join(import.meta.dirname, '../../demo/seed'),
  })
  return story
}

/**
 * Starts the story and its browser for the tests of a file, which are steps of one story: where one fails,
 * those after it are not run, because they would only wait for what does not come.
 * @param expected answers that the browser reports as errors, and that are none here
 * @param hasStory false where a test starts a server of its own and says so by `visit`
 */
export const operate = (viewport: Viewport, expected: RegExp, hasStory = true) => {
  beforeAll(async () => {
    if (hasStory) at = await tellWhole()
    browser = await launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      // Where no language is set it cannot read a file's name in Vietnamese.
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
      ],
    })
    page = await browser.newPage()
    // What is still gliding into its place is missed by a click.
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
    await page.setViewport(viewport)
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('dialog', (dialog) => void dialog.accept())
    await page.evaluateOnNewDocument(countUnanswered)
    page.on('console', (message) => {
      if (message.type() === 'error' && !expected.test(message.text()))
        problems.push(`${message.text()} ${message.location().url}`)
    })
  }, 300_000)

  let failed: string | undefined
  beforeEach(({ skip }) => {
    if (failed !== undefined) skip(`“${failed}” failed before`)
  })
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failed ??= task.name
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all(story?.children.map((child) => child.stop()) ?? [])
    rmSync(folder, { recursive: true, force: true })
  })
}

/** Opens the panel of another server than the story's, and signs in. */
export const visit = async (server: string, password: string) => {
  at = { server, password }
  await page.goto(server)
  await page.waitForSelector('input[autocomplete=username]')
  await signIn()
  await page.waitForSelector('nav')
}

declare global {
  interface Window {
    /** How many answers of the server the page waits for. */
    unanswered: number
  }
}

/** Runs in the page, before its own scripts. */
const countUnanswered = () => {
  const ask = window.fetch
  window.unanswered = 0
  window.fetch = async (...request) => {
    window.unanswered += 1
    try {
      return await ask(...request)
    } finally {
      window.unanswered -= 1
    }
  }
}

/** All that the page says. */
export const text = () => page.evaluate(() => document.body.textContent ?? '')

export const says = (words: string) =>
  until(async () => (await text()).includes(words)).catch(async () => {
    throw new Error(
      `the page does not say “${words}”; ${page.url()} says: ${(await text()).slice(-1_500)} ${problems.join('; ')}`,
    )
  })

/** Clicks what a selector names, once it has come to rest and nothing lies over it. */
export const click = async (selector: string) => {
  const reach = async () => {
    const element = await page.$(selector)
    const isReached = await element
      ?.evaluate(async (one) => {
        one.scrollIntoView({ block: 'center' })
        const place = () => JSON.stringify(one.getBoundingClientRect())
        const before = place()
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
        const { x, y, width, height } = one.getBoundingClientRect()
        const top = document.elementFromPoint(x + width / 2, y + height / 2)
        return place() === before && one.contains(top) && !one.matches(':disabled')
      })
      // It was drawn again meanwhile.
      .catch(() => false)
    return isReached ? element : undefined
  }
  let element: Awaited<ReturnType<typeof reach>>
  await until(async () => {
    element = await reach()
    return element
  }).catch(() => {
    throw new Error(`${selector} cannot be clicked; ${page.url()}`)
  })
  await element?.click()
}

/** Clicks what has a name. */
export const press = (name: string) => click(`::-p-aria([name="${name}"])`)

/** Opens a page, and waits until it has what it shows. */
export const open = async (path: string) => {
  await page.goto(at.server + path)
  await page.waitForSelector('h1')
  await until(() =>
    page.evaluate(async () => {
      const isDrawn = () => window.unanswered === 0 && !document.querySelector('[role=status]')
      const was = isDrawn()
      // An answer that has just come may ask for more when it is drawn.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      return was && isDrawn()
    }),
  )
}

export const signIn = async () => {
  await page.type('input[autocomplete=username]', 'admin')
  await page.type('input[autocomplete=current-password]', at.password)
  await page.keyboard.press('Enter')
}

/** Closes a dialog by its key, which only a dialog that has the focus hears. */
export const closeWhatIsOpen = async () => {
  await until(() =>
    page.evaluate(() => document.querySelector('[role=dialog]')?.contains(document.activeElement)),
  )
  await page.keyboard.press('Escape')
  await until(async () => (await page.$('[role=dialog]')) === null)
}

/** What has the focus, by its name. */
export const focused = () =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

export const expectAccessible = async (where = page.url()) => {
  // It gives a page one second to answer, which a busy machine may need several times.
  let found: Awaited<ReturnType<AxePuppeteer['analyze']>> | undefined
  await until(async () => {
    found = await new AxePuppeteer(page, AXE)
      .setLegacyMode()
      .options({ resultTypes: ['violations'] })
      .analyze()
      .catch((error: Error) => {
        if (error.message.includes('not ready')) return undefined
        throw error
      })
    return found
  })
  const violations = found?.violations ?? []
  expect(
    violations.map(
      ({ id, nodes }) => `${where}: ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
    ),
  ).toEqual([])
}
