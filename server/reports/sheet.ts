import type { Campaign, EpochMs, Lang, ReportForm, ReportRequest, TimeZone } from '#protocol'
import type { Month } from '../archive/months.ts'
import type { Scope } from '../store/areas.ts'
import type { Store } from '../store/store.ts'

/**
 * How a column's values are to be read: text; whole numbers; a share of 1; an instant, shown as its
 * date, time of day or both; a length in ms.
 */
export type CellKind =
  | 'text'
  | 'code'
  | 'int'
  | 'decimal'
  | 'share'
  | 'date'
  | 'time'
  | 'instant'
  | 'length'
export type Cell = string | number | null

export type Column = { title: string; kind: CellKind /** Relative to the others. */; width: number }

/** A report before it has a format: what stands above its table, and its rows as they come. */
export type Sheet = {
  form: ReportForm
  title: string
  /** What it is about: period, area, boundaries. */
  subtitle: string
  /** Sentences below the table: definitions, what is not known. */
  notes: string[]
  columns: Column[]
  rows: AsyncIterable<Cell[]>
  /** The last row, where the columns can be added up. */
  sum: Cell[] | null
  /** How many rows there will be, as far as that is known: for progress. */
  expected: number | null
}

export type ReportContext = {
  store: Store
  /** As they are published when the report is made. */
  campaigns: readonly Campaign[]
  request: ReportRequest
  from: string
  to: string
  scope: Scope
  /** Months whose records are in archives only. */
  archived: readonly Month[]
  timeZone: TimeZone
  now: EpochMs
}

export const say = (lang: Lang, vi: string, en: string): string => (lang === 'vi' ? vi : en)

/** dd/mm/yyyy of a day, mm/yyyy of a month. */
export const dayText = (date: string): string => date.split('-').toReversed().join('/')

export const definition = (lang: Lang): string =>
  say(
    lang,
    '1 lượt phát = 1 nội dung phát tại 1 thiết bị (cụm loa hoặc bảng tin).',
    '1 play = 1 item brought out on 1 device (a loudspeaker cluster or a board).',
  )

export const boundariesText = ({ boundaries, lang }: ReportRequest): string =>
  boundaries === 'play'
    ? say(lang, 'theo địa giới tại thời điểm phát', 'boundaries as of the play')
    : say(lang, 'theo địa giới hiện hành', 'boundaries as of today')

export const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : part / whole

export async function* rowsOf(rows: readonly Cell[][]): AsyncGenerator<Cell[]> {
  yield* rows
}
