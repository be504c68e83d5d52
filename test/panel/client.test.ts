import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { addDays, dateAt, startOfDay, weekdayOf } from '#playlists'
import {
  type AreaId,
  type Campaign,
  type DeviceId,
  type Impact,
  Manifest,
  type NewSchedule,
  NO_POLICY,
  NO_TALLY,
  type ThemeId,
} from '#protocol'
import packageJson from '../../package.json' with { type: 'json' }
import { createApi } from '../../panel/api.ts'
import { createTransport } from '../../panel/transport.ts'
import { aJournal, aPlay } from '../support/builders.ts'
import { contractOf } from '../support/contract.ts'
import { aBatch, anArrival } from '../support/evidence.ts'
import { openOffice, playlistBody, scheduleBody } from '../support/office.ts'
import { planPlays } from '../support/planned.ts'
import { PASSWORD } from '../support/server.ts'
import { connectDevice, enrolDevice } from '../support/stranger.ts'
import { until } from '../support/until.ts'

type Api = ReturnType<typeof createApi>

const ZONE = 'Asia/Ho_Chi_Minh'
const today = () => dateAt(Date.now(), ZONE)
const nextMonday = () => addDays(today(), 8 - weekdayOf(today()))

/**
 * The panel's own client before a real server, as a browser uses it: its cookie, its answers as the panel
 * and as the description of the API have them. `called` are the methods that succeeded.
 */
const openPanel = (url: string) => {
  let cookie = ''
  const browser = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...(init.headers as Record<string, string>), cookie, origin: url }
    const response = await fetch(url + path, { ...init, headers })
    const [fresh] = response.headers.getSetCookie()
    if (fresh) cookie = fresh.split(';')[0] ?? ''
    const type = response.headers.get('content-type')
    const json = type?.includes('json') ? await response.clone().json() : undefined
    const { method = 'GET' } = init
    const { status } = response
    const problem = (await contractOf(url)).problemOf({ method, path, status, type, json })
    if (problem) throw new Error(problem)
    return response
  }
  const client = createApi(createTransport(browser, () => 'vi'))
  const called = new Set<string>()
  const watched = Object.entries(client).map(([name, method]) => [
    name,
    async (...given: never[]) => {
      const answer = await (method as (...given: never[]) => Promise<unknown>)(...given)
      called.add(name)
      return answer
    },
  ])
  return { api: Object.fromEntries(watched) as Api, called, all: Object.keys(client) }
}

/** A board that answers with a picture, whatever it is asked for. */
const openBoard = async (url: string, device: Awaited<ReturnType<typeof enrolDevice>>) => {
  const jpeg = await sharp({ create: { width: 32, height: 18, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const socket = await connectDevice(url, device)
  socket.on('command', (_command: unknown, answer: (said: unknown) => void) =>
    answer({ ok: true, jpeg }),
  )
  return { socket, picture: createHash('sha256').update(jpeg).digest('hex') }
}

test('every request of the panel is one that the server takes, and reads what it answers', async () => {
  // One person does all of it here, approving what they edited too.
  const office = await openOffice('sqlite', { FOUR_EYES: 'no' })
  const { url, admin, areas, store, clip } = office
  const province = areas['91'] as AreaId
  const commune = areas['30964'] as AreaId
  const { api, called, all } = openPanel(url)

  await api.signIn('admin', PASSWORD)
  expect((await api.whoAmI()).username).toBe('admin')
  expect(await api.health()).toEqual({ version: packageJson.version })
  expect((await api.areas()).length).toBe(5)

  // Devices, and a picture of a board.
  const board = await enrolDevice(admin, commune, ['audio', 'screen'])
  const deviceId = board.deviceId as DeviceId
  const { socket, picture } = await openBoard(url, board)
  expect((await api.devices()).map(({ device }) => device.id)).toEqual([deviceId])
  expect((await api.takeScreenshot(deviceId)).sha256).toBe(picture)

  // Campaigns.
  const directive = {
    issuer: 'Sở',
    number: null,
    symbol: null,
    date: null,
    subject: 'V/v',
    basis: [],
  }
  const entered = {
    name: 'Đợt',
    directive,
    phases: [{ code: '1', name: 'Một', from: '2024-01-01', to: null }],
    themes: [{ code: 'a', name: 'A', phases: ['1'] }],
    targets: [{ theme: 'a', per: 'plays' as const, count: 3 }],
  }
  const added: Campaign = await api.addCampaign(entered)
  const { id: campaignId, version } = await api.editCampaign(added.id, {
    ...{ ...entered, version: added.version, name: 'Đợt tuyên truyền' },
  })
  expect(version).toBeGreaterThan(added.version)
  const letter = new File(
    [
      new Uint8Array(
        await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
          .png()
          .toBuffer(),
      ),
    ],
    'Công văn.png',
  )
  expect((await api.attachLetter(campaignId, letter)).document?.name).toBe('Công văn.png')
  const themes = (await api.campaigns()).flatMap((one) => one.themes)
  const theme = themes[0]?.id as ThemeId

  // The library.
  const clipId = await clip('Bản tin', { themeIds: [theme], durationMs: 120_000 })
  const spare = await clip('Thừa')
  const failed = await admin.send(
    'POST',
    `/api/assets?${new URLSearchParams({ name: 'x.mp3', areaId: province })}`,
    new Uint8Array([0x4d, 0x5a, 0, 0, 1, 2, 3]),
  )
  const failedId = failed.json.id as never
  const isFailed = async () => (await api.asset(failedId)).ingest.failure !== null
  await until(isFailed)
  await api.retryAsset(failedId)
  await until(isFailed)
  const spareNow = async () => {
    const { version: edited, rendition: made } = await api.asset(spare)
    return { version: edited, sha256: made?.sha256 as never }
  }
  await api.editAsset(spare, { title: 'Thừa ra', version: (await spareNow()).version })
  expect((await api.airEffect(spare, 'approved')).devices).toBe(0)
  await api.judgeAsset(spare, { state: 'approved', note: null, ...(await spareNow()) })
  await api.removeAsset(spare, (await spareNow()).version)
  expect(
    (await api.assets({ kind: 'clip', state: 'approved', themeId: theme, search: 'ban tin' }))
      .items,
  ).toHaveLength(1)
  expect(await api.allAssets()).toHaveLength(2)

  // Policy.
  const windows = [{ startTime: '05:00', endTime: '06:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }]
  const laidDown = await api.setPolicy(commune, { ...NO_POLICY, broadcastWindows: windows }, 0)
  expect(await api.policy(commune)).toEqual(laidDown)

  // Proposals: taken into the draft, and taken back as the panel does.
  const week = nextMonday()
  const proposal = await api.propose(campaignId, commune, week)
  expect(proposal.targets).toMatchObject([{ asked: 3, planned: 3 }])
  const made = await api.acceptProposal(campaignId, proposal)
  expect(made.scheduleIds.length).toBeGreaterThan(0)
  expect((await api.coverage(campaignId, week, commune)).rows).toMatchObject([{ areaId: commune }])
  for (const id of made.scheduleIds) await api.removeSchedule(id, 1)
  for (const id of made.playlistIds) await api.removePlaylist(id, 1)

  // Playlists and schedules.
  const list = await api.addPlaylist(playlistBody(commune, [clipId]) as never)
  const { id, ...rest } = list
  await api.editPlaylist(id, { ...rest, name: 'Danh sách sáng' })
  expect(await api.playlists()).toHaveLength(1)
  const once = scheduleBody(commune, list.id, {
    time: { startDate: addDays(today(), 1), rrule: null },
  }) as unknown as NewSchedule
  const schedule = await api.addSchedule(once)
  const { id: scheduleId, ...body } = schedule
  await api.editSchedule(scheduleId, { ...body, name: 'Sáng' })
  expect(await api.schedules()).toHaveLength(1)
  const preview = { schedule: once, replaces: scheduleId, from: today(), to: addDays(today(), 6) }
  expect((await api.preview(preview)).occurrences).toHaveLength(1)
  const tomorrow = addDays(today(), 1)
  const copy = { scheduleIds: [scheduleId], from: tomorrow, days: 1, to: [addDays(today(), 3)] }
  expect((await api.copyDays(copy)).scheduleIds).toHaveLength(1)
  const elsewhere = { scheduleIds: [scheduleId], areaIds: [areas['30988'] as AreaId] }
  expect((await api.copyToAreas(elsewhere)).scheduleIds).toHaveLength(1)

  // What will be on air.
  expect((await api.calendar(commune)).path).toContain('calendar.ics')
  const question = { rows: 'communes', from: tomorrow, to: tomorrow, view: 'draft' } as const
  expect(
    (await api.timeline({ ...question, channel: 'audio', search: 'dinh an' })).items,
  ).toHaveLength(1)
  expect((await api.deviceTimeline(deviceId, tomorrow, 'draft')).channels).toHaveLength(2)

  // Publishing, and bringing back what was.
  expect((await api.impact(undefined)).devices).toBe(1)
  expect((await api.draft()).changes.length).toBeGreaterThan(0)
  const seen = ({ draft, statements }: Impact) => ({
    draft,
    confirmed: statements.map((one) => one.id),
  })
  const first = await api.publish(seen(await api.impact(undefined)))
  await api.editPlaylist(id, { ...rest, version: rest.version + 1, name: 'Khác' })
  const second = await api.publish(seen(await api.impact(undefined)))
  await api.restorePublication(first.number, seen(await api.restoreImpact(first.number)))
  expect((await api.bringBackAsDraft(second.number)).changes).toMatchObject([{ name: 'Khác' }])
  await api.discardDraft()
  expect((await api.publications()).items).toHaveLength(3)
  expect((await api.rollout(first.number)).devices).toBe(1)
  const at = startOfDay(tomorrow, ZONE) + 5 * 3_600_000 + 1_000
  const { channels } = await api.explain(deviceId, at)
  const audio = channels.find(({ channel }) => channel === 'audio')
  expect(audio?.entry?.item.assetId).toBe(clipId)
  const { payload } = (await store.manifests.get(deviceId))?.envelope ?? { payload: '' }
  const manifest = Manifest.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')))
  const [plan] = manifest.days.flatMap(({ plans }) => plans.audio ?? [])
  expect(await api.dayPlan(String(plan))).toMatchObject({ channel: 'audio' })
  await api.addPlaylist(playlistBody(commune, []) as never)
  await api.discardDraft()
  expect((await api.draft()).changes).toEqual([])

  // Plays: planned ones, one that nobody planned, and what was missed two weeks ago.
  const past = addDays(week, -14)
  const measured = { kind: 'screen' as const, output: 'kiosk', frames: 32, picture }
  const shown = { channel: 'screen' as const, measured }
  const area = { id: commune, code: '30964', path: ['Xã Định An'] }
  const planned = [{}, shown].map((change, day) => {
    const plannedStartAt = startOfDay(addDays(past, day), ZONE) + 5 * 3_600_000
    const plannedEndAt = plannedStartAt + 10_000
    const themes = [{ id: theme, code: 'a', name: 'A', campaign: 'Đợt' }]
    return aPlay({ plannedStartAt, plannedEndAt, themes, area, ...change })
  })
  await planPlays(store, [deviceId], planned)
  const records = planned.map((play) => ({ kind: 'play' as const, play }))
  const arrival = anArrival(aBatch(aJournal(records, { deviceId }), 0, { deviceId }), deviceId)
  await store.journal.append([arrival], (note) => note, Date.now())
  const place = { dimension: 'device' as const, value: deviceId, areaId: commune, themeId: theme }
  const date = addDays(past, 3)
  await store.statements.expect(deviceId, date, 1)
  await store.statements.save({
    ...{ deviceId, date, dueAt: 1, nextAt: null, at: Date.now(), missing: [] },
    coverage: [date, date.slice(0, 7)].map((period) => ({
      ...{ ...place, period, channel: 'audio' as const },
      tally: { ...NO_TALLY, planned: 1, missed: 1 },
    })),
  })
  expect(await api.makeGoods(campaignId, past, undefined)).toMatchObject([{ missedPlays: 1 }])
  expect((await api.plays({ deviceId, themeId: theme })).items).toHaveLength(2)
  const play = `${deviceId}/0/0`
  expect((await api.play(play)).play.asset.title).toBe('Bản tin')
  expect((await api.playProof(play)).seq).toBe(0)
  await api.unplannedPlays(deviceId)
  const asked = { from: past, to: addDays(past, 6), rows: 'communes' } as const
  expect((await api.coverageMatrix({ ...asked, areaId: commune })).total.plays).toBe(2)
  expect(await api.coverageValues('device', asked)).toHaveLength(1)
  await api.missing({ from: past, to: addDays(past, 6) })
  await api.alerts()

  // The picture that a slide's record names is asked from the board.
  expect((await api.playPicture(`${deviceId}/0/1`)).sha256).toBe(picture)

  // Reports.
  const period = { kind: 'free', from: past, to: addDays(past, 6) } as const
  const request = { form: 'themes', format: 'csv', period } as const
  expect((await api.previewReport({ ...request, format: 'pdf' })).html).toContain('<html')
  const report = await api.makeReport(request)
  expect((await api.reports()).items).toHaveLength(1)
  await api.cancelReport(report.id)

  socket.close()
  await api.signOut()
  await expect(api.whoAmI()).rejects.toMatchObject({ code: 'not-signed-in' })
  expect(all.filter((name) => !called.has(name))).toEqual([])
})
