import { z } from 'zod'
import {
  Alert,
  Coverage,
  type CoverageFilter,
  DayPlan,
  type DeviceId,
  type Dimension,
  DimensionValue,
  type MissingFilter,
  MissingRun,
  type NewReport,
  PlayLogEntry,
  PlayProof,
  pageOf,
  Report,
  Sha256,
} from '#protocol'
import { queryString, type Transport } from './transport.ts'

export type CoverageAsked = z.input<typeof CoverageFilter> & { rows: 'communes' | 'children' }

const MissingPage = pageOf(MissingRun)
const ReportPage = pageOf(Report)
const PlayPage = pageOf(PlayLogEntry)

/** What the server answers about plays, coverage and reports. */
export const evidenceApi = ({ call }: Transport) => ({
  coverageMatrix: (asked: CoverageAsked) =>
    call(Coverage, 'GET', `/api/coverage${queryString(asked)}`),
  coverageValues: (dimension: Dimension, { rows, ...asked }: CoverageAsked) =>
    call(z.array(DimensionValue), 'GET', `/api/coverage/values/${dimension}${queryString(asked)}`),
  missing: (filter: MissingFilter, cursor?: string) =>
    call(MissingPage, 'GET', `/api/missing${queryString({ ...filter, cursor, limit: 100 })}`),
  alerts: () => call(z.array(Alert), 'GET', '/api/alerts'),

  unplannedPlays: (deviceId: DeviceId | undefined, cursor?: string) =>
    call(PlayPage, 'GET', `/api/plays/unplanned${queryString({ deviceId, cursor, limit: 100 })}`),
  /** @param id device/epoch/seq */
  play: (id: string) => call(PlayLogEntry, 'GET', `/api/plays/${id}`),
  /** Has the device send the picture that a record names. */
  playPicture: (id: string) =>
    call(z.object({ sha256: Sha256 }), 'POST', `/api/plays/${id}/picture`),
  playProof: (id: string) => call(PlayProof, 'GET', `/api/plays/${id}/proof`),
  dayPlan: (id: string) => call(DayPlan, 'GET', `/api/plans/${id}`),

  reports: (cursor?: string) =>
    call(ReportPage, 'GET', `/api/reports${queryString({ cursor, limit: 30 })}`),
  makeReport: (request: NewReport) => call(Report, 'POST', '/api/reports', request),
  previewReport: (request: NewReport) =>
    call(z.object({ html: z.string() }), 'POST', '/api/reports/preview', request),
  cancelReport: (id: string) => call(Report, 'DELETE', `/api/reports/${id}`),
})
