import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxePuppeteer } from '@axe-core/puppeteer'
import { type Browser, type KeyInput, launch, type Page } from 'puppeteer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Schedule } from '#protocol'
import { type Story, tellStory } from '../../demo/story.ts'
import { until } from '../support/until.ts'

/** An operator makes a programme in the panel, sees what it would do, publishes it, and asks why. */

const folder = mkdtempSync(join(tmpdir(), 'loabang-e2e-'))
let story: Story
let browser: Browser
let page: Page
const problems: string[] = []

beforeAll(async () => {
  story = await tellStory({
    CHECK: 'false',
    PORT: 0,
    DATA_DIR: folder,
    SEED_DIR: join(import.meta.dirname, '../../demo/seed'),
  })
  browser = await launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
    ],
  })
  page = await browser.newPage()
  // What is still gliding into its place is missed by a click.
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
  await page.setViewport({ width: 1440, height: 900 })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('dialog', (dialog) => void dialog.accept())
  page.on('console', (message) => {
    // Being asked to sign in, and being told of a conflict, are answers that the browser reports.
    if (message.type() === 'error' && !/401|409/.test(message.text()))
      problems.push(`${message.text()} ${message.location().url}`)
  })
  await page.goto(story.server)
  await page.waitForSelector('input[autocomplete=username]')
  await page.type('input[autocomplete=username]', 'admin')
  await page.type('input[autocomplete=current-password]', story.password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav')
})

afterAll(async () => {
  await browser?.close()
  await Promise.all(story?.children.map((child) => child.stop()) ?? [])
  rmSync(folder, { recursive: true, force: true })
})

const text = () => page.evaluate(() => document.body.textContent ?? '')
const says = (words: string) =>
  until(async () => (await text()).includes(words), 120).catch(async () => {
    throw new Error(
      `the page does not say “${words}”; ${page.url()} says: ${(await text()).slice(-1_500)} ${problems.join('; ')}`,
    )
  })
const press = async (name: string) => {
  const button = await page.waitForSelector(`::-p-aria([name="${name}"])`, { timeout: 15_000 })
  await button?.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  await button?.click()
}
const open = async (path: string) => {
  await page.goto(story.server + path)
  await page.waitForSelector('h1')
  await until(() => page.evaluate(() => !document.querySelector('[role=status]')), 120)
}
const closeWhatIsOpen = async () => {
  await page.keyboard.press('Escape')
  await until(async () => (await page.$('[role=dialog]')) === null, 20)
}
const expectAccessible = async (where: string) => {
  // It gives a page one second to answer, which a busy machine may need several times.
  let found: Awaited<ReturnType<AxePuppeteer['analyze']>> | undefined
  await until(async () => {
    found = await new AxePuppeteer(page)
      .setLegacyMode()
      .options({ resultTypes: ['violations'] })
      .analyze()
      .catch((error: Error) => {
        if (error.message.includes('not ready')) return undefined
        throw error
      })
    return found
  }, 60)
  const violations = found?.violations ?? []
  expect(
    violations.map(
      ({ id, nodes }) => `${where}: ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
    ),
  ).toEqual([])
}
const centre = async (selector: string) => {
  const element = await page.waitForSelector(selector, { timeout: 15_000 })
  const box = await element?.boundingBox()
  if (!box) throw new Error(`${selector} is not to be seen`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, box }
}
const tip = () => page.$eval('[data-drag-tip]', (element) => element.textContent ?? '')
const blocksNamed = (name: string) =>
  page.$$eval(
    '[data-block]',
    (all, wanted) =>
      all
        .map((one) => one.getAttribute('aria-label') ?? '')
        .filter((label) => label.startsWith(wanted)),
    name,
  )

const schedulesNow = (): Promise<Schedule[]> =>
  page.evaluate(async () => (await fetch('/api/schedules')).json())
const timeOf = async (named: string) => {
  const found = (await schedulesNow()).find(({ name }) => name === named)
  if (!found) throw new Error(`“${named}” is gone`)
  return found.time
}
const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
const chord = async (held: KeyInput[], key: KeyInput) => {
  for (const one of held) await page.keyboard.down(one)
  await page.keyboard.press(key)
  for (const one of held.toReversed()) await page.keyboard.up(one)
}

const LIST = 'Chương trình thử'
/** Tomorrow, or the day after it where that is a Sunday: what is copied to the next day stays in sight. */
const DAY = (() => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' })
  const [tomorrow, dayAfter] = [1, 2].map((days) => format.format(Date.now() + days * 86_400_000))
  return new Date(`${tomorrow}T00:00:00Z`).getUTCDay() === 0 ? dayAfter : tomorrow
})()

describe('an operator', () => {
  test('makes a playlist: finds clips without diacritics, drags one in, adds one, reorders by keyboard', async () => {
    await open('/schedule/playlists/new')
    await says('Thư viện')
    await page.type('::-p-aria([name="Tên danh sách"][role="textbox"])', LIST)
    await page.type('::-p-aria([name="Tìm nội dung (không cần dấu)"])', 'tiem chung')
    await until(async () => (await page.$$('[data-asset]')).length === 1, 20)
    const source = await page.$('[data-asset]')
    const target = await page.$('[data-droplist]')
    if (!source || !target) throw new Error('nothing to drag')
    await source.drag(target)
    await target.drop(source)
    await says('1 mục')
    await page.$eval('aside input', (input) => (input as HTMLInputElement).select())
    await page.keyboard.type('niem tin moi')
    await press('Thêm Chủ đề 1.1: Niềm tin mới, khí thế mới vào danh sách')
    await says('2 mục')
    const total = () => page.$eval('[data-total]', (one) => Number(one.getAttribute('data-total')))
    expect(await total()).toBeGreaterThan(10_000)
    const first = () => page.$eval('ol li', (one) => one.textContent ?? '')
    expect(await first()).toContain('tiêm chủng')
    await page.focus('ol li:nth-child(2) [data-grip]')
    await chord(['Alt'], 'ArrowUp')
    await until(async () => (await first()).includes('Niềm tin mới'), 10)
    await expectAccessible('playlist')
    await press('Lưu danh sách')
    await says(`Đã lưu “${LIST}” vào bản nháp`)
    await says('1 thay đổi chưa phát hành')
  })

  test('drags it onto the week and sees, before letting go, what is in the way', async () => {
    await open(`/schedule?date=${DAY}&view=day&channel=audio`)
    const from = await centre(`[data-palette="${LIST}"]`)
    const { box } = await centre('[data-row="0"]')
    await page.mouse.move(from.x - 40, from.y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 8 })
    await until(async () => (await tip()).includes('Trùng với “Truyền thanh cả ngày”'), 10)
    expect(await page.$eval('[data-clash]', (ghost) => ghost.getAttribute('data-clash'))).toBe(
      'conflict',
    )
    await page.mouse.up()
    await says('Thêm lịch phát')
    await says('Trùng giờ')
    await says('“Truyền thanh cả ngày” được phát.')
    await expectAccessible('form')
  })

  test('resolves the conflict by a higher class, and saves to the draft', async () => {
    const id = await page.$$eval(
      'label',
      (labels, wanted) => labels.find((label) => label.textContent === wanted)?.htmlFor,
      'Mức ưu tiên',
    )
    await page.$eval(`[id="${id}"]`, (input) => input.scrollIntoView({ block: 'start' }))
    await page.click(`[id="${id}"]`)
    const option = await page.waitForSelector(
      '::-p-xpath(//div[@role="option"][normalize-space()="Ưu tiên"])',
      { visible: true },
    )
    await option?.evaluate((element) => (element as HTMLElement).click())
    await says('Không trùng giờ với lịch nào.')
    await press('Lưu vào bản nháp')
    await until(async () => (await blocksNamed(LIST)).length === 1, 20)
    expect((await blocksNamed(LIST))[0]).toContain('chưa phát hành')
    await says('2 thay đổi chưa phát hành')
    await expectAccessible('timeline')
  })

  test('works the grid by keyboard: arrows, duplicate to the next day, undo, open', async () => {
    await open(`/schedule?date=${DAY}&view=week&channel=audio&hours=all`)
    await until(async () => (await blocksNamed(LIST)).length === 1, 20)
    await page.focus('[role=grid]')
    await page.keyboard.press('ArrowDown')
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    for (let step = 0; step < 12 && !(await focused()).startsWith(LIST); step++) {
      await page.keyboard.press('ArrowRight')
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    expect(await focused()).toContain(LIST)
    await chord(['Control'], 'd')
    await until(async () => (await blocksNamed(LIST)).length === 2, 20)
    await chord(['Control'], 'z')
    await until(async () => (await blocksNamed(LIST)).length === 1, 20)
    await page.focus(`[aria-label^="${LIST}"]`)
    await page.keyboard.press('Enter')
    await says('Nội dung lần này')
    const told = () => page.$eval('[data-sentence]', (one) => one.textContent ?? '')
    await until(async () => (await told()).includes('1 cụm loa'), 20)
    await says('Niềm tin mới')
    await expectAccessible('block')
    await closeWhatIsOpen()
  })

  test('creates, moves and resizes by keyboard, keeps its place, and takes all of it back', async () => {
    const before = await timeOf(LIST)
    await page.focus(`[aria-label^="${LIST}"]`)
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    await chord(['Alt'], 'ArrowRight')
    await until(async () => (await timeOf(LIST)).startTime !== before.startTime, 20)
    const moved = await timeOf(LIST)
    expect(minutes(moved.startTime) - minutes(before.startTime)).toBe(5)
    expect(minutes(moved.endTime) - minutes(before.endTime)).toBe(5)
    await until(async () => (await focused()).startsWith(`${LIST}, ${moved.startTime}`), 20)
    await chord(['Alt', 'Shift'], 'ArrowRight')
    await until(async () => (await timeOf(LIST)).endTime !== moved.endTime, 20)
    const longer = await timeOf(LIST)
    expect(longer.startTime).toBe(moved.startTime)
    expect(minutes(longer.endTime) - minutes(moved.endTime)).toBe(5)
    await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).endTime === moved.endTime, 20)
    await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).startTime === before.startTime, 20)
    expect(await timeOf(LIST)).toEqual(before)
    await until(async () => (await focused()).startsWith(`${LIST}, ${before.startTime}`), 20)
    await page.keyboard.press('n')
    await says('Thêm lịch phát')
    // The first Escape would close the list of playlists that opened with the form.
    await press('Thôi')
    await until(async () => (await page.$('[role=dialog]')) === null, 20)
  })

  test('copies the week to another, and taking that back leaves what was there', async () => {
    const before = await schedulesNow()
    await press('Việc khác')
    await press('Chép sang ngày khác …')
    await says('Sang (ngày đầu của mỗi bản chép)')
    await press('Sang (ngày đầu của mỗi bản chép)')
    const days = 'table button:not([data-outside]):not([disabled])'
    await page.waitForSelector(days, { visible: true })
    // The last day of the next month: whatever day it is today, another week than the one shown.
    await page.click('button[data-direction=next]')
    await page.$$eval(days, (all) => (all.at(-1) as HTMLElement).click())
    await page.keyboard.press('Escape')
    await expectAccessible('copy')
    await press('Chép vào bản nháp')
    await says('Đã chép thành')
    expect((await timeOf(LIST)).extraDates).toHaveLength(1)
    await until(async () => (await page.$('[role=dialog]')) === null, 20)
    await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).extraDates.length === 0, 20)
    const after = await schedulesNow()
    expect(after.map(({ id, time }) => ({ id, time }))).toEqual(
      before.map(({ id, time }) => ({ id, time })),
    )
    await says('2 thay đổi chưa phát hành')
  })

  test('looks at the impact, publishes exactly that, and watches the devices take it', async () => {
    await press('Xem tác động')
    await says('Theo địa bàn')
    await says('Xã Định An')
    await expectAccessible('impact')
    await press('Phát hành tới 1 thiết bị')
    await until(
      async () => (await page.$('[data-rollout="1/1"]').then((one) => one !== null)) === true,
      120,
    )
    await says('Mọi thiết bị đã nhận.')
    await until(async () => !(await text()).includes('thay đổi chưa phát hành'), 20)
    await expectAccessible('rollout')
  })

  test('asks why it is on air, and is told by which publication', async () => {
    const button = await page.waitForSelector(`[aria-label^="${LIST}"]`)
    await button?.click()
    await says('Niềm tin mới')
    await press('Vì sao phát')
    await says('Vì sao lúc')
    await says(`Phát vì lịch “${LIST}”, mức Ưu tiên.`)
    await says('Chen lên: Truyền thanh cả ngày.')
    await says('Theo bản phát hành số 2')
    await closeWhatIsOpen()
  })

  test('finds every publication in the history, and can bring back an earlier one', async () => {
    await open('/schedule/publications')
    await says('đang dùng')
    await press('Khôi phục')
    await says('Phát hành lại đúng bản số 1')
    await press('Phát hành lại bản 1')
    await says('khôi phục lần 1')
  })

  test('loses nothing where somebody else was quicker', async () => {
    await open('/schedule/playlists')
    const card = await page.waitForSelector('::-p-xpath(//a[.//h2="Chương trình truyền thanh"])')
    await card?.click()
    await says('Lưu danh sách')
    const playlists = await page.evaluate(async () => (await fetch('/api/playlists')).json())
    const { id, ...rest } = playlists.find(
      ({ name }: { name: string }) => name === 'Chương trình truyền thanh',
    )
    const status = await page.evaluate(
      async (path, body) =>
        (
          await fetch(path, {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body,
          })
        ).status,
      `/api/playlists/${id}`,
      JSON.stringify({ ...rest, name: 'Tên của người khác' }),
    )
    expect(status).toBe(200)
    await page.click('::-p-aria([name="Tên danh sách"][role="textbox"])', { count: 3 })
    await page.keyboard.type('Tên của tôi')
    await press('Lưu danh sách')
    await says('Người khác vừa sửa')
    await says('Tên của người khác')
    await expectAccessible('both versions')
    await press('Giữ bản của tôi')
    await says('Đã lưu “Tên của tôi” vào bản nháp')
  })

  test('nor in the policy of an area', async () => {
    await open('/schedule/policy')
    const { status, minutes } = await page.evaluate(async () => {
      const [root] = await (await fetch('/api/areas')).json()
      const path = `/api/areas/${root.id}/policy`
      const { own, version } = await (await fetch(path)).json()
      const sessions = [...document.querySelectorAll('input[type=checkbox]')].find((one) =>
        one.getAttribute('aria-label')?.includes('Số buổi mỗi ngày'),
      )
      ;(sessions as HTMLElement).click()
      const { status } = await fetch(`${path}?version=${version}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...own, minutesPerDay: 45 }),
      })
      return { status, minutes: own.minutesPerDay }
    })
    expect([status, minutes]).toEqual([200, null])
    await press('Lưu vào bản nháp')
    await says('Người khác vừa sửa')
    expect(
      await page.$$eval('[role=alert] td', (cells) => cells.map((one) => one.textContent)),
    ).toEqual([
      ...['Số buổi mỗi ngày', '2', 'theo cấp trên'],
      ...['Số phút mỗi ngày', 'theo cấp trên', '45'],
    ])
    await press('Lấy bản của người khác')
    await until(async () => (await page.$('[role=alert]')) === null, 20)
  })

  test('says the last day of every month in words, and is shown on it', async () => {
    await open('/schedule?edit=new')
    await page.waitForSelector('[role=dialog] [data-sentence]')
    await page.$$eval('[role=dialog] label', (all) =>
      all.find((one) => one.textContent === 'Hằng tháng')?.click(),
    )
    await says('Vào các ngày trong tháng')
    const press = (word: string) =>
      page.$$eval(
        '[role=dialog] label',
        (all, wanted) => all.find((one) => one.textContent === wanted)?.click(),
        word,
      )
    await press('Cuối tháng')
    const sentence = () => page.$eval('[data-sentence]', (one) => one.textContent ?? '')
    await until(async () => (await sentence()).includes('cuối cùng'), 20)
    await closeWhatIsOpen()
  })

  test('is told where an address leads nowhere', async () => {
    await open('/schedule-that-is-not')
    await says('Không có trang này')
    await expectAccessible('no page')
  })

  test.each([1440, 390])('meets no barrier on any page at %i pixels', async (width) => {
    await page.setViewport({ width, height: 844 })
    const [campaign] = await page.evaluate(async () => (await fetch('/api/campaigns')).json())
    const paths = [
      '/schedule',
      '/schedule?view=month',
      '/schedule?edit=new',
      '/schedule/playlists',
      '/schedule/playlists/new',
      '/schedule/policy',
      '/schedule/publications',
      '/campaigns',
      '/campaigns/new',
      `/campaigns/${campaign.id}`,
      `/campaigns/${campaign.id}?tab=coverage`,
      `/campaigns/${campaign.id}?tab=planner`,
    ]
    for (const path of paths) {
      await open(path)
      await new Promise((resolve) => setTimeout(resolve, 400))
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      )
      expect(overflow, path).toBeLessThanOrEqual(0)
      await expectAccessible(path)
    }
    await page.setViewport({ width: 1440, height: 900 })
  })

  test('met no error on the way', () => expect(problems).toEqual([]))
})
