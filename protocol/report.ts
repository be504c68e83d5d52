import { z } from 'zod'
import { Channel } from './channel.ts'
import { Boundaries } from './coverage.ts'
import { ErrorCode, Lang } from './errors.ts'
import { fieldProblem } from './field-problems.ts'
import { AreaId, CampaignId, DeviceId, Sha256, ThemeId } from './ids.ts'
import { EpochMs, LocalDate } from './units.ts'

/** log: log book of a station. themes, areas, devices: summaries. evidence: every record, raw. */
export const ReportForm = z.enum(['log', 'themes', 'areas', 'devices', 'evidence'])
export type ReportForm = z.infer<typeof ReportForm>

export const ReportFormat = z.enum(['pdf', 'xlsx', 'csv', 'jsonl'])
export type ReportFormat = z.infer<typeof ReportFormat>

/** Decree 09/2019 counts a reporting time from the 15th to the 14th; calendar ones are offered too. */
export const ReportPeriod = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('free'), from: LocalDate, to: LocalDate }),
    z.strictObject({
      kind: z.enum(['month', 'quarter', 'half', 'year']),
      calendar: z.enum(['calendar', 'decree-09-2019']),
      year: z.int().min(2000).max(2100),
      /** 1–12, 1–4 or 1–2; of a year it is 1. */
      number: z.int().min(1).max(12),
    }),
    z.strictObject({ kind: z.literal('phase'), campaignId: CampaignId, phase: z.string().max(20) }),
  ])
  .superRefine((period, context) => {
    if (period.kind === 'free' && period.from > period.to) {
      context.addIssue({
        code: 'custom',
        path: ['to'],
        message: fieldProblem('ends-before-start'),
      })
    }
    const most = { month: 12, quarter: 4, half: 2, year: 1, free: 0, phase: 0 }[period.kind]
    if ('number' in period && period.number > most) {
      context.addIssue({ code: 'too_big', origin: 'int', maximum: most, path: ['number'] })
    }
  })
  .meta({ id: 'ReportPeriod' })
export type ReportPeriod = z.infer<typeof ReportPeriod>

export const ReportRequest = z
  .strictObject({
    form: ReportForm,
    format: ReportFormat,
    period: ReportPeriod,
    areaId: AreaId.nullable().default(null),
    deviceId: DeviceId.nullable().default(null),
    themeId: ThemeId.nullable().default(null),
    channel: Channel.nullable().default(null),
    boundaries: Boundaries.default('play'),
    lang: Lang.default('vi'),
  })
  .meta({ id: 'ReportRequest' })
export type ReportRequest = z.infer<typeof ReportRequest>
/** As it is sent: what has a default may be left out. */
export type NewReport = z.input<typeof ReportRequest>

export const ReportState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled'])
export type ReportState = z.infer<typeof ReportState>

export const Report = z
  .object({
    id: z.uuid(),
    request: ReportRequest,
    from: LocalDate,
    to: LocalDate,
    state: ReportState,
    /** 0 to 1. */
    progress: z.number().min(0).max(1),
    fileName: z.string(),
    bytes: z.int().nonnegative().nullable(),
    sha256: Sha256.nullable(),
    failure: ErrorCode.nullable(),
    createdAt: EpochMs,
    finishedAt: EpochMs.nullable(),
    /** After this the file is deleted; it can be made again. */
    expiresAt: EpochMs,
  })
  .meta({ id: 'Report' })
export type Report = z.infer<typeof Report>

const line = z.string().trim().max(200)

/** How an office heads and signs its reports (Decree 30/2020). Number and date stay blank. */
export const Letterhead = z
  .strictObject({
    /** From this day on. */
    validFrom: LocalDate,
    /** The body above it, or empty. */
    superior: line,
    issuer: line.min(1),
    /** As in `Số: …/BC-VHTT`. */
    symbol: line,
    place: line.min(1),
    /** TM., KT., TL. and in whose name, or empty. */
    authority: line,
    signer: line,
    recipients: z.array(line).max(20),
  })
  .meta({ id: 'Letterhead' })
export type Letterhead = z.infer<typeof Letterhead>

/** A letterhead with the version of what the area itself laid down; 0 where it is made up or from above. */
export const AreaLetterhead = Letterhead.extend({ version: z.int().nonnegative() }).meta({
  id: 'AreaLetterhead',
})
export type AreaLetterhead = z.infer<typeof AreaLetterhead>
