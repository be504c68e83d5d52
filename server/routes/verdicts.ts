import { createRoute, z } from '@hono/zod-openapi'
import {
  AirEffect,
  AppError,
  type AreaId,
  Asset,
  AssetId,
  isRelayAllowed,
  Verdict,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { asJudged, isOwnWork, judged } from '../programme/asset-edit.ts'
import type { Known } from '../programme/memory.ts'

const params = z.object({ id: AssetId })
const one = { 200: json(Asset, 'The asset'), ...refusals }

const judge = createRoute({
  method: 'post',
  path: '/api/assets/{id}/verdict',
  summary:
    'Approve, reject or withdraw what was read of an asset; it takes effect on devices at once',
  request: { params, body: body(Verdict) },
  responses: one,
})

const effect = createRoute({
  method: 'get',
  path: '/api/assets/{id}/air-effect',
  summary:
    'What approving an asset would put on air, or what withdrawing or editing it would take off',
  request: { params, query: z.object({ verdict: z.enum(['approved', 'withdrawn']) }) },
  responses: {
    200: json(AirEffect, 'Devices, first times, and what plays it'),
    ...refusalsAnd(422),
  },
})

/**
 * A relay that was added when other hosts were listed can be approved no more.
 * @throws AppError relay-not-allowed
 */
const requireReachable = ({ relay }: Asset, { relayHosts }: Pick<Known, 'relayHosts'>): void => {
  if (relay && !isRelayAllowed(relay.url, relayHosts))
    throw new AppError('relay-not-allowed', { address: relay.url })
}

export const verdictRoutes = (deps: Deps) => {
  const { store, memory, panels, publisher, now } = deps
  const routes = createRouter()

  const shown = async (id: AssetId): Promise<Asset> => {
    const found = await store.assets.get(id)
    if (!found) throw new AppError('not-found', { what: 'asset' })
    return found
  }

  routes.openapi(judge, async (c) => {
    const { id } = c.req.valid('param')
    const verdict = c.req.valid('json')
    const { state, sha256, version } = verdict
    const user = c.get('user')
    const { before, after } = await publisher.changeAsset(id, (asset, known) => {
      rightsOf(c, deps, known).requireThing('approve', asset, 'asset')
      const next = judged(asset, verdict, user, now())
      if (state === 'approved' && next !== asset) {
        requireReachable(asset, known)
        if (deps.fourEyes && isOwnWork(asset, user.username)) throw new AppError('own-work')
      }
      return next
    })
    if (after !== before) {
      const action = `asset.${state}`
      const detail = { sha256, version }
      await store.audit.add({ at: now(), userId: user.id, action, subject: id, detail })
      panels.assetChanged()
    }
    return c.json(await shown(id), 200)
  })

  routes.openapi(effect, async (c) => {
    const { id } = c.req.valid('param')
    const { verdict } = c.req.valid('query')
    const known = await memory.look()
    const found = known.assets.get(id)
    if (!found) throw new AppError('not-found', { what: 'asset' })
    const rights = rightsOf(c, deps, known)
    rights.requireThing('see', found, 'asset')
    const after = asJudged(found, verdict, now())
    const all = await deps.planning.ask('airEffect', { asset: found, after, at: now() })
    const areaOf = new Map<string, AreaId>()
    for (const { id: one, areaId } of [...known.published.playlists, ...known.published.schedules])
      areaOf.set(one, areaId)
    const isSeen = (areaId: AreaId | undefined) => areaId !== undefined && rights.may('see', areaId)
    return c.json(
      {
        ...all,
        areas: all.areas.filter(({ areaId }) => isSeen(areaId)),
        playlists: all.playlists.filter((one) => isSeen(areaOf.get(one.id))),
        schedules: all.schedules.filter((one) => isSeen(areaOf.get(one.id))),
        stations: all.stations.filter(({ areaId }) => isSeen(areaId)),
        relays: all.relays.filter((one) => isSeen(known.assets.get(one.id)?.areaId)),
        ownWork: deps.fourEyes && isOwnWork(found, c.get('user').username),
      },
      200,
    )
  })

  return routes
}
