import { expect, test } from 'vitest'
import { dateAt } from '#playlists'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'
import { PASSWORD } from '../support/server.ts'
import { until } from '../support/until.ts'
import {
  click,
  expectAccessible,
  open,
  operate,
  page,
  press,
  says,
  text,
  visit,
} from './operator.ts'

/** What the panel says before something reaches a loudspeaker, and what it asks to be confirmed. */

const MINUTE = 60_000
// Being asked to sign in is an answer.
operate({ width: 1366, height: 768 }, /401/, false)

/** A commune with one loudspeaker and a session each morning, published. */
const commune = async () => {
  const office = await openOffice('sqlite')
  const { admin, areas, clip, device } = office
  const areaId = areas['30964'] as string
  await device('30964')
  const long = await clip('Bản tin sáng', { code: '30964', durationMs: 20 * MINUTE })
  const { json } = await admin.post('/api/playlists', playlistBody(areaId, [long]))
  // From today on: between midnight and five the form proposes today.
  const startDate = dateAt(Date.now(), 'Asia/Ho_Chi_Minh')
  const body = scheduleBody(areaId, String(json.id), { name: 'Sáng', time: { startDate } })
  await admin.post('/api/schedules', body)
  await publishDraft(admin)
  await visit(office.url, PASSWORD)
}

/** A closed list stays in the page, unseen. */
const optionsInSight = () =>
  page.$$eval('[role=option]', (all) => all.filter((one) => one.checkVisibility()).length)
const choose = async (label: string, typed: string) => {
  const box = `::-p-aria([name="${label}"][role="combobox"])`
  await click(box)
  await page.keyboard.type(typed)
  await until(async () => (await optionsInSight()) > 0)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  // A list of which several are chosen stays open over what stands below; the next field would open its own.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await until(async () => (await optionsInSight()) === 0)
}
const checked = (selector: string) => click(`${selector}, ${selector} input`)

test('an emergency is chosen for a place, says whom it interrupts, and is confirmed in the form and again when it is published', async () => {
  await commune()
  // A new schedule has no audience, and is not to be saved before it has one.
  await open('/schedule?edit=new')
  await choose('Danh sách phát', 'Danh sách')
  await says('Chọn danh sách phát, giờ và nơi phát để xem trước.')
  expect(await page.$eval('[type=submit]', (one) => one.matches(':disabled'))).toBe(true)
  await choose('Địa bàn (kể cả cấp dưới)', 'dinh an')
  await says('Tới 1 thiết bị.')
  await choose('Địa bàn (kể cả cấp dưới)', 'huyen go quao')
  await says('Xã Định An nằm trong Huyện Gò Quao đã chọn')
  await press('Bỏ Xã Định An')
  await until(async () => (await page.$('[data-inside]')) === null)
  await click('::-p-aria([name="Tin khẩn cấp: chen ngang mọi chương trình"][role="switch"])')
  const reason = '::-p-aria([name="Lý do khẩn cấp (được ghi lại)"][role="textbox"])'
  await click(reason)
  await page.keyboard.type('công điện số 5, lũ về')
  await says('Chen ngang: Sáng.')
  expect(await page.$eval('[type=submit]', (one) => one.matches(':disabled'))).toBe(true)
  await expectAccessible('emergency form')
  await checked('[data-confirm-emergency]')
  await click('[type=submit]')
  await says('1 thay đổi chưa phát hành')
  await press('Xem tác động')
  await says('chen vào mọi chương trình trên 1 thiết bị')
  await expectAccessible('emergency impact')
  const isShut = () =>
    page.$$eval('[role=dialog] button', (all) =>
      all.some((one) => one.textContent?.startsWith('Phát hành tới') && one.matches(':disabled')),
    )
  expect(await isShut()).toBe(true)
  await checked('[data-statement=emergency]')
  await until(async () => !(await isShut()))
  await press('Phát hành tới 1 thiết bị')
  await until(async () => !(await text()).includes('thay đổi chưa phát hành'))
})

test('a policy without any window is red, and its silence is confirmed in words', async () => {
  await commune()
  await open('/schedule/policy')
  await says('Không giới hạn: loa được phát vào bất cứ giờ nào.')
  await click('::-p-aria([name="Đặt riêng: Khung giờ được phát"][role="switch"])')
  await press('Bỏ dòng 1')
  await says('Không khung giờ nào: loa im hoàn toàn')
  await press('Lưu vào bản nháp')
  await says('1 thay đổi chưa phát hành')
  await press('Xem tác động')
  await says('sẽ im hoàn toàn: không còn khung giờ nào được phát.')
  await says('“Sáng”: ngoài khung giờ được phát')
  await expectAccessible('silence')
})
