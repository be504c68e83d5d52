import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, type Page } from 'puppeteer'
import { fillProvince } from './fill-province.ts'
import { atMost, percentile, type Report, reportOf, rounded } from './report.ts'
import { PASSWORD, startServer } from './rig.ts'

const COMMUNES = 150
const OPENINGS = 5
const DRAG_STEPS = 240
/** So tall that every row of the week is in sight: nothing is left undrawn. */
const ALL_ROWS_PX = 6_800
const SCREEN = { width: 1366, height: 768 }
const MONDAY = '2026-11-23'

/** What runs in the page is told as text: this project knows no page. */
const untilDrawn = (rows: number) => `new Promise((resolve) => {
  const look = () => {
    const drawn = document.querySelectorAll('[data-row]').length
    const isFilled = document.querySelectorAll('[data-block]').length > drawn
    if (drawn < ${rows} || !isFilled) requestAnimationFrame(look)
    // What is in the page by this frame is on the screen by the next.
    else requestAnimationFrame(() => resolve(performance.now()))
  }
  look()
})`

const UNTIL_GHOST = `new Promise((resolve) => {
  const look = () => {
    if (!document.getElementById('ghost')) requestAnimationFrame(look)
    else requestAnimationFrame(() => resolve(performance.now()))
  }
  look()
})`

const STAMP_FRAMES = `(() => {
  window.stamps = []
  const tick = (at) => {
    window.stamps.push(at)
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
})()`

/** From navigation until something is painted, ms by the page's own clock. */
const opening = async (page: Page, url: string, painted: string): Promise<number> => {
  await page.goto(url, { waitUntil: 'domcontentloaded' })
  return (await page.evaluate(painted)) as number
}

const openWeek = (page: Page, url: string, rows: number) => opening(page, url, untilDrawn(rows))

/** Frames of the page while the mouse drags from a point to the right, as intervals in ms. */
const dragging = async (page: Page, from: { x: number; y: number }, reach: number) => {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.evaluate(STAMP_FRAMES)
  for (let step = 1; step <= DRAG_STEPS; step++) {
    const share = step / DRAG_STEPS
    await page.mouse.move(from.x + reach * share, from.y + 60 * Math.sin(share * 12))
  }
  const stamps = (await page.evaluate('window.stamps')) as number[]
  const isDragged = (await page.evaluate(
    `document.querySelector('[data-drag-tip]') !== null`,
  )) as boolean
  await page.keyboard.press('Escape')
  await page.mouse.up()
  const gaps = stamps.slice(1).map((at, index) => at - (stamps[index] ?? at))
  return { gaps, isDragged }
}

const perSecond = (gaps: readonly number[]): number =>
  1000 / (gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length))

/** The same number of boxes in a page without a program, one of which follows the mouse. */
const rawPage = (rows: number, blocks: number): string => {
  const row = (index: number) =>
    `<div style="position:absolute;left:0;top:${index * 34}px;height:34px;width:1100px">${Array.from(
      { length: blocks },
      (_, at) =>
        `<button style="position:absolute;left:${at * 48}px;top:4px;width:14px;height:24px;background:#0b5fa5;border:0">${at}</button>`,
    ).join('')}</div>`
  return `<!doctype html><meta charset="utf-8"><div style="position:relative" id="rows">${Array.from(
    { length: rows },
    (_, index) => row(index),
  ).join(
    '',
  )}</div><div id="ghost" style="position:fixed;width:40px;height:24px;background:#0b6e58"></div>
<script>addEventListener('mousemove',(e)=>{ghost.style.transform='translate('+e.clientX+'px,'+e.clientY+'px)'})</script>`
}

const startRaw = async (html: string) => {
  const http = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(html)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, close: () => http.close() }
}

/** The week of 150 communes: navigation → what is in sight painted, and frames while a block is dragged. */
export const panelWeek = async (): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'loabang-bench-'))
  const { child: server, url } = await startServer(join(folder, 'data'))
  const browser = await launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
    ],
  })
  try {
    await fillProvince(url, PASSWORD, join(folder, 'media'), {
      communes: COMMUNES,
      startDate: MONDAY,
    })
    const page = await browser.newPage()
    await page.setViewport(SCREEN)
    await page.goto(url)
    await page.waitForSelector('input[autocomplete=username]')
    await page.type('input[autocomplete=username]', 'admin')
    await page.type('input[autocomplete=current-password]', PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('nav')

    const week = `${url}/schedule?date=${MONDAY}&hours=air`
    await openWeek(page, week, 10)
    const inSight: number[] = []
    for (let count = 0; count < OPENINGS; count++) inSight.push(await openWeek(page, week, 10))
    await page.setViewport({ ...SCREEN, height: ALL_ROWS_PX })
    const all: number[] = []
    for (let count = 0; count < OPENINGS; count++) all.push(await openWeek(page, week, COMMUNES))
    const blocks = await page.$$eval('[data-block]', (found) => found.length)

    await page.setViewport(SCREEN)
    await openWeek(page, week, 10)
    const button = await page.waitForSelector('[data-row="2"] [data-block]')
    const box = await button?.boundingBox()
    if (!box) throw new Error('no block is to be seen')
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    const ours = await dragging(page, middle, 500)
    if (!ours.isDragged) throw new Error('the block was not dragged')

    const raw = await startRaw(rawPage(COMMUNES, Math.round(blocks / COMMUNES)))
    await page.setViewport({ ...SCREEN, height: ALL_ROWS_PX })
    const rawOpenings: number[] = []
    for (let count = 0; count < OPENINGS; count++)
      rawOpenings.push(await opening(page, raw.url, UNTIL_GHOST))
    await page.setViewport(SCREEN)
    await opening(page, raw.url, UNTIL_GHOST)
    const bare = await dragging(page, middle, 500)
    raw.close()

    const openMs = rounded(percentile(inSight, 0.5))
    const framesPerSecond = rounded(perSecond(ours.gaps))
    return reportOf('panel-week', {
      figures: {
        communes: COMMUNES,
        'blocks in the week': blocks,
        'open, rows in sight painted: median ms': openMs,
        'open, rows in sight painted: worst ms': rounded(Math.max(...inSight)),
        'on a screen so tall that every row is in sight: median ms': rounded(percentile(all, 0.5)),
        'dragging: frames a second': framesPerSecond,
        'dragging: p95 between frames ms': rounded(percentile(ours.gaps, 0.95)),
      },
      limit: {
        'static page of as many boxes: median ms': rounded(percentile(rawOpenings, 0.5)),
        'one box after the mouse: frames a second': rounded(perSecond(bare.gaps)),
        'one box after the mouse: p95 between frames ms': rounded(percentile(bare.gaps, 0.95)),
      },
      goals: [
        atMost('open, rows in sight painted, median ms', openMs, 1_000),
        atMost('mean between frames while dragging, ms', rounded(1000 / framesPerSecond, 2), 20),
      ],
    })
  } finally {
    await browser.close()
    server.kill('SIGTERM')
    await new Promise((resolve) => server.once('close', resolve))
    rmSync(folder, { recursive: true, force: true })
  }
}
