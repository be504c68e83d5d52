import { expect, test } from 'vitest'
import { openOffice, playlistBody } from '../support/office.ts'
import { PASSWORD } from '../support/server.ts'
import { until } from '../support/until.ts'
import { click, open, operate, page, press, problems, says, text, visit } from './operator.ts'

/** What holds for every page of the panel: lists are searched alike, nothing typed is lost, no broken picture. */

// Being asked to sign in is an answer, and the server of a test ends before the next page is opened.
operate({ width: 1366, height: 768 }, /401|ERR_CONNECTION_REFUSED/, false)

const NAME = '::-p-aria([name="Tên danh sách"][role="textbox"])'
const saveIsOff = () =>
  page.$$eval('button', (all) =>
    all.some((one) => one.textContent === 'Lưu danh sách' && one.matches(':disabled')),
  )

test('a relay shows its address, and its card asks for no picture', async () => {
  const { url, admin, areas } = await openOffice('sqlite')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await admin.post('/api/assets/relays', {
    title: 'Đài tỉnh',
    language: 'vi',
    areaId: areas['91'],
    themeIds: [],
    url: 'https://phat.example.vn/dai-tinh.m3u8',
    fallbackAssetId: null,
  })
  await visit(url, PASSWORD)
  await open('/library')
  await says('https://phat.example.vn/dai-tinh.m3u8')
  await press('Mở Đài tỉnh')
  await says('Duyệt phát')
  expect(asked.filter((one) => one.includes('/media/'))).toEqual([])
})

test('a playlist is changed or not, however many steps lie between', async () => {
  const { url, admin, areas, clip } = await openOffice('sqlite')
  const { json } = await admin.post(
    '/api/playlists',
    playlistBody(areas['91'] ?? '', [await clip('a')], { name: 'Bản tin' }),
  )
  await visit(url, PASSWORD)
  await open(`/schedule/playlists/${json.id}`)
  await click(NAME)
  await page.keyboard.press('End')
  const more = ' và nhiều hơn nữa'.repeat(4)
  await page.keyboard.type(more)
  expect(await saveIsOff()).toBe(false)
  for (let count = 0; count < more.length; count++) await page.keyboard.press('Backspace')
  expect(await page.$eval(NAME, (one) => (one as HTMLInputElement).value)).toBe('Bản tin')
  await until(saveIsOff)
})

test('a session that ends is begun again on the spot; a list is searched without diacritics', async () => {
  const { url, admin, areas, clip } = await openOffice('sqlite')
  const clips = [await clip('a')]
  await admin.post('/api/playlists', playlistBody(areas['91'] ?? '', clips, { name: 'Bản tin' }))
  await visit(url, PASSWORD)
  await open('/schedule?edit=new')
  await click('::-p-aria([name="Tên lịch"][role="textbox"])')
  await page.keyboard.type('Chưa lưu')
  // Nothing is asked of the server from here on: it is the server that says so.
  await page.evaluate(() => fetch('/api/session', { method: 'DELETE' }))
  await says('Phiên làm việc đã hết')
  await page.type('input[autocomplete=current-password]', PASSWORD)
  await page.keyboard.press('Enter')
  await until(async () => !(await text()).includes('Phiên làm việc đã hết'))
  await until(async () => !(await text()).includes('mất kết nối với máy chủ'))
  await click('::-p-aria([name="Danh sách phát"][role="combobox"])')
  await page.keyboard.type('ban tin')
  await until(() =>
    page.$$eval('[role=option]', (all) =>
      all.some((one) => one.textContent?.startsWith('Bản tin') && one.getClientRects().length > 0),
    ),
  )
  expect(
    await page.$eval('::-p-aria([name="Tên lịch"][role="textbox"])', (one) =>
      one instanceof HTMLInputElement ? one.value : '',
    ),
  ).toBe('Chưa lưu')
})

test('met no error on the way', () => expect(problems).toEqual([]))
