import { createHash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import type {
  AreaId,
  Asset,
  AssetId,
  Campaign,
  CampaignId,
  DeviceId,
  JournalRecord,
  PlanItem,
  Play,
  Playlist,
  PlaylistId,
  Schedule,
  ScheduleId,
  Sha256,
  Theme,
  ThemeId,
} from '#protocol'

/** Things as tests need them: valid, plain, and different only where a test says so. */

export const sha = (text: string): Sha256 =>
  createHash('sha256').update(text).digest('hex') as Sha256

/** Somebody who edits the draft past the API. */
export const EDITOR = { id: 'editor', name: 'Lan' }

export const HOUR_MS = 3_600_000
export const AREA = '01890000-0000-7000-8000-000000000001' as AreaId
export const DEVICE = '01890000-0000-7000-8000-00000000000d' as DeviceId

export const aTheme = (code: string, phases: string[]): Theme => ({
  id: uuid() as ThemeId,
  code,
  name: `Chủ đề ${code}`,
  phases,
})

export const aCampaign = (change: Partial<Campaign> = {}): Campaign => ({
  id: uuid() as CampaignId,
  version: 1,
  name: 'Đợt tuyên truyền',
  directive: { issuer: 'Sở', number: null, symbol: null, date: null, subject: 'V/v', basis: [] },
  phases: [
    { code: '1', name: 'Giai đoạn 1', from: '2024-11-08', to: '2024-12-31' },
    { code: '2', name: 'Giai đoạn 2', from: '2025-01-01', to: null },
  ],
  themes: [],
  targets: [],
  document: null,
  ...change,
})

export const anAsset = (change: Partial<Asset> & { durationMs?: number } = {}): Asset => {
  const { durationMs = 10_000, ...rest } = change
  const id = rest.id ?? (uuid() as AssetId)
  const sha256 = sha(id)
  const kind = rest.kind ?? 'clip'
  const isStill = kind === 'image' || kind === 'bulletin'
  return {
    id,
    version: 1,
    kind,
    title: `Nội dung ${id.slice(-4)}`,
    language: 'vi',
    strand: null,
    sector: null,
    areaId: AREA,
    themeIds: [],
    validFrom: null,
    validTo: null,
    original: { name: 'x.mp3', sha256, bytes: 1000 },
    ingest: { step: 'done', progress: 1, failure: null },
    rendition: {
      sha256,
      mime: kind === 'clip' ? 'audio/ogg' : 'image/webp',
      bytes: 1000,
      durationMs: isStill ? null : durationMs,
      width: null,
      height: null,
      loudnessLufs: kind === 'clip' ? -16 : null,
      truePeakDbtp: kind === 'clip' ? -2 : null,
    },
    waveform: null,
    relay: null,
    thumbnail: null,
    approval: { state: 'approved', by: 'Người duyệt', at: 1, sha256, note: null },
    createdAt: 1,
    createdBy: 'admin',
    editedBy: null,
    ...rest,
  }
}

export const aPlaylist = (assets: readonly Asset[], change: Partial<Playlist> = {}): Playlist => ({
  id: uuid() as PlaylistId,
  version: 1,
  name: 'Danh sách',
  areaId: AREA,
  channel: 'audio',
  items: assets.map(({ id }) => ({
    kind: 'asset',
    assetId: id,
    durationMs: null,
    gainDb: 0,
    chime: false,
  })),
  shuffle: false,
  ...change,
})

export const aSchedule = (
  playlist: Playlist,
  change: Partial<Omit<Schedule, 'time'>> & { time?: Partial<Schedule['time']> } = {},
): Schedule => {
  const { time, ...rest } = change
  return {
    id: uuid() as ScheduleId,
    version: 1,
    name: 'Buổi phát',
    areaId: AREA,
    playlistId: playlist.id,
    audience: { areaIds: [AREA], deviceIds: [] },
    priority: 'normal',
    fill: 'end',
    fillPlaylistId: null,
    volume: 80,
    session: false,
    repeats: { count: 1, gapMs: 0 },
    cadence: null,
    weight: 1,
    onConflict: 'refuse',
    exception: null,
    ...rest,
    time: {
      startDate: '2024-11-11',
      startTime: '05:00',
      endTime: '05:30',
      daypart: null,
      rrule: 'FREQ=DAILY',
      extraDates: [],
      exceptDates: [],
      ...time,
    },
  }
}

/** A clip in a plan; its name stands for its content. */
export const aPlanItem = (
  key: string,
  durationMs: number,
  change: Partial<PlanItem> = {},
): PlanItem => ({
  assetId: key as never,
  sha256: sha(key),
  mime: 'audio/ogg',
  kind: 'clip',
  title: key,
  themes: [],
  approvedBy: '',
  durationMs,
  role: 'item',
  gainDb: 0,
  fallback: null,
  schedule: { id: '' as never, name: '' },
  ...change,
})

export const aPlay = (change: Partial<Play> = {}): Play => ({
  channel: 'audio',
  revision: 1,
  planSha256: sha('plan'),
  scheduleId: '01890000-0000-7000-8000-0000000000aa' as ScheduleId,
  schedule: 'Buổi sáng',
  priority: 'normal',
  role: 'item',
  breaks: [],
  asset: {
    id: '01890000-0000-7000-8000-0000000000bb' as AssetId,
    sha256: sha('a'),
    kind: 'clip',
    title: 'Bản tin',
  },
  themes: [],
  approvedBy: 'Người duyệt',
  area: { id: AREA, code: '30964', path: ['Tỉnh Kiên Giang', 'Huyện Gò Quao', 'Xã Định An'] },
  device: 'Cụm loa 1',
  volume: 80,
  plannedStartAt: 1_731_276_000_000,
  plannedEndAt: 1_731_276_010_000,
  startAt: 1_731_276_000_000,
  endAt: 1_731_276_010_000,
  playedMs: 10_000,
  startErrorMs: 0.02,
  outcome: 'completed',
  cause: null,
  measured: {
    kind: 'audio',
    output: 'null',
    samples: 480_000,
    sampleRate: 48_000,
    rmsDbfs: -18,
    peakDbfs: -3,
    underruns: 0,
  },
  ...change,
})

/** A run of journal records, chained as a device chains them, as the bytes that it writes. */
export const aJournal = (
  events: readonly JournalRecord['event'][],
  {
    deviceId = DEVICE,
    epoch = 0,
    times = [],
  }: { deviceId?: DeviceId; epoch?: number; times?: readonly number[] } = {},
): string[] => {
  let prev = '0'.repeat(64) as Sha256
  return events.map((event, seq) => {
    const record: JournalRecord = {
      v: 1,
      deviceId,
      epoch,
      seq,
      prev,
      at: times[seq] ?? 1_731_276_000_000 + seq,
      clock: { grade: 'synced', errorMs: 1 },
      event,
    }
    const bytes = JSON.stringify(record)
    prev = sha(bytes)
    return bytes
  })
}
