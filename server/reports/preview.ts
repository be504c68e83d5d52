import { drawSheet } from './draw.ts'
import { reportHtml } from './html.ts'
import { pageContextOf } from './make.ts'
import type { Cell, ReportContext } from './sheet.ts'

const MOST_ROWS = 30

/** The page that a report would begin with. */
export const previewOf = async (context: ReportContext, publicUrl: string): Promise<string> => {
  const sheet = await drawSheet(context)
  const rows: Cell[][] = []
  let left = 0
  for await (const cells of sheet.rows) {
    if (rows.length < MOST_ROWS) rows.push(cells)
    else {
      left = Math.max(1, (sheet.expected ?? 0) - MOST_ROWS)
      break
    }
  }
  return reportHtml(sheet, rows, await pageContextOf(context, publicUrl), left)
}
