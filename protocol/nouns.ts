import type { Lang } from './errors.ts'

/** What a refusal may be about, as people call it. */
const NOUNS: Readonly<Record<string, Record<Lang, string>>> = {
  address: { vi: 'địa chỉ', en: 'address' },
  area: { vi: 'địa bàn', en: 'area' },
  asset: { vi: 'nội dung', en: 'asset' },
  calendar: { vi: 'lịch iCalendar', en: 'calendar' },
  campaign: { vi: 'đợt tuyên truyền', en: 'campaign' },
  day: { vi: 'ngày', en: 'day' },
  device: { vi: 'thiết bị', en: 'device' },
  media: { vi: 'tệp nội dung', en: 'media file' },
  phase: { vi: 'giai đoạn', en: 'phase' },
  plan: { vi: 'lịch ngày', en: 'day plan' },
  play: { vi: 'lượt phát', en: 'play' },
  playlist: { vi: 'danh sách phát', en: 'playlist' },
  policy: { vi: 'quy định phát', en: 'policy' },
  publication: { vi: 'bản phát hành', en: 'publication' },
  record: { vi: 'bản ghi phát', en: 'play record' },
  report: { vi: 'báo cáo', en: 'report' },
  schedule: { vi: 'lịch phát', en: 'schedule' },
}

/** A noun in the reader's language; what has no name of its own is called as it is. */
export const nounIn = (lang: Lang, what: string): string => NOUNS[what]?.[lang] ?? what
