import { writeFile } from 'node:fs/promises'
import { createRoute } from '@hono/zod-openapi'
import {
  AppError,
  Asset,
  type AssetId,
  fieldProblem,
  isRelayAllowed,
  RELAY_MIME,
  RelayInput,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { requireThemes } from '../programme/asset-use.ts'
import type { Known } from '../programme/memory.ts'
import { type References, referencesFrom } from '../programme/references.ts'

const add = createRoute({
  method: 'post',
  path: '/api/assets/relays',
  summary: 'Add a stream to take over; its address is approved like a file',
  request: { body: body(RelayInput) },
  responses: { 201: json(Asset, 'The asset, to be approved'), ...refusals },
})

/** @throws AppError bad-input */
const requireFallback = (
  id: AssetId | null,
  { assets }: Pick<Known, 'assets'>,
  { mayUseAsset }: References,
): void => {
  if (id === null) return
  const found = assets.get(id)
  const asset = found && mayUseAsset(found) ? found : undefined
  const isUsable = asset?.kind === 'clip' && asset.approval.state === 'approved'
  if (isUsable) return
  const message = fieldProblem(asset ? 'not-approved-clip' : 'asset-unknown')
  throw new AppError('bad-input', {}, { fields: [{ field: 'fallbackAssetId', message }] })
}

/** @throws AppError bad-input */
const requireAllowed = (url: string, { relayHosts }: Pick<Known, 'relayHosts'>): void => {
  if (isRelayAllowed(url, relayHosts)) return
  const message = fieldProblem('relay-address')
  throw new AppError('bad-input', {}, { fields: [{ field: 'url', message }] })
}

export const relayRoutes = (deps: Deps) => {
  const { store, storage, memory, panels, now } = deps
  const routes = createRouter()

  routes.openapi(add, async (c) => {
    const { title, language, areaId, themeIds, url, fallbackAssetId } = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    rights.require('edit', areaId)
    requireAllowed(url, known)
    requireThemes(themeIds, known)
    requireFallback(fallbackAssetId, known, referencesFrom(areaId, rights, known))
    const path = deps.scratchPath()
    await writeFile(path, `${url}\r\n`, { flush: true })
    const { sha256, bytes } = await storage.adopt(path)
    await store.assets.offerMedia({ sha256, bytes, mime: RELAY_MIME })
    const { username: createdBy, id: userId } = c.get('user')
    const original = { name: url.slice(0, 255), sha256, bytes }
    const rendition = {
      sha256,
      mime: RELAY_MIME,
      bytes,
      durationMs: null,
      width: null,
      height: null,
      loudnessLufs: null,
      truePeakDbtp: null,
    }
    const relay = { url, fallbackAssetId }
    const nothing = { waveform: null, thumbnail: null }
    const id = await store.assets.add(
      { title, language, areaId, themeIds, original, createdBy, isNamed: true },
      now(),
      { kind: 'relay', rendition, relay, ...nothing },
    )
    await store.audit.add({
      at: now(),
      userId,
      action: 'asset.relay',
      subject: id,
      detail: { url, sha256 },
    })
    panels.assetChanged()
    return c.json((await store.assets.get(id)) as Asset, 201)
  })

  return routes
}
