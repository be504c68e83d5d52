import { type Browser, launch, type Page } from 'puppeteer'
import { expect, onTestFinished, test } from 'vitest'
import type { Schedule } from '#protocol'
import { openOffice, playlistBody } from '../support/office.ts'
import { PASSWORD } from '../support/server.ts'
import { until } from '../support/until.ts'

/** The form of a schedule by clicks: what it says, what it saves, and that it shows the same again. */

const openPanel = async (url: string, width: number): Promise<{ browser: Browser; page: Page }> => {
  const browser = await launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
    ],
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
  await page.setViewport({ width, height: 900 })
  await page.goto(url)
  await page.waitForSelector('input[autocomplete=username]')
  await page.type('input[autocomplete=username]', 'admin')
  await page.type('input[autocomplete=current-password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav')
  return { browser, page }
}

/** What can be done in the form, by the words on it. */
const formOf = (page: Page) => {
  const labelled = (word: string, act: 'click' | 'read') =>
    page.$$eval(
      '[role=dialog] label',
      (all, wanted, what) => {
        const label = all.find((one) => one.textContent === wanted)
        if (what === 'click') label?.click()
        const field = label?.htmlFor ? document.getElementById(label.htmlFor) : null
        return field instanceof HTMLInputElement && field.checked
      },
      word,
      act,
    )
  return {
    choose: (word: string) => labelled(word, 'click'),
    isChosen: (word: string) => labelled(word, 'read'),
    async put(word: string, wanted: boolean) {
      if ((await labelled(word, 'read')) !== wanted) await labelled(word, 'click')
      await until(async () => (await labelled(word, 'read')) === wanted)
    },
    async pick(field: string, option: string) {
      const element = await page.waitForSelector(`::-p-aria([name="${field}"][role="combobox"])`)
      await element?.evaluate((one) => one.scrollIntoView({ block: 'center' }))
      await element?.click()
      await until(() =>
        page.$$eval(
          '[role=option]',
          (all, wanted) => {
            const found = all.find(
              (one) => one.textContent?.startsWith(wanted) && one.getClientRects().length > 0,
            )
            if (found instanceof HTMLElement) found.click()
            return found !== undefined
          },
          option,
        ),
      )
    },
    async fill(field: string, text: string) {
      const element = await page.waitForSelector(`::-p-aria([name="${field}"])`)
      await element?.click({ count: 3 })
      await page.keyboard.type(text)
    },
    sentence: () => page.$eval('[data-sentence]', (one) => one.textContent ?? ''),
  }
}

test.each([1440, 390])(
  'the second and fourth Saturday, at minute 50 of every hour, by clicks at %i px',
  async (width) => {
    const { url, admin, areas, clip, device } = await openOffice('sqlite')
    const areaId = areas['30964'] ?? ''
    await device('30964')
    await admin.post('/api/playlists', playlistBody(areaId, [await clip('a')], { name: 'Báo giờ' }))
    const { page } = await openPanel(url, width)
    await page.goto(`${url}/schedule?edit=new&from=06:00&to=09:00`)
    await page.waitForSelector('[role=dialog] [data-sentence]')
    const form = formOf(page)

    await form.pick('Danh sách phát', 'Báo giờ')
    await form.pick('Địa bàn (kể cả cấp dưới)', 'Xã Định An')
    await form.choose('Thứ trong tháng')
    await until(async () => (await form.sentence()).includes('hằng tháng'))
    for (const nth of ['thứ hai', 'thứ tư']) await form.put(nth, true)
    for (const nth of ['thứ nhất', 'thứ ba', 'cuối cùng']) await form.put(nth, false)
    await form.put('Thứ 7', true)
    for (const day of ['Thứ 2', 'Thứ 3', 'Thứ 4', 'Thứ 5', 'Thứ 6', 'Chủ nhật'])
      await form.put(day, false)
    await until(async () =>
      (await form.sentence()).includes('Thứ 7 lần thứ hai, thứ tư hằng tháng'),
    )

    await form.pick('Phát mấy lần trong khung giờ', 'Vào một phút của mỗi giờ')
    await form.fill('Vào phút thứ mấy', '50')
    await until(async () => (await form.sentence()).includes('vào phút :50 của mỗi giờ'))
    await until(async () =>
      (await page.$eval('[role=dialog]', (one) => one.textContent ?? '')).includes(
        '06:50, 07:50, 08:50',
      ),
    )
    await page.click('[role=dialog] button[type=submit]')
    await until(async () => (await page.$('[role=dialog]')) === null)

    const [saved] = (await admin.get('/api/schedules')).json as unknown as Schedule[]
    expect(saved).toMatchObject({
      time: { rrule: 'FREQ=MONTHLY;BYDAY=2SA,4SA', startTime: '06:00', endTime: '09:00' },
      cadence: { kind: 'hourly', minute: 50 },
    })
    await page.goto(`${url}/schedule?edit=${saved?.id}`)
    await page.waitForSelector('[role=dialog] [data-sentence]')
    await until(async () => await form.isChosen('Thứ trong tháng'))
    expect(await form.isChosen('thứ hai')).toBe(true)
    expect(await form.isChosen('thứ ba')).toBe(false)
    expect(await form.sentence()).toContain('Thứ 7 lần thứ hai, thứ tư hằng tháng')
  },
)
