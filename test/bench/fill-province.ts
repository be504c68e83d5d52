import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AreaId,
  type AreaTree,
  type Asset,
  type NewSchedule,
  NO_POLICY,
  type PlaylistId,
} from '#protocol'
import { type Api, createApi } from '../../demo/api.ts'
import { make, speech } from '../support/ffmpeg.ts'

const TIME_ZONE = 'Asia/Ho_Chi_Minh'
const PER_DISTRICT = 10
const CLIP_S = [10, 12, 14, 16, 18]
const TIMES = 40
const POLL_MS = 200

const treeOf = (communes: number): AreaTree => ({
  code: '91',
  name: 'Tỉnh Kiên Giang',
  kind: 'province',
  children: Array.from({ length: Math.ceil(communes / PER_DISTRICT) }, (_, district) => ({
    code: String(900 + district),
    name: `Huyện số ${district + 1}`,
    kind: 'district' as const,
    children: Array.from(
      { length: Math.min(PER_DISTRICT, communes - district * PER_DISTRICT) },
      (__, commune) => ({
        code: String(30_000 + district * 100 + commune),
        name: `Xã số ${district * PER_DISTRICT + commune + 1}`,
        kind: 'commune' as const,
      }),
    ),
  })),
})

const CAMPAIGN = {
  name: 'Đợt tuyên truyền',
  directive: {
    issuer: 'Sở Thông tin và Truyền thông',
    number: null,
    symbol: null,
    date: null,
    subject: 'V/v đẩy mạnh tuyên truyền',
    basis: [],
  },
  phases: [{ code: '1', name: 'Giai đoạn 1', from: '2024-01-01', to: null }],
  themes: ['1.1', '1.2', '1.3', '1.4'].map((code) => ({
    code,
    name: `Chủ đề ${code}`,
    phases: ['1'],
  })),
}

const ready = async (api: Api, asset: Asset): Promise<Asset> => {
  for (let now = asset; ; now = await api.asset(asset.id)) {
    if (now.ingest.failure) throw new Error(`not broadcastable: ${now.ingest.failure.code}`)
    if (now.ingest.step === 'done') return api.approve(now)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const PARALLEL = 8

const inParallel = async <T>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<unknown>,
) => {
  let next = 0
  const work = async () => {
    while (next < items.length) {
      const index = next++
      await act(items[index] as T, index)
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
}

/**
 * A province as an office has it: a loudspeaker in every commune, broadcast windows, and schedules of
 * the province, of every district and of every commune, published.
 * @param startDate of all schedules, YYYY-MM-DD
 */
export const fillProvince = async (
  url: string,
  password: string,
  folder: string,
  options: { communes: number; startDate: string },
) => {
  const api = createApi(url)
  await api.signIn('admin', password)
  const root = await api.importAreas(treeOf(options.communes), TIME_ZONE, '2024-01-01')
  const areas = await api.areas()
  const communes = areas.filter(({ kind }) => kind === 'commune')
  const districts = areas.filter(({ kind }) => kind === 'district')
  const campaign = await api.addCampaign(CAMPAIGN)

  mkdirSync(folder, { recursive: true })
  const playlists: PlaylistId[] = []
  for (const [index, seconds] of CLIP_S.entries()) {
    const name = `clip-${index}.mp3`
    const path = make(join(folder, name), ...speech(seconds, 0.2), '-b:a', '48k')
    const theme = campaign.themes[index % campaign.themes.length]
    const about = {
      name,
      title: `Bản tin ${index + 1}`,
      areaId: root.id,
      themeIds: theme ? [theme.id] : [],
    }
    const { id } = await ready(api, await api.upload(path, about))
    const items = Array.from({ length: TIMES }, () => ({
      kind: 'asset' as const,
      assetId: id,
      durationMs: null,
    }))
    const playlist = await api.addPlaylist({
      name: `Chương trình ${index + 1}`,
      areaId: root.id,
      channel: 'audio',
      items,
    })
    playlists.push(playlist.id)
  }

  const everyDay = [1, 2, 3, 4, 5, 6, 7]
  await api.setPolicy(root.id, {
    ...NO_POLICY,
    broadcastWindows: [
      { startTime: '05:00', endTime: '06:30', weekdays: everyDay },
      { startTime: '17:00', endTime: '18:30', weekdays: everyDay },
    ],
    quietHours: [{ startTime: '21:00', endTime: '05:00', weekdays: everyDay }],
  })
  await inParallel(communes, ({ id, name }) =>
    api.addDevice({ name: `Cụm loa ${name}`, areaId: id, channels: ['audio'], canvas: null }),
  )
  const schedule = (
    name: string,
    areaId: AreaId,
    index: number,
    [startTime, endTime]: readonly [string, string],
    rrule: string,
  ): NewSchedule => ({
    name,
    areaId,
    playlistId: playlists[index % playlists.length] as PlaylistId,
    audience: { areaIds: [areaId], deviceIds: [] },
    time: {
      startDate: options.startDate,
      startTime,
      endTime,
      rrule,
      extraDates: [],
      exceptDates: [],
    },
    priority: 'normal',
    fill: 'end',
    volume: 80,
  })
  await api.addSchedule(schedule('Thời sự tỉnh', root.id, 3, ['05:00', '05:15'], 'FREQ=DAILY'))
  await inParallel(districts, ({ id, name }, index) =>
    api.addSchedule(
      schedule(
        `Bản tin ${name}`,
        id,
        index,
        ['05:30', '05:50'],
        'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA',
      ),
    ),
  )
  await inParallel(communes, ({ id, name }, index) =>
    api.addSchedule(schedule(`Thông báo ${name}`, id, index + 1, ['17:15', '17:40'], 'FREQ=DAILY')),
  )
  await api.publish()
  return { api, root, communes }
}
