import { renderSVG } from 'uqr'
import type { Lang, Letterhead, TimeZone } from '#protocol'
import type { Cell, CellKind, Sheet } from './sheet.ts'
import { say } from './sheet.ts'
import { createWallClock } from './wall-clock.ts'
import { lengthText } from './write-csv.ts'

export type PageContext = {
  letterhead: Letterhead
  lang: Lang
  timeZone: TimeZone
  /** The year in which the report is made; its day and number are left to the registry. */
  year: number
  /** First sentence of the report. */
  summary: string
  /** What a stranger checks the report's records against, where a day in it was closed. */
  proof: { date: string; text: string } | null
  /** Style of the fonts: from files in print, by address in the preview. */
  fonts: string
}

const escaped = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (character) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[character] ?? '',
  )

/** Decree 30/2020: A4, left 30 mm, right 15 to 20, top and bottom 20 to 25; Times; page number on top. */
const style = (isWide: boolean, fonts: string): string => `${fonts}
@page {
  size: A4 ${isWide ? 'landscape' : 'portrait'};
  margin: 22mm 17mm 20mm 30mm;
  @top-center { content: counter(page); font: 13pt 'Tinos', serif; }
}
@page :first { @top-center { content: none; } }
* { box-sizing: border-box; }
html { font: 13pt/1.35 'Tinos', 'Times New Roman', serif; color: #000; background: #fff; }
body { margin: 0; }
table { border-collapse: collapse; width: 100%; }
.head td, .foot td { vertical-align: top; text-align: center; width: 50%; padding: 0 2mm; }
.caps { text-transform: uppercase; }
.rule { width: 38%; border-top: 0.75pt solid #000; margin: 1mm auto 0; }
.motto { display: inline-block; border-bottom: 0.75pt solid #000; padding-bottom: 0.5mm; }
.head .second td { padding-top: 3mm; white-space: nowrap; }
h1 { font-size: 14pt; text-align: center; text-transform: uppercase; margin: 8mm 0 1mm; }
.subject { text-align: center; font-weight: bold; margin: 0; }
p { margin: 6pt 0; text-align: justify; text-indent: 10mm; }
.data { margin-top: 5mm; font-size: ${isWide ? '10.5pt' : '11.5pt'}; line-height: 1.2; }
.data th, .data td { border: 0.5pt solid #000; padding: 1mm 1.2mm; overflow-wrap: anywhere; }
.data th { background: #f2f2f2; text-align: center; vertical-align: middle; overflow-wrap: break-word; }
.data .numbers td { font-style: italic; text-align: center; }
.data tr { break-inside: avoid; }
.data td { vertical-align: top; }
.data .int, .data .decimal, .data .share { text-align: right; }
.data .code, .data .date, .data .time, .data .instant, .data .length { text-align: center; }
.data .sum td { font-weight: bold; }
.notes p { font-size: 11.5pt; font-style: italic; text-indent: 0; margin: 3pt 0; }
.foot { margin-top: 8mm; break-inside: avoid; }
.foot .to { text-align: left; font-size: 11pt; line-height: 1.3; }
.foot .to b { font-size: 12pt; font-style: italic; }
.foot .space { height: 26mm; }
.proof { display: flex; gap: 5mm; align-items: center; margin-top: 6mm; font-size: 10pt; break-inside: avoid; }
.proof svg { width: 26mm; height: 26mm; flex: none; }
.proof div { overflow-wrap: anywhere; }
@media screen {
  html { zoom: 0.72; }
  body { width: ${isWide ? 250 : 163}mm; margin: 8mm auto; }
}
`

const VI_NUMBER = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 3 })
const EN_NUMBER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 3 })

const shower = ({ lang, timeZone }: PageContext) => {
  const number = lang === 'vi' ? VI_NUMBER : EN_NUMBER
  const clock = createWallClock(timeZone)
  return (cell: Cell, kind: CellKind): string => {
    if (cell === null) return ''
    if (typeof cell === 'string') return escaped(cell)
    if (kind === 'date') return clock.date(cell)
    if (kind === 'time') return clock.time(cell)
    if (kind === 'instant') return `${clock.date(cell)} ${clock.time(cell)}`
    if (kind === 'length') return lengthText(cell)
    return number.format(kind === 'share' ? Math.round(cell * 1000) / 10 : cell)
  }
}

const header = ({ letterhead, lang, year }: PageContext): string => {
  const { superior, issuer, symbol, place } = letterhead
  const number = say(lang, 'Số:', 'No.:')
  const blank = '&nbsp;'.repeat(8)
  const date = say(
    lang,
    `${escaped(place)}, ngày${blank}tháng${blank}năm ${year}`,
    `${escaped(place)},${blank}${blank}${year}`,
  )
  return `<table class="head"><tbody>
<tr><td>${superior ? `<div class="caps">${escaped(superior)}</div>` : ''}<div class="caps"><b>${escaped(issuer)}</b></div><div class="rule"></div></td>
<td><div><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b></div><div><b class="motto">Độc lập - Tự do - Hạnh phúc</b></div></td></tr>
<tr class="second"><td>${number}${blank}/BC-${escaped(symbol)}</td><td><i>${date}</i></td></tr>
</tbody></table>`
}

const footer = ({ letterhead, lang }: PageContext): string => {
  const { authority, signer, recipients } = letterhead
  const to = [...recipients, say(lang, 'Lưu: VT.', 'Archive.')]
    .map((name, index, all) => `- ${escaped(name)}${index < all.length - 1 ? ';' : ''}`)
    .join('<br>')
  return `<table class="foot"><tbody><tr>
<td class="to"><b>${say(lang, 'Nơi nhận:', 'To:')}</b><br>${to}</td>
<td><div class="caps"><b>${escaped(authority)}</b></div><div class="caps"><b>${escaped(signer)}</b></div><div class="space"></div></td>
</tr></tbody></table>`
}

const proofOf = ({ proof, lang }: PageContext): string =>
  proof
    ? `<div class="proof">${renderSVG(proof.text, { border: 1 })}<div>${say(
        lang,
        `Mã kiểm chứng: gốc của mọi bản ghi tính đến hết ngày ${proof.date}.`,
        `To check: the root over all records up to ${proof.date}.`,
      )}<br>${escaped(proof.text)}</div></div>`
    : ''

/**
 * A report as a page for print, in the layout of Decree 30/2020. Number, day and signature stay
 * blank: they are given by people.
 * @param rows those that are shown
 * @param left how many more there are, where this is only a preview
 */
export const reportHtml = (
  sheet: Sheet,
  rows: readonly (readonly Cell[])[],
  context: PageContext,
  left = 0,
): string => {
  const { lang } = context
  const show = shower(context)
  const widths = sheet.columns.reduce((sum, { width }) => sum + width, 0)
  const isWide = sheet.columns.length > 10
  const line = (cells: readonly Cell[], kind = '') =>
    `<tr${kind && ` class="${kind}"`}>${sheet.columns
      .map(
        (column, index) =>
          `<td class="${column.kind}">${show(cells[index] ?? null, column.kind)}</td>`,
      )
      .join('')}</tr>`
  const more = say(lang, `… và ${left} dòng nữa trong tệp`, `… and ${left} more rows in the file`)
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${escaped(sheet.title)}</title>
<style>${style(isWide, context.fonts)}</style></head><body>
${header(context)}
<h1>${say(lang, 'Báo cáo', 'Report')}</h1>
<p class="subject" style="text-indent:0">${escaped(sheet.title)}<br>(${escaped(sheet.subtitle)})</p>
<div class="rule"></div>
<p>${escaped(context.summary)}</p>
<table class="data"><colgroup>${sheet.columns.map(({ width }) => `<col style="width:${((100 * width) / widths).toFixed(2)}%">`).join('')}</colgroup>
<thead><tr>${sheet.columns.map(({ title }) => `<th scope="col">${escaped(title)}</th>`).join('')}</tr></thead>
<tbody><tr class="numbers">${sheet.columns.map((_, index) => `<td>(${index + 1})</td>`).join('')}</tr>
${rows.map((cells) => line(cells)).join('\n')}
${left > 0 ? `<tr><td colspan="${sheet.columns.length}" class="code">${more}</td></tr>` : ''}
${sheet.sum ? line(sheet.sum, 'sum') : ''}</tbody></table>
<div class="notes">${sheet.notes.map((note, index) => `<p>${escaped(note)}${index === sheet.notes.length - 1 ? './.' : ''}</p>`).join('')}</div>
${proofOf(context)}
${footer(context)}
</body></html>
`
}
