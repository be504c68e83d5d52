import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { addDays, dateAt, weekdayOf } from '#playlists'
import {
  type Area,
  type AreaId,
  type Campaign,
  NO_POLICY,
  NO_TALLY,
  type Schedule,
  type ThemeId,
} from '#protocol'
import { openSqlite } from '../../server/store/open-database.ts'
import { createStore } from '../../server/store/store.ts'
import { until } from '../support/until.ts'
import {
  click,
  expectAccessible,
  folder,
  open,
  operate,
  page,
  press,
  problems,
  says,
  signIn,
  story,
} from './operator.ts'

/** An editor has a week planned, takes the proposal, and looks what can be made good. */

// Being asked to sign in is an answer.
operate({ width: 1440, height: 900 }, /401/)

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const MORNING = [{ startTime: '05:00', endTime: '06:00', weekdays: EVERY_DAY }]
let campaign: Campaign
let theme: ThemeId
let areas: Area[]

const ask = <T>(path: string, method = 'GET', body?: unknown): Promise<T> =>
  page.evaluate(
    async (...[address, verb, text]) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(address, { method: verb, ...(text && { headers, body: text }) })
      if (!answer.ok) throw new Error(await answer.text())
      return answer.json()
    },
    ...([path, method, body === undefined ? '' : JSON.stringify(body)] as const),
  )

const areaOf = (name: string): AreaId => {
  const found = areas.find((area) => area.name === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found.id
}
const setWindows = (areaId: AreaId) =>
  ask(`/api/areas/${areaId}/policy`, 'PUT', { ...NO_POLICY, broadcastWindows: MORNING })
const planned = async () =>
  (await ask<Schedule[]>('/api/schedules')).filter(({ name }) => name.startsWith(campaign.name))

beforeAll(async () => {
  await page.goto(story.server)
  await page.waitForSelector('input[autocomplete=username]')
  await signIn()
  await page.waitForSelector('nav')
  areas = await ask<Area[]>('/api/areas')
  const [entered] = await ask<Campaign[]>('/api/campaigns')
  if (!entered) throw new Error('there is no campaign')
  const { id, document, ...rest } = entered
  campaign = await ask<Campaign>(`/api/campaigns/${id}`, 'PUT', {
    ...rest,
    targets: [{ theme: '1.1', per: 'plays', count: 6 }],
  })
  theme = campaign.themes.find(({ code }) => code === '1.1')?.id as ThemeId
})

describe('an editor', () => {
  test('is told why the planner finds no time, and where that is changed', async () => {
    const areaId = areaOf('Xã Tây Yên')
    await open(`/campaigns/${campaign.id}?tab=planner&areaId=${areaId}`)
    await press('Lập đề xuất')
    await says('thiếu 6 lượt: địa bàn chưa đặt khung giờ nào')
    await says('0/6 lượt')
    await expectAccessible('no window')
    await click('::-p-xpath(//a[normalize-space()="Đặt khung giờ"])')
    await until(() => page.url().includes('/schedule/policy'))
    expect(page.url()).toContain(areaId)
    await says('Lưu vào bản nháp')
  })

  test('takes a proposal into the draft by one click, and takes it back by one key', async () => {
    const areaId = areaOf('Xã Tây Yên')
    // Without a device the schedule page has no row for it.
    const device = { name: 'Cụm loa', areaId, channels: ['audio'], canvas: null }
    await ask('/api/devices', 'POST', device)
    await setWindows(areaId)
    await open(`/campaigns/${campaign.id}?tab=planner&areaId=${areaId}`)
    await press('Lập đề xuất')
    await says('Mọi chỉ tiêu đều đạt.')
    await says('6/6 lượt')
    await expectAccessible('proposal')
    await press('Nhận đề xuất vào bản nháp')
    await says('lịch vào bản nháp')
    await until(() => page.url().includes('/schedule'))
    const made = await planned()
    expect(made.length).toBeGreaterThan(0)
    expect(made.every(({ areaId: owner }) => owner === areaId)).toBe(true)
    await page.waitForSelector('[role=grid]')
    await page.keyboard.down('Control')
    await page.keyboard.press('z')
    await page.keyboard.up('Control')
    await until(async () => (await planned()).length === 0)
  })

  test('sees what was missed, and why there is no time to make it good', async () => {
    const areaId = areaOf('Xã Định An')
    const today = dateAt(Date.now(), 'Asia/Ho_Chi_Minh')
    const week = addDays(today, -6 - weekdayOf(today))
    const { db, close } = await openSqlite(join(folder, 'server'))
    const { statements } = createStore(db)
    const deviceId = story.devices.speaker
    await statements.expect(deviceId, week, 1)
    await statements.save({
      ...{ deviceId, date: week, dueAt: 1, nextAt: null, at: Date.now(), missing: [] },
      coverage: [week, week.slice(0, 7)].map((period) => ({
        ...{ dimension: 'device' as const, value: deviceId, areaId, themeId: theme, period },
        ...{ channel: 'audio' as const, tally: { ...NO_TALLY, planned: 3, missed: 3 } },
      })),
    })
    await close()
    const address = `/campaigns/${campaign.id}?tab=makeGoods&week=${week}`
    await open(address)
    await says('lỡ 3 lượt')
    await says('thiếu 3 lượt: địa bàn chưa đặt khung giờ nào')
    await expectAccessible('make-goods without a window')
    await setWindows(areaId)
    await open(address)
    // In Định An something is on air round the clock.
    await says('thiếu 3 lượt: các khung giờ đã kín')
  })

  test('meets no fault of the panel on the way', () => expect(problems).toEqual([]))
})
