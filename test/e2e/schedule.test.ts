import type { KeyInput } from 'puppeteer'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Schedule } from '#protocol'
import { until } from '../support/until.ts'
import {
  click,
  closeWhatIsOpen,
  expectAccessible,
  focused,
  open,
  operate,
  page,
  press,
  problems,
  says,
  signIn,
  story,
  text,
} from './operator.ts'

/** An operator makes a programme in the panel, sees what it would do, publishes it, and asks why. */

// Being asked to sign in, and being told of a conflict, are answers.
operate({ width: 1440, height: 900 }, /401|409/)

beforeAll(async () => {
  await page.goto(story.server)
  await page.waitForSelector('input[autocomplete=username]')
  await signIn()
  await page.waitForSelector('nav')
})

const centre = async (selector: string) => {
  const element = await page.waitForSelector(selector, { timeout: 150_000 })
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
    await until(async () => (await page.$$('[data-asset]')).length === 1)
    const source = await page.$('[data-asset]')
    const target = await page.$('[data-droplist]')
    if (!source || !target) throw new Error('nothing to drag')
    await source.drag(target)
    await target.drop(source)
    await says('1 mục')
    await page.focus('aside input')
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
    await until(async () => (await first()).includes('Niềm tin mới'))
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
    await until(async () => (await tip()).includes('Trùng với “Truyền thanh cả ngày”'))
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
    await says('Chen ngang hoặc bị chen ngang')
    await says(`“Truyền thanh cả ngày”: “${LIST}” (Ưu tiên) chen ngang`)
    await press('Lưu vào bản nháp')
    await until(async () => (await blocksNamed(LIST)).length === 1)
    expect((await blocksNamed(LIST))[0]).toContain('chưa phát hành')
    await says('2 thay đổi chưa phát hành')
    await expectAccessible('timeline')
  })

  test('works the grid by keyboard: arrows, duplicate to the next day, undo, open', async () => {
    await open(`/schedule?date=${DAY}&view=week&channel=audio&hours=all`)
    await until(async () => (await blocksNamed(LIST)).length === 1)
    await page.focus('[role=grid]')
    const block = () =>
      page.evaluate(() => document.activeElement?.getAttribute('data-block') ?? null)
    const goOn = async (key: KeyInput) => {
      const before = await block()
      await page.keyboard.press(key)
      await until(async () => (await block()) !== before)
    }
    await goOn('ArrowDown')
    for (let step = 0; step < 12 && !(await focused()).startsWith(LIST); step++)
      await goOn('ArrowRight')
    expect(await focused()).toContain(LIST)
    await chord(['Control'], 'd')
    await until(async () => (await blocksNamed(LIST)).length === 2)
    await chord(['Control'], 'z')
    await until(async () => (await blocksNamed(LIST)).length === 1)
    await page.focus(`[aria-label^="${LIST}"]`)
    await page.keyboard.press('Enter')
    await says('Nội dung lần này')
    const told = () => page.$eval('[data-sentence]', (one) => one.textContent ?? '')
    await until(async () => (await told()).includes('1 cụm loa'))
    await says('Niềm tin mới')
    await expectAccessible('block')
    await closeWhatIsOpen()
  })

  test('creates, moves and resizes by keyboard, keeps its place, and takes all of it back', async () => {
    const before = await timeOf(LIST)
    await page.focus(`[aria-label^="${LIST}"]`)
    await chord(['Alt'], 'ArrowRight')
    await until(async () => (await timeOf(LIST)).startTime !== before.startTime)
    const moved = await timeOf(LIST)
    expect(minutes(moved.startTime) - minutes(before.startTime)).toBe(5)
    expect(minutes(moved.endTime) - minutes(before.endTime)).toBe(5)
    await until(async () => (await focused()).startsWith(`${LIST}, ${moved.startTime}`))
    await chord(['Alt', 'Shift'], 'ArrowRight')
    await until(async () => (await timeOf(LIST)).endTime !== moved.endTime)
    const longer = await timeOf(LIST)
    expect(longer.startTime).toBe(moved.startTime)
    expect(minutes(longer.endTime) - minutes(moved.endTime)).toBe(5)
    await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).endTime === moved.endTime)
    await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).startTime === before.startTime)
    expect(await timeOf(LIST)).toEqual(before)
    await until(async () => (await focused()).startsWith(`${LIST}, ${before.startTime}`))
    await page.keyboard.press('n')
    await says('Thêm lịch phát')
    // The first Escape would close the list of playlists that opened with the form.
    await press('Thôi')
    await until(async () => (await page.$('[role=dialog]')) === null)
  })

  test('obeys keys that come faster than their changes are saved, in their order', async () => {
    const before = await timeOf(LIST)
    await page.focus(`[aria-label^="${LIST}"]`)
    await chord(['Alt'], 'ArrowRight')
    await chord(['Alt'], 'ArrowRight')
    await chord(['Alt', 'Shift'], 'ArrowRight')
    await until(async () => minutes((await timeOf(LIST)).endTime) - minutes(before.endTime) === 15)
    const { startTime } = await timeOf(LIST)
    expect(minutes(startTime) - minutes(before.startTime)).toBe(10)
    await chord(['Alt', 'Shift'], 'ArrowRight')
    for (let count = 0; count < 4; count++) await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).endTime === before.endTime)
    expect(await timeOf(LIST)).toEqual(before)
    await until(async () => (await focused()).startsWith(`${LIST}, ${before.startTime}`))
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
    await until(async () => (await page.$('[role=dialog]')) === null)
    await chord(['Control'], 'z')
    await until(async () => (await timeOf(LIST)).extraDates.length === 0)
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
    await says('1 lịch bị chen ngang, cắt bớt hoặc không được phát')
    await says('xét trong 35 ngày tới')
    await expectAccessible('impact')
    await press('Phát hành tới 1 thiết bị')
    await until(
      async () => (await page.$('[data-rollout="1/1"]').then((one) => one !== null)) === true,
      120,
    )
    await says('Mọi thiết bị đã nhận.')
    await until(async () => !(await text()).includes('thay đổi chưa phát hành'))
    await expectAccessible('rollout')
  })

  test('asks why it is on air, and is told by which publication', async () => {
    await click(`[aria-label^="${LIST}"]`)
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
    await says('Tác động nếu khôi phục bản 1')
    await says('Ngừng')
    await press('Thôi')
    await until(async () => (await page.$('[role=dialog]')) === null)
    await press('Khôi phục')
    await says('Theo địa bàn')
    await press('Phát hành lại bản 1 tới 1 thiết bị')
    await says('khôi phục lần 1')
  })

  test('loses nothing where somebody else was quicker', async () => {
    await open('/schedule/playlists')
    await click('::-p-xpath(//a[.//h2="Chương trình truyền thanh"])')
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
    await until(async () => (await page.$('[role=alert]')) === null)
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
    await until(async () => (await sentence()).includes('cuối cùng'))
    // It holds what is not saved: it asks before it closes.
    await page.keyboard.press('Escape')
    await says('Bỏ thay đổi?')
    await click('::-p-aria([name="Bỏ và rời đi"])')
    await until(async () => (await page.$('[role=dialog]')) === null)
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
