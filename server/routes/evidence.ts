import { createRoute, z } from '@hono/zod-openapi'
import {
  AppError,
  DayEvidence,
  DeviceEvidence,
  DeviceId,
  LocalDate,
  PlayProof,
  type TreeHash,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { dayEvidence } from '../evidence/day-root.ts'
import { proveRecord } from '../evidence/play-proof.ts'
import { requireRight } from '../http/authenticate.ts'
import { checkPeriod } from '../http/check-period.ts'
import { PlayParams } from '../http/play-params.ts'
import { createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { treeHeadOf } from '../store/journal.ts'

const day = createRoute({
  method: 'get',
  path: '/api/evidence/days/{date}',
  summary: 'The root over all devices of one day; open to everybody: it proves, and tells nothing',
  security: [],
  request: { params: z.object({ date: LocalDate }) },
  responses: { 200: json(DayEvidence, 'Root, signature and time stamp'), ...refusals },
})

const days = createRoute({
  method: 'get',
  path: '/api/evidence/days',
  summary: 'The dates that were closed with a root',
  security: [],
  request: { query: z.object({ from: LocalDate, to: LocalDate }) },
  responses: { 200: json(z.array(LocalDate), 'Dates, in order'), ...refusals },
})

const device = createRoute({
  method: 'get',
  path: '/api/devices/{id}/evidence',
  summary: 'What is held of a device’s journal, signed by both sides, and its contradictions',
  request: { params: z.object({ id: DeviceId }) },
  responses: { 200: json(DeviceEvidence, 'Checkpoints and incidents'), ...refusals },
})

const proof = createRoute({
  method: 'get',
  path: '/api/plays/{device}/{epoch}/{seq}/proof',
  summary: 'All that is needed to check one record offline',
  request: {
    params: PlayParams,
  },
  responses: { 200: json(PlayProof, 'Record, audit paths, signatures'), ...refusalsAnd(410) },
})

/** Roots of days, for whoever holds a report with one printed on it. */
export const dayRoutes = ({ store, publicUrl }: Deps) => {
  const routes = createRouter()

  routes.openapi(day, async (c) => {
    const row = await store.evidence.day(c.req.valid('param').date)
    if (!row) throw new AppError('not-found', { what: 'day' })
    return c.json(dayEvidence(row, publicUrl), 200)
  })

  routes.openapi(days, async (c) => {
    const { from, to } = c.req.valid('query')
    checkPeriod({ from, to }, 'years')
    return c.json(await store.evidence.dates(from, to), 200)
  })

  return routes
}

export const evidenceRoutes = (deps: Deps) => {
  const { store, ledgerKey, publicUrl } = deps
  const routes = createRouter()

  routes.openapi(device, async (c) => {
    const { id } = c.req.valid('param')
    // A device that was removed is nobody's any more but the province's.
    await requireRight(c, deps, 'see', (await store.devices.get(id))?.areaId ?? null, 'device')
    const journals = (await store.evidence.journals(id)).map((row) => ({
      epoch: row.epoch,
      size: row.next,
      root: Buffer.from(treeHeadOf(row).root()).toString('base64') as TreeHash,
      journalKey: row.journal_key,
      note: row.note ?? '',
      archived: row.archived,
      lastReceivedAt: row.received_at,
    }))
    const incidents = await store.evidence.incidents(id)
    return c.json({ deviceId: id, journals, incidents, ledgerKey: ledgerKey.cosignaturesKey }, 200)
  })

  routes.openapi(proof, async (c) => {
    const { device: deviceId, epoch, seq } = c.req.valid('param')
    await requireRight(
      c,
      deps,
      'see',
      (await store.devices.get(deviceId))?.areaId ?? null,
      'record',
    )
    return c.json(await proveRecord(store, ledgerKey, publicUrl, { deviceId, epoch, seq }), 200)
  })

  return routes
}
