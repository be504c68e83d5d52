import { createRoute, z } from '@hono/zod-openapi'
import {
  AppError,
  AreaId,
  Asset,
  AssetFilter,
  AssetId,
  AssetPatch,
  Language,
  lineOf,
  PageQuery,
  pageOf,
  ThemeId,
  Version,
} from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight, rightsOf, seenBy } from '../http/authenticate.ts'
import { receiveFile } from '../http/receive-file.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { edited } from '../programme/asset-edit.ts'
import { requireAssetFree, requireThemes } from '../programme/asset-use.ts'

const params = z.object({ id: AssetId })
const one = { 200: json(Asset, 'The asset'), ...refusals }

const list = createRoute({
  method: 'get',
  path: '/api/assets',
  summary: 'The library, newest first',
  request: { query: AssetFilter.extend(PageQuery.shape) },
  responses: { 200: json(pageOf(Asset), 'A page of assets'), ...refusals },
})

const get = createRoute({
  method: 'get',
  path: '/api/assets/{id}',
  summary: 'One asset, with how far its processing is',
  request: { params },
  responses: one,
})

const Upload = z.object({
  name: lineOf(255),
  areaId: AreaId,
  title: lineOf(300).optional(),
  language: Language.default('vi'),
  themeIds: z
    .string()
    .optional()
    .transform((text) => (text ? text.split(',') : []))
    .pipe(z.array(ThemeId).max(50)),
})

const upload = createRoute({
  method: 'post',
  path: '/api/assets',
  summary: 'Upload a file; its processing goes on after the answer',
  request: {
    query: Upload,
    body: {
      content: {
        'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
      },
      required: true,
    },
  },
  responses: { 201: json(Asset, 'The asset, in processing'), ...refusals },
})

const patch = createRoute({
  method: 'patch',
  path: '/api/assets/{id}',
  summary:
    'Change what is said about an asset: an approval is void, which takes effect on devices at once',
  request: { params, body: body(AssetPatch) },
  responses: one,
})

const retry = createRoute({
  method: 'post',
  path: '/api/assets/{id}/ingest',
  summary: 'Process a failed file again; the answer does not wait for it',
  request: { params },
  responses: one,
})

const remove = createRoute({
  method: 'delete',
  path: '/api/assets/{id}',
  summary: 'Delete an asset that nothing holds; where somebody has changed it, `current` is theirs',
  request: { params, query: z.object({ version: z.coerce.number().pipe(Version) }) },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})

/** A file's name without its ending: what the asset is called until somebody names it. */
const titleOf = (fileName: string): string => fileName.replace(/\.[^.]{1,8}$/, '').slice(0, 300)

export const assetRoutes = (deps: Deps) => {
  const { store, memory, storage, ingestQueue, panels, publisher, now } = deps
  const routes = createRouter()

  const asset = async (id: AssetId): Promise<Asset> => {
    const found = await store.assets.get(id)
    if (!found) throw new AppError('not-found', { what: 'asset' })
    const progress = ingestQueue.progressOf(id)
    return progress ? { ...found, ingest: progress } : found
  }

  routes.openapi(list, async (c) => {
    const { cursor, limit, ...filter } = c.req.valid('query')
    const page = await store.assets.page({ ...filter, scope: seenBy(c, deps) }, cursor, limit)
    const items = page.items.map((item) => ({
      ...item,
      ingest: ingestQueue.progressOf(item.id) ?? item.ingest,
    }))
    return c.json({ ...page, items }, 200)
  })

  routes.openapi(get, async (c) => {
    const found = await asset(c.req.valid('param').id)
    await requireRight(c, deps, 'see', found.areaId, 'asset')
    return c.json(found, 200)
  })

  routes.openapi(upload, async (c) => {
    const { name, areaId, title, language, themeIds } = c.req.valid('query')
    await requireRight(c, deps, 'edit', areaId)
    requireThemes(themeIds, await memory.look())
    const path = deps.scratchPath()
    const { bytes } = await receiveFile(c.req.raw, path, deps.maxUploadBytes)
    const { sha256 } = await storage.adopt(path)
    const id = await store.assets.add(
      {
        title: title ?? titleOf(name),
        language,
        areaId,
        themeIds,
        original: { name, sha256, bytes },
        createdBy: c.get('user').username,
        isNamed: title !== undefined,
      },
      now(),
    )
    ingestQueue.add(id)
    const userId = c.get('user').id
    await store.audit.add({
      at: now(),
      userId,
      action: 'asset.upload',
      subject: id,
      detail: { sha256 },
    })
    panels.assetChanged()
    return c.json(await asset(id), 201)
  })

  routes.openapi(patch, async (c) => {
    const { id } = c.req.valid('param')
    const change = c.req.valid('json')
    const user = c.get('user')
    const { before, after } = await publisher.changeAsset(id, (asset, known) => {
      rightsOf(c, deps, known).requireThing('edit', asset, 'asset')
      requireThemes(change.themeIds ?? [], known)
      return edited(asset, change, user)
    })
    if (after !== before) {
      const detail = { change, before: { ...before, waveform: undefined } }
      await store.audit.add({
        ...{ at: now(), userId: user.id, action: 'asset.edit', subject: id, detail },
      })
      panels.assetChanged()
    }
    return c.json(await asset(id), 200)
  })

  routes.openapi(retry, async (c) => {
    const { id } = c.req.valid('param')
    const { areaId } = await asset(id)
    await requireRight(c, deps, 'edit', areaId, 'asset')
    await ingestQueue.retry(id)
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'asset.retry', subject: id })
    panels.assetChanged()
    return c.json(await asset(id), 200)
  })

  routes.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const { version } = c.req.valid('query')
    const found = await asset(id)
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    rights.requireThing('edit', found, 'asset')
    requireAssetFree(id, known, rights)
    if (!(await store.assets.remove(id, version))) {
      const attached = { current: await store.assets.get(id) }
      throw new AppError('changed-meanwhile', { name: found.title }, { attached })
    }
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'asset.delete', subject: id })
    panels.assetChanged()
    return c.body(null, 204)
  })

  return routes
}
