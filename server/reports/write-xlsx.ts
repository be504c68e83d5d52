import { createWriteStream } from 'node:fs'
import { type Font, type Style, WorkbookWriter } from '@cj-tech-master/excelts'
import type { TimeZone } from '#protocol'
import type { Cell, CellKind, Sheet } from './sheet.ts'
import { createWallClock } from './wall-clock.ts'

const DAY_MS = 86_400_000
/** A sheet of a workbook ends here; what is longer goes on in the next one. */
const MOST_ROWS = 1_000_000
const ROWS_PER_TURN = 500

const FORMATS: Readonly<Record<CellKind, string>> = {
  text: '@',
  code: '@',
  int: '#,##0',
  decimal: '#,##0.###',
  share: '0.0%',
  date: 'dd/mm/yyyy',
  time: 'hh:mm:ss',
  instant: 'dd/mm/yyyy hh:mm:ss',
  length: '[h]:mm:ss',
}
const isNumber = (kind: CellKind) => kind === 'int' || kind === 'decimal' || kind === 'share'

const FONT = { name: 'Times New Roman', size: 11 }
const LINE = { style: 'thin' } as const
const BORDER = { top: LINE, bottom: LINE, left: LINE, right: LINE }

/**
 * A report as a workbook, written as it comes: real numbers, dates and lengths, the heading of the
 * table frozen and printed on every page, A4 landscape, one page wide.
 */
export const writeXlsx = async (
  sheet: Sheet,
  path: string,
  timeZone: TimeZone,
  head: readonly string[],
): Promise<void> => {
  const clock = createWallClock(timeZone)
  // A workbook knows no zones: it shows the wall of ours.
  const value = (cell: Cell, kind: CellKind): Cell | Date => {
    if (typeof cell !== 'number') return cell
    if (kind === 'date' || kind === 'instant') return new Date(clock.wall(cell))
    if (kind === 'time') return (clock.wall(cell) % DAY_MS) / DAY_MS
    return kind === 'length' ? cell / DAY_MS : cell
  }
  const top = [...head, sheet.title.toLocaleUpperCase('vi'), sheet.subtitle, '']
  const headingRow = top.length + 1
  const workbook = new WorkbookWriter({
    stream: createWriteStream(path),
    useStyles: true,
    useSharedStrings: false,
  })
  let count = 0
  const open = () => {
    const number = ++count
    const one = workbook.addWorksheet(number === 1 ? 'Báo cáo' : `Báo cáo ${number}`, {
      views: [{ state: 'frozen', ySplit: headingRow, xSplit: 0 }],
      pageSetup: {
        paperSize: 9,
        orientation: 'landscape',
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        printTitlesRow: `${headingRow}:${headingRow}`,
      },
    })
    one.columns = sheet.columns.map(({ width }) => ({ width: Math.max(7, width) }))
    for (const [index, text] of top.entries()) {
      const row = one.addRow([text])
      const isTitle = index === head.length
      row.font = { ...FONT, size: isTitle ? 14 : 12, bold: index <= head.length }
      row.getCell(1).alignment = { horizontal: 'left', wrapText: false }
      row.commit()
    }
    const heading = one.addRow(sheet.columns.map(({ title }) => title))
    heading.eachCell((cell) => {
      cell.font = { ...FONT, bold: true }
      cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF2F2F2' } }
      cell.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true }
      cell.border = BORDER
    })
    heading.commit()
    return one
  }
  let worksheet = open()
  let rows = 0
  // One object for all cells of a column: the writer looks at a style once.
  const stylesIn = (font: Partial<Font>): Partial<Style>[] =>
    sheet.columns.map(({ kind }) => ({
      font,
      numFmt: FORMATS[kind],
      alignment: {
        vertical: 'top',
        wrapText: true,
        horizontal: isNumber(kind) ? 'right' : kind === 'text' ? 'left' : 'center',
      },
    }))
  const usual = stylesIn(FONT)
  const bold = stylesIn({ ...FONT, bold: true })
  const kinds = sheet.columns.map(({ kind }) => kind)
  const add = (cells: readonly Cell[], styles: readonly Partial<Style>[]) => {
    const row = worksheet.addRow(kinds.map((kind, index) => value(cells[index] ?? null, kind)))
    for (const [index, style] of styles.entries()) row.getCell(index + 1).style = style
    row.commit()
  }
  for await (const cells of sheet.rows) {
    if (rows > 0 && rows % MOST_ROWS === 0) {
      await worksheet.commit()
      worksheet = open()
    }
    add(cells, usual)
    // The writer hands its pieces on between two turns: what is written is not kept.
    if (++rows % ROWS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  if (sheet.sum) add(sheet.sum, bold)
  for (const note of sheet.notes) {
    const row = worksheet.addRow([note])
    row.font = { ...FONT, italic: true }
    row.getCell(1).alignment = { horizontal: 'left', wrapText: false }
    row.commit()
  }
  await worksheet.commit()
  await workbook.commit()
}
