import type { Lang, PlayLogEntry } from '#protocol'

type Value = string | number | null

/** The columns of exported records, in order. Instants are ms since 1970. */
const COLUMNS: readonly {
  vi: string
  en: string
  kind: 'text' | 'code' | 'int' | 'decimal' | 'instant'
  width: number
  value: (entry: PlayLogEntry) => Value
}[] = [
  { vi: 'Thiết bị', en: 'Device', kind: 'text', width: 24, value: ({ play }) => play.device },
  {
    ...{ vi: 'Địa bàn', en: 'Area', kind: 'text', width: 34 },
    value: ({ play }) => play.area.path.join(' > '),
  },
  {
    vi: 'Mã địa bàn',
    en: 'Area code',
    kind: 'code',
    width: 9,
    value: ({ play }) => play.area.code,
  },
  { vi: 'Kênh', en: 'Channel', kind: 'code', width: 8, value: ({ play }) => play.channel },
  { vi: 'Nội dung', en: 'Title', kind: 'text', width: 34, value: ({ play }) => play.asset.title },
  {
    ...{ vi: 'Mã chủ đề', en: 'Theme codes', kind: 'code', width: 10 },
    value: ({ play }) => play.themes.map(({ code }) => code).join('; '),
  },
  {
    ...{ vi: 'Chủ đề', en: 'Themes', kind: 'text', width: 34 },
    value: ({ play }) => play.themes.map(({ name }) => name).join('; '),
  },
  { vi: 'Lịch phát', en: 'Schedule', kind: 'text', width: 22, value: ({ play }) => play.schedule },
  {
    ...{ vi: 'Bắt đầu theo kế hoạch', en: 'Planned start', kind: 'instant', width: 22 },
    value: ({ play }) => play.plannedStartAt,
  },
  {
    ...{ vi: 'Kết thúc theo kế hoạch', en: 'Planned end', kind: 'instant', width: 22 },
    value: ({ play }) => play.plannedEndAt,
  },
  {
    ...{ vi: 'Bắt đầu thực tế', en: 'Actual start', kind: 'instant', width: 22 },
    value: ({ play }) => play.startAt,
  },
  {
    ...{ vi: 'Kết thúc thực tế', en: 'Actual end', kind: 'instant', width: 22 },
    value: ({ play }) => play.endAt,
  },
  {
    ...{ vi: 'Sai lệch bắt đầu (ms)', en: 'Start error (ms)', kind: 'decimal', width: 12 },
    value: ({ play }) => play.startErrorMs,
  },
  {
    ...{ vi: 'Thời lượng phát (ms)', en: 'Played (ms)', kind: 'int', width: 12 },
    value: ({ play }) => play.playedMs,
  },
  { vi: 'Kết quả', en: 'Outcome', kind: 'code', width: 12, value: ({ play }) => play.outcome },
  { vi: 'Nguyên nhân', en: 'Cause', kind: 'code', width: 14, value: ({ play }) => play.cause },
  {
    ...{ vi: 'Mức âm đo được (dBFS)', en: 'Measured level (dBFS)', kind: 'decimal', width: 12 },
    value: ({ play }) => (play.measured?.kind === 'audio' ? play.measured.rmsDbfs : null),
  },
  {
    ...{ vi: 'Số khung hình', en: 'Frames', kind: 'int', width: 10 },
    value: ({ play }) => (play.measured?.kind === 'screen' ? play.measured.frames : null),
  },
  {
    ...{ vi: 'Máy nghe nhận ra (%)', en: 'Recognised (%)', kind: 'decimal', width: 12 },
    value: ({ play: { measured } }) =>
      measured?.kind === 'audio' && measured.heard
        ? Math.round(1000 * measured.heard.share) / 10
        : null,
  },
  {
    ...{ vi: 'SHA-256 ảnh chụp', en: 'Picture SHA-256', kind: 'code', width: 34 },
    value: ({ play }) => (play.measured?.kind === 'screen' ? play.measured.picture : null),
  },
  {
    ...{ vi: 'Người duyệt', en: 'Approved by', kind: 'text', width: 18 },
    value: ({ play }) => play.approvedBy,
  },
  {
    ...{ vi: 'SHA-256 nội dung', en: 'Content SHA-256', kind: 'code', width: 34 },
    value: ({ play }) => play.asset.sha256,
  },
  { vi: 'Đồng hồ', en: 'Clock', kind: 'code', width: 10, value: ({ clock }) => clock.grade },
  {
    ...{ vi: 'Mã bản ghi', en: 'Record', kind: 'code', width: 34 },
    value: (entry) => `${entry.deviceId}/${entry.epoch}/${entry.seq}`,
  },
]

export const recordColumns = (lang: Lang) =>
  COLUMNS.map(({ kind, width, value, ...title }) => ({ title: title[lang], kind, width, value }))
