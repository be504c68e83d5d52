import type { TimeZone } from '#protocol'
import type { Cell, CellKind, Sheet } from './sheet.ts'
import { createWallClock, type WallClock } from './wall-clock.ts'

/** Tells Excel that the text is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'
const CHUNK_CHARACTERS = 60_000
/** What a spreadsheet would run as a formula, in East Asian ones also in full width, and what must stand between quotes (RFC 4180). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/
const QUOTED = /[",\r\n]/

/** A cell that a spreadsheet would run as a formula is made text by an apostrophe. */
export const csvCell = (value: Cell): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** h:mm:ss */
export const lengthText = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

const formatOf = (kind: CellKind, clock: WallClock): ((value: Cell) => string) => {
  const shown: Partial<Record<CellKind, (value: number) => string>> = {
    date: clock.date,
    time: clock.time,
    instant: clock.exact,
    length: lengthText,
    share: (value) => String(Math.round(value * 10_000) / 10_000),
  }
  const show = shown[kind]
  return show ? (value) => (typeof value === 'number' ? show(value) : csvCell(value)) : csvCell
}

/** A report as CSV (RFC 4180, UTF-8 with a byte order mark, CRLF), in pieces. */
export async function* writeCsv(
  sheet: Pick<Sheet, 'columns' | 'rows' | 'sum'>,
  timeZone: TimeZone,
): AsyncGenerator<string> {
  const clock = createWallClock(timeZone)
  const formats = sheet.columns.map(({ kind }) => formatOf(kind, clock))
  const line = (cells: readonly Cell[]): string => {
    let text = ''
    for (let index = 0; index < formats.length; index++) {
      if (index > 0) text += ','
      text += formats[index]?.(cells[index] ?? null)
    }
    return `${text}\r\n`
  }
  let chunk = `${BYTE_ORDER_MARK}${sheet.columns.map(({ title }) => csvCell(title)).join(',')}\r\n`
  for await (const cells of sheet.rows) {
    chunk += line(cells)
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = ''
  }
  if (sheet.sum) chunk += line(sheet.sum)
  yield chunk
}
