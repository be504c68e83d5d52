import type { ReportForm, ReportFormat, ReportRequest } from '#protocol'

export const MIME: Readonly<Record<ReportFormat, string>> = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl',
}

const NAMES: Readonly<Record<ReportForm, string>> = {
  log: 'so-nhat-ky',
  themes: 'theo-chu-de',
  areas: 'theo-dia-ban',
  devices: 'thiet-bi',
  evidence: 'minh-chung',
}

/** Says what is in it, in letters that every mail program and disk takes. */
export const fileNameOf = ({ form, format }: ReportRequest, from: string, to: string): string =>
  `${NAMES[form]}_${from}_${to}.${format}`
