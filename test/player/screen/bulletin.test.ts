import type { Page } from 'puppeteer'
import { expect, test } from 'vitest'
import { bulletinPage } from '../../../media/slides/bulletin.ts'
import { htmlPage } from '../../../media/slides/html-page.ts'
import { monotonicMs } from '../../../player/time/monotonic.ts'
import { openPage, slide, withFonts } from '../../support/board.ts'

const NOTICE = `# Tạm ngừng cấp nước

Để sửa đường ống, nước sinh hoạt sẽ ngừng:

- **Thời gian:** từ 08:00 đến 15:00 ngày mai
- **Nơi ngừng:** các ấp trong xã Định An
`
const KHMER = '# សេចក្ដីជូនដំណឹង\n\nសូមជម្រាបជូនប្រជាពលរដ្ឋទាំងអស់'

type Fitted = { fit: string | undefined; size: number; side: number; tick: number; rollBy: number }

/** What the page makes of a bulletin on a board of this size. */
const measured = async (
  page: Page,
  width: number,
  height: number,
  html: string,
): Promise<Fitted> => {
  const made = await page.evaluate(
    (source, w, h) =>
      (
        globalThis as unknown as {
          fitted: (slide: object, width: number, height: number) => Promise<string>
        }
      ).fitted({ source, startsAt: 0, offsetMs: 0, durationMs: 8_000 }, w, h),
    withFonts(html),
    width,
    height,
  )
  const rules = made.slice(made.lastIndexOf('<style>'))
  const px = (name: string) => Number(new RegExp(`[{;]${name}:([\\d.]+)px`).exec(rules)?.[1] ?? 0)
  return {
    fit: /data-fit="(\w+)"/.exec(made)?.[1],
    size: px('--size'),
    side: px('--side-size'),
    tick: px('--tick'),
    rollBy: px('--roll-by'),
  }
}

test('a text is as large as its board allows, and moves before it gets too small to read', async () => {
  const { page } = await openPage()
  for (const [width, height, text, how, smallest] of [
    [1920, 1080, NOTICE, 'still', 60],
    [1080, 1920, NOTICE, 'still', 60],
    [600, 400, NOTICE, 'still', 20],
    [1280, 720, NOTICE.repeat(6), 'roll', 20],
    [320, 180, KHMER.repeat(3), 'roll', 32],
    [320, 32, NOTICE, 'crawl', 16],
    [192, 16, NOTICE, 'crawl', 12],
  ] as const) {
    const { fit, size, rollBy } = await measured(page, width, height, bulletinPage(text))
    expect([width, height, fit]).toEqual([width, height, how])
    expect(size).toBeGreaterThanOrEqual(smallest)
    expect(size * 1.3).toBeLessThanOrEqual(height + 1)
    expect(rollBy > 0).toBe(how === 'roll')
  }
})

test('zones and the running line each find their size', async () => {
  const source = `---\nside: bottom\nticker: Bà con chú ý\n---\n${NOTICE}\n***\n## Số cần gọi\n\n- Công an: 113\n`
  const { page } = await openPage()
  const found = await measured(page, 1080, 1920, bulletinPage(source))
  expect(found.fit).toBe('still')
  expect(found.side).toBeGreaterThan(54)
  expect(found.tick).toBe(134)
})

test('a page that somebody wrote is shrunk to the board, never cut', async () => {
  const html = '<!doctype html><body style="margin:0"><div style="width:1280px;height:100px">Xã'
  const { page, board, show } = await openPage({ width: 640, height: 360 })
  await show('a', slide('bulletin', htmlPage(html)))
  expect((await board.screenshot()).length).toBeGreaterThan(0)
  const frame = page.frames().find((each) => each.url() === 'about:srcdoc')
  expect(frame).toBeDefined()
  const source = await page.evaluate("document.querySelector('iframe').srcdoc")
  expect(source).toContain('zoom:0.5')
})

test('Vietnamese stacked marks and Khmer are drawn by typefaces that the player carries', async () => {
  const { page, show } = await openPage({ width: 640, height: 360 })
  await show('a', slide('bulletin', withFonts(bulletinPage(`Ễ Ự ở\n\n${KHMER}`))))
  const client = await page.createCDPSession()
  await client.send('DOM.enable')
  await client.send('CSS.enable')
  const { root } = await client.send('DOM.getDocument', { depth: -1, pierce: true })
  const families = new Set<string>()
  const look = async (node: typeof root): Promise<void> => {
    if (node.nodeName === 'P' || node.nodeName === 'H1') {
      const { fonts } = await client.send('CSS.getPlatformFontsForNode', { nodeId: node.nodeId })
      for (const { familyName, isCustomFont } of fonts) {
        families.add(`${familyName}${isCustomFont ? '' : ' (of the machine)'}`)
      }
    }
    for (const child of [...(node.children ?? []), node.contentDocument]) {
      if (child) await look(child)
    }
  }
  await look(root)
  // The frame may live in a process of its own, where this session does not reach: ask it there.
  const frame = page.frames().find((each) => each.url() === 'about:srcdoc')
  if (families.size === 0 && frame) {
    const loaded = await frame.evaluate(
      "[...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family)",
    )
    for (const family of loaded as string[]) families.add(family.replaceAll('"', ''))
  }
  expect([...families].sort()).toEqual(['Be Vietnam Pro', 'Noto Sans Khmer'])
})

test('a running line moves by whole pixels a frame, and is where it should be by then', async () => {
  const source = withFonts(
    bulletinPage('---\nticker: Bà con chú ý phòng chống sốt xuất huyết\n---\n# A'),
  )
  const { page, show, board } = await openPage({ width: 640, height: 360 })
  await show('a', slide('bulletin', source, { startMono: monotonicMs() }))
  const early = await board.screenshot()
  await board.finish('a')
  // The same slide joined two seconds in: its line has moved on by then.
  await show('b', slide('bulletin', source, { startMono: monotonicMs(), offsetMs: 2_000 }))
  const made = String(await page.evaluate("document.querySelector('iframe').srcdoc"))
  const from = Number(/--from:(-?\d+)ms/.exec(made)?.[1])
  expect(from).toBeLessThan(-1_900)
  expect(from).toBeGreaterThan(-3_500)
  expect(Buffer.compare(early, await board.screenshot())).not.toBe(0)
})
