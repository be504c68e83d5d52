import type { EpochMs, Lang, PlayLogEntry, TimeZone } from '#protocol'

/** The columns of the exported play log, in order, with their headings. */
const COLUMNS: readonly {
  vi: string
  en: string
  value: (entry: PlayLogEntry, show: (at: EpochMs | null) => string) => string | number | null
}[] = [
  { vi: 'Thiết bị', en: 'Device', value: ({ play }) => play.device },
  { vi: 'Địa bàn', en: 'Area', value: ({ play }) => play.area.path.join(' > ') },
  { vi: 'Mã địa bàn', en: 'Area code', value: ({ play }) => play.area.code },
  { vi: 'Kênh', en: 'Channel', value: ({ play }) => play.channel },
  { vi: 'Nội dung', en: 'Title', value: ({ play }) => play.asset.title },
  {
    vi: 'Mã chủ đề',
    en: 'Theme codes',
    value: ({ play }) => play.themes.map((t) => t.code).join('; '),
  },
  { vi: 'Chủ đề', en: 'Themes', value: ({ play }) => play.themes.map((t) => t.name).join('; ') },
  { vi: 'Lịch phát', en: 'Schedule', value: ({ play }) => play.schedule },
  {
    vi: 'Bắt đầu theo kế hoạch',
    en: 'Planned start',
    value: ({ play }, show) => show(play.plannedStartAt),
  },
  {
    vi: 'Kết thúc theo kế hoạch',
    en: 'Planned end',
    value: ({ play }, show) => show(play.plannedEndAt),
  },
  { vi: 'Bắt đầu thực tế', en: 'Actual start', value: ({ play }, show) => show(play.startAt) },
  { vi: 'Kết thúc thực tế', en: 'Actual end', value: ({ play }, show) => show(play.endAt) },
  { vi: 'Sai lệch bắt đầu (ms)', en: 'Start error (ms)', value: ({ play }) => play.startErrorMs },
  { vi: 'Thời lượng phát (ms)', en: 'Played (ms)', value: ({ play }) => play.playedMs },
  { vi: 'Kết quả', en: 'Outcome', value: ({ play }) => play.outcome },
  { vi: 'Nguyên nhân', en: 'Cause', value: ({ play }) => play.cause },
  {
    vi: 'Mức âm đo được (dBFS)',
    en: 'Measured level (dBFS)',
    value: ({ play }) => (play.measured?.kind === 'audio' ? play.measured.rmsDbfs : null),
  },
  {
    vi: 'Số khung hình',
    en: 'Frames',
    value: ({ play }) => (play.measured?.kind === 'screen' ? play.measured.frames : null),
  },
  { vi: 'Người duyệt', en: 'Approved by', value: ({ play }) => play.approvedBy },
  { vi: 'SHA-256 nội dung', en: 'Content SHA-256', value: ({ play }) => play.asset.sha256 },
  { vi: 'Đồng hồ', en: 'Clock', value: ({ clock }) => clock.grade },
  { vi: 'Mã bản ghi', en: 'Record', value: (e) => `${e.deviceId}/${e.epoch}/${e.seq}` },
]

/** A cell that a spreadsheet would run as a formula is made text by an apostrophe. */
export const csvCell = (value: string | number | null): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const ROWS_PER_CHUNK = 200
/** Tells Excel that the text is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/** dd/mm/yyyy HH:mm:ss.mmm on the wall of a zone. */
export const wallClock = (timeZone: TimeZone): ((at: EpochMs | null) => string) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  })
  return (at) => (at === null ? '' : format.format(at).replace(',', ''))
}

/** The play log as CSV (RFC 4180, UTF-8 with a byte order mark), in pieces. */
export async function* playsCsv(
  plays: AsyncIterable<PlayLogEntry>,
  lang: Lang,
  timeZone: TimeZone,
): AsyncGenerator<string> {
  const show = wallClock(timeZone)
  let chunk = `${BYTE_ORDER_MARK}${COLUMNS.map((column) => csvCell(column[lang])).join(',')}\r\n`
  let rows = 0
  for await (const entry of plays) {
    chunk += `${COLUMNS.map((column) => csvCell(column.value(entry, show))).join(',')}\r\n`
    if (++rows % ROWS_PER_CHUNK > 0) continue
    yield chunk
    chunk = ''
  }
  if (chunk) yield chunk
}
