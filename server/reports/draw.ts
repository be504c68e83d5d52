import type { ReportForm } from '#protocol'
import { devicesSheet } from './devices.ts'
import { evidenceSheet, logSheet } from './records.ts'
import type { ReportContext, Sheet } from './sheet.ts'
import { areasSheet, themesSheet } from './summaries.ts'

const FORMS: Readonly<Record<ReportForm, (context: ReportContext) => Promise<Sheet>>> = {
  log: logSheet,
  themes: themesSheet,
  areas: areasSheet,
  devices: devicesSheet,
  evidence: evidenceSheet,
}

/** A report as a table, whatever it will be written as. */
export const drawSheet = (context: ReportContext): Promise<Sheet> =>
  FORMS[context.request.form](context)
