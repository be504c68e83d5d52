import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApi } from '../../demo/api.ts'
import { CHROMIUM, isEmpty, middle, picture } from '../support/board.ts'
import { startPlayerProcess } from '../support/player-process.ts'
import { PASSWORD, person, startServer } from '../support/server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

type Row = {
  deviceId: string
  epoch: number
  seq: number
  play: { measured: { kind: string; picture: string | null } | null }
}

/** A real server and a real board that shows a red slide all day. */
const aBoard = async () => {
  const folder = tempFolder()
  const { url } = await startServer({ FOUR_EYES: 'no' })
  const api = createApi(url)
  await api.signIn('admin', PASSWORD)
  const tree = { code: '1', name: 'Xã', kind: 'commune' as const }
  const { id: areaId } = await api.importAreas(tree, 'Asia/Ho_Chi_Minh', '2024-01-01')
  const file = await picture(folder, 'red')
  const about = { name: 'red.webp', title: 'Đỏ', areaId, themeIds: [] }
  let asset = await api.upload(file, about)
  await until(async () => {
    asset = await api.asset(asset.id)
    return asset.ingest.step === 'done'
  })
  await api.approve(asset)
  const items = [{ kind: 'asset' as const, assetId: asset.id, durationMs: 4_000 }]
  const list = { name: 'Bảng', areaId, channel: 'screen' as const, items }
  const { id: playlistId } = await api.addPlaylist(list)
  await api.addSchedule({
    name: 'Cả ngày',
    areaId,
    playlistId,
    audience: { areaIds: [areaId], deviceIds: [] },
    time: {
      startDate: '2024-01-01',
      startTime: '00:00',
      endTime: '24:00',
      rrule: 'FREQ=DAILY',
      extraDates: [],
      exceptDates: [],
    },
    priority: 'normal' as const,
    fill: 'repeat' as const,
    volume: 80,
  })
  await api.publish()
  const canvas = { width: 320, height: 180 }
  const device = await api.addDevice({ name: 'Bảng', areaId, channels: ['screen'], canvas })
  const { code } = await api.enrolmentCode(device.id)
  const data = join(folder, 'player')
  const player = startPlayerProcess(data, {
    SERVER_URL: url,
    ENROLMENT_CODE: code,
    CHROMIUM_PATH: CHROMIUM,
    DOWNLOAD_SPREAD_MINUTES: '0',
  })
  const admin = person(url)
  await admin.signIn()
  const plays = async () => (await admin.get('/api/plays?limit=50')).json.items as unknown as Row[]
  const pathOf = ({ deviceId, epoch, seq }: Row) => `/api/plays/${deviceId}/${epoch}/${seq}/picture`
  return { url, admin, data, player, plays, pathOf }
}

test('the picture that a record names comes from the real board when somebody asks, stays, and is what was shown', async () => {
  const { url, admin, data, player, plays, pathOf } = await aBoard()
  await until(async () => {
    const rows = await plays()
    const isPictured = ({ play }: Row) => play.measured?.picture != null
    return rows.length >= 3 && rows.some(isPictured) && !rows.every(isPictured)
  }, 90)
  const rows = await plays()
  const pictured = rows.find(({ play }) => play.measured?.picture != null) as Row
  const bare = rows.find(({ play }) => play.measured?.picture === null) as Row
  const wanted = pictured.play.measured?.picture

  const got = await admin.post(pathOf(pictured))
  expect([got.status, got.json]).toEqual([200, { sha256: wanted }])
  const answer = await fetch(`${url}/media/${wanted}`)
  expect(answer.headers.get('content-type')).toBe('image/jpeg')
  const jpeg = new Uint8Array(await answer.arrayBuffer())
  expect(createHash('sha256').update(jpeg).digest('hex')).toBe(wanted)
  expect(await isEmpty(jpeg)).toBe(false)
  expect(await middle(jpeg)).toBe('red')

  // A slide of which none was taken, and somebody who may not see it.
  expect((await admin.post(pathOf(bare))).status).toBe(404)
  expect((await person(url).post(pathOf(pictured))).status).toBe(401)

  // What is gone from the device and was fetched before is still here; what was not is said to be gone.
  rmSync(join(data, 'evidence'), { recursive: true })
  expect((await admin.post(pathOf(pictured))).status).toBe(200)
  await player.stop()
  expect((await admin.post(pathOf(pictured))).status).toBe(200)
})

test('a picture that its device no longer keeps is said to be gone, and an absent device to be absent', async () => {
  const { admin, data, player, plays, pathOf } = await aBoard()
  await until(async () => (await plays()).some(({ play }) => play.measured?.picture != null), 90)
  const pictured = (await plays()).find(({ play }) => play.measured?.picture != null) as Row
  rmSync(join(data, 'evidence'), { recursive: true })
  const gone = await admin.post(pathOf(pictured))
  expect([gone.status, gone.json.code]).toEqual([410, 'picture-gone'])
  await player.stop()
  await until(async () => (await admin.post(pathOf(pictured))).json.code === 'device-offline')
})
