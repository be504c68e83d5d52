import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { dateAt } from '#playlists'
import { AppError, type Sha256 } from '#protocol'
import { qrText } from '../evidence/day-root.ts'
import { drawSheet } from './draw.ts'
import { fontStyle } from './fonts.ts'
import { type PageContext, reportHtml } from './html.ts'
import type { Cell, ReportContext, Sheet } from './sheet.ts'
import { summaryOf } from './summary.ts'
import { writeCsv } from './write-csv.ts'
import { jsonLines } from './write-jsonl.ts'

export type MakeOptions = {
  publicUrl: string
  chromium: string | undefined
  /** Where the file goes; what is beside it by the same name is ours too. */
  path: string
  onProgress: (share: number) => void
}

/** More rows than this nobody prints, and Chromium lays out no faster than this allows. */
const MOST_PRINTED = 20_000
/** Of the work of a PDF the part that is done when all rows are read. */
const READ_SHARE = 0.7
const PIECE_BYTES = 1 << 20

/** Tells how far the rows have come. */
async function* watched(
  { rows, expected }: Sheet,
  onProgress: (share: number) => void,
): AsyncGenerator<Cell[]> {
  let count = 0
  for await (const cells of rows) {
    yield cells
    if (++count % 1_000 === 0 && expected) onProgress(Math.min(1, count / expected))
  }
}

export const pageContextOf = async (
  context: ReportContext,
  publicUrl: string,
): Promise<PageContext> => {
  const { store, request, to, timeZone, now } = context
  const today = dateAt(now, timeZone)
  const [last] = (await store.evidence.dates(context.from, to)).slice(-1)
  const day = last ? await store.evidence.day(last) : undefined
  return {
    letterhead: await store.letterheads.of(request.areaId, today),
    lang: request.lang,
    timeZone,
    year: Number(today.slice(0, 4)),
    summary: await summaryOf(context),
    proof: day ? { date: day.date, text: qrText(day, publicUrl) } : null,
    fonts: fontStyle(),
  }
}

/** Size and hash of a file. A stream would leave a buffer behind for every piece of it. */
const measured = async (path: string): Promise<{ bytes: number; sha256: Sha256 }> => {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(PIECE_BYTES)
  await using file = await open(path)
  let bytes = 0
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, bytes)
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') as Sha256 }
    hash.update(piece.subarray(0, bytesRead))
    bytes += bytesRead
  }
}

/**
 * Writes a report to a file. @returns its size and hash
 * @throws AppError report-too-long, browser-missing
 */
export const makeReport = async (
  context: ReportContext,
  options: MakeOptions,
): Promise<{ bytes: number; sha256: Sha256 }> => {
  const { path, onProgress, publicUrl } = options
  const { request, timeZone } = context
  const sheet = await drawSheet(context)
  if (request.format === 'csv') {
    const rows = watched(sheet, onProgress)
    await pipeline(Readable.from(writeCsv({ ...sheet, rows }, timeZone)), createWriteStream(path))
  } else if (request.format === 'jsonl') {
    await pipeline(Readable.from(jsonLines(sheet, onProgress)), createWriteStream(path))
  } else if (request.format === 'xlsx') {
    const { letterhead } = await pageContextOf(context, publicUrl)
    const head = [letterhead.superior, letterhead.issuer].map((name) =>
      name.toLocaleUpperCase('vi'),
    )
    // The library of workbooks takes 50 MB: who wants none does without.
    const { writeXlsx } = await import('./write-xlsx.ts')
    await writeXlsx({ ...sheet, rows: watched(sheet, onProgress) }, path, timeZone, head)
  } else {
    const rows: Cell[][] = []
    for await (const cells of watched(sheet, (share) => onProgress(share * READ_SHARE))) {
      rows.push(cells)
      if (rows.length > MOST_PRINTED) throw new AppError('report-too-long', { most: MOST_PRINTED })
    }
    const html = reportHtml(sheet, rows, await pageContextOf(context, publicUrl))
    try {
      const { printPdf } = await import('./print.ts')
      const profile = `${path}.profile`
      await printPdf(html, path, { executable: options.chromium, profile })
    } catch (cause) {
      throw new AppError('browser-missing', {}, { cause })
    }
  }
  return measured(path)
}
