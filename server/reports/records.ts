import { addDays, startOfDay } from '#playlists'
import type { PlayLogEntry } from '#protocol'
import { monthOf } from '../archive/months.ts'
import { recordColumns } from '../evidence/record-columns.ts'
import type { PlayQuery } from '../store/play-query.ts'
import {
  type Cell,
  type Column,
  dayText,
  definition,
  type ReportContext,
  type Sheet,
  say,
} from './sheet.ts'
import { subtitleOf } from './summaries.ts'

const playQueryOf = ({ request, from, to, scope, timeZone }: ReportContext): PlayQuery => ({
  scope,
  from: startOfDay(from, timeZone),
  to: startOfDay(addDays(to, 1), timeZone),
  areaId: request.areaId ?? undefined,
  deviceId: request.deviceId ?? undefined,
  themeId: request.themeId ?? undefined,
  channel: request.channel ?? undefined,
})

/** Read at once: what is made of them should be gone before the next are read. */
const PER_PAGE = 100

/** Of what is archived no line can be shown, and that is said: never that nothing was played. */
const archiveNotes = ({ archived, from, to, request: { lang } }: ReportContext): string[] => {
  const months = archived.filter((month) => month >= monthOf(from) && month <= monthOf(to))
  if (months.length === 0) return []
  const names = months.map(dayText).join(', ')
  return [
    say(
      lang,
      `Bản ghi của tháng ${names} đã chuyển vào kho lưu trữ trên máy chủ (archives/NĂM-THÁNG) và không có trong bảng này; số liệu của các báo cáo tổng hợp vẫn đầy đủ.`,
      `Records of ${names} were moved to the archives on the server (archives/YEAR-MONTH) and are not in this table; the figures of the summaries are complete.`,
    ),
  ]
}

/** How many records there are to be shown; the counters also know of archived ones. */
const expectedOf = async (
  { store }: ReportContext,
  query: PlayQuery,
  notes: readonly string[],
): Promise<number | null> =>
  notes.length > 0 ? null : (await store.plays.page(query, undefined, 1)).total

/** E: every record with its identity and hashes, oldest first. */
export const evidenceSheet = async (context: ReportContext): Promise<Sheet> => {
  const { store, request } = context
  const { lang } = request
  const query = playQueryOf(context)
  const archived = archiveNotes(context)
  const columns = recordColumns(lang)
  async function* rows(): AsyncGenerator<Cell[]> {
    for await (const entry of store.plays.all(query, 'asc', PER_PAGE)) {
      yield columns.map(({ value }) => value(entry))
    }
  }
  return {
    form: 'evidence',
    title: say(lang, 'Phụ lục minh chứng', 'Evidence annex'),
    subtitle: await subtitleOf(context),
    notes: [definition(lang), ...archived],
    columns: columns.map(({ title, kind, width }): Column => ({ title, kind, width })),
    rows: rows(),
    sum: null,
    expected: await expectedOf(context, query, archived),
  }
}

type Session = {
  entry: PlayLogEntry
  full: number
  devices: number
  volumes: [number, number]
  remarks: Map<string, number>
}

const REMARKS = {
  vi: { partial: 'một phần', interrupted: 'bị ngắt', failed: 'không phát được' },
  en: { partial: 'in part', interrupted: 'interrupted', failed: 'not played' },
} as const
const LANGUAGES = {
  vi: { vi: 'Việt', km: 'Khmer', en: 'Anh' },
  en: { vi: 'Vietnamese', km: 'Khmer', en: 'English' },
} as const

const sessionRow = (session: Session, number: number, lang: 'vi' | 'en'): Cell[] => {
  const { play } = session.entry
  const [least, most] = session.volumes
  const remarks = [...session.remarks].map(([text, count]) => `${count} ${text}`)
  const { language, strand } = play.labels ?? {}
  return [
    ...[number, play.plannedStartAt, play.plannedStartAt, play.plannedEndAt, play.asset.title],
    ...[play.themes.map(({ code }) => code).join(', '), strand ?? ''],
    play.asset.kind === 'relay' ? say(lang, 'tiếp sóng', 'relay') : '',
    ...[language ? LANGUAGES[lang][language] : '', play.plannedEndAt - play.plannedStartAt],
    ...[`${session.full}/${session.devices}`, least === most ? `${least}` : `${least}–${most}`],
    ...[play.approvedBy, remarks.join('; ')],
  ]
}

/** A: the log book of a station: one line for what its devices played together. */
export const logSheet = async (context: ReportContext): Promise<Sheet> => {
  const { store, request } = context
  const { lang } = request
  const query = playQueryOf(context)
  const archived = archiveNotes(context)

  async function* rows(): AsyncGenerator<Cell[]> {
    let number = 0
    let instant = 0
    const open = new Map<string, Session>()
    const flush = () => {
      const lines = [...open.values()].map((session) => sessionRow(session, ++number, lang))
      open.clear()
      return lines
    }
    for await (const entry of store.plays.all(query, 'asc', PER_PAGE)) {
      const { play } = entry
      if (play.plannedStartAt !== instant) yield* flush()
      instant = play.plannedStartAt
      // What a device tore and joined again is one line of the book, counted once.
      const key = [play.asset.sha256, play.scheduleId, play.area.path.slice(0, 3).join()].join()
      const session = open.get(key) ?? {
        ...{ entry, full: 0, devices: 0, remarks: new Map<string, number>() },
        volumes: [play.volume, play.volume] as [number, number],
      }
      open.set(key, session)
      session.devices++
      if (play.outcome === 'completed' || play.cause === 'cut-by-plan') session.full++
      else {
        const remark = REMARKS[lang][play.outcome as keyof (typeof REMARKS)['vi']]
        session.remarks.set(remark, (session.remarks.get(remark) ?? 0) + 1)
      }
      session.volumes = [
        Math.min(session.volumes[0], play.volume),
        Math.max(session.volumes[1], play.volume),
      ]
    }
    yield* flush()
  }
  const column = (vi: string, en: string, kind: Column['kind'], width: number): Column => ({
    ...{ title: say(lang, vi, en), kind, width },
  })
  return {
    form: 'log',
    title: say(lang, 'Sổ nhật ký phát thanh', 'Log book of the station'),
    subtitle: await subtitleOf(context),
    notes: [definition(lang), ...archived],
    columns: [
      column('STT', 'No.', 'int', 5),
      column('Ngày', 'Date', 'date', 10),
      column('Giờ bắt đầu', 'Start', 'time', 8),
      column('Giờ kết thúc', 'End', 'time', 8),
      column('Tên bản tin', 'Title', 'text', 30),
      column('Chủ đề', 'Themes', 'code', 8),
      column('Chuyên mục', 'Strand', 'text', 12),
      column('Nguồn', 'Source', 'text', 8),
      column('Ngôn ngữ', 'Language', 'text', 8),
      column('Thời lượng', 'Length', 'length', 8),
      column('Số cụm phát đủ/tổng', 'Devices whole/all', 'code', 9),
      column('Âm lượng', 'Volume', 'code', 8),
      column('Người duyệt', 'Approved by', 'text', 14),
      column('Ghi chú', 'Remarks', 'text', 16),
    ],
    rows: rows(),
    sum: null,
    expected: await expectedOf(context, query, archived),
  }
}
