import { createRoute, z } from '@hono/zod-openapi'
import { AppError, channelOf, Playlist, PlaylistEdit, PlaylistId, PlaylistInput } from '#protocol'
import type { Deps } from '../deps.ts'
import { requireRight } from '../http/authenticate.ts'
import { body, createRouter, json, refusals } from '../http/router.ts'
import { visible } from '../http/visible.ts'

const params = z.object({ id: PlaylistId })

const list = createRoute({
  method: 'get',
  path: '/api/playlists',
  summary: 'Playlists of the draft',
  responses: { 200: json(z.array(Playlist), 'Playlists'), ...refusals },
})

const add = createRoute({
  method: 'post',
  path: '/api/playlists',
  summary: 'Add a playlist to the draft',
  request: { body: body(PlaylistInput) },
  responses: { 201: json(Playlist, 'The playlist'), ...refusals },
})

const replace = createRoute({
  method: 'put',
  path: '/api/playlists/{id}',
  summary: 'Replace a playlist of the draft',
  request: { params, body: body(PlaylistEdit) },
  responses: { 200: json(Playlist, 'The playlist'), ...refusals },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/playlists/{id}',
  summary: 'Delete a playlist that no schedule uses',
  request: { params },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})

export const playlistRoutes = (deps: Deps) => {
  const { store, now } = deps
  const routes = createRouter()

  /** @throws AppError reference-unknown, asset-kind-mismatch */
  const checkItems = async ({ items, channel }: PlaylistInput) => {
    for (const [index, item] of items.entries()) {
      if (item.kind !== 'asset') continue
      const asset = await store.assets.get(item.assetId)
      if (!asset) {
        throw new AppError('reference-unknown', { field: `items.${index}.assetId`, what: 'asset' })
      }
      if (asset.kind && channelOf(asset.kind) !== channel) {
        throw new AppError('asset-kind-mismatch', { title: asset.title, channel })
      }
    }
  }

  const existing = async (id: PlaylistId): Promise<Playlist> => {
    const { playlists } = await store.programme.draft()
    const found = playlists.find((playlist) => playlist.id === id)
    if (!found) throw new AppError('not-found', { what: 'playlist' })
    return found
  }

  routes.openapi(list, async (c) => {
    const { playlists } = await store.programme.draft()
    return c.json(await visible(c, deps, playlists), 200)
  })

  routes.openapi(add, async (c) => {
    const input = c.req.valid('json')
    await requireRight(c, deps, 'edit', input.areaId)
    await checkItems(input)
    const playlist = await store.programme.addPlaylist(input, now())
    const userId = c.get('user').id
    await store.audit.add({ at: now(), userId, action: 'playlist.add', subject: playlist.id })
    return c.json(playlist, 201)
  })

  routes.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    const { version, ...input } = c.req.valid('json')
    const before = await existing(id)
    await requireRight(c, deps, 'edit', before.areaId)
    await requireRight(c, deps, 'edit', input.areaId)
    await checkItems(input)
    const replaced = await store.programme.replacePlaylist(id, version, input)
    if (!replaced) throw new AppError('changed-meanwhile', { name: before.name })
    const userId = c.get('user').id
    await store.audit.add({
      at: now(),
      userId,
      action: 'playlist.edit',
      subject: id,
      detail: before,
    })
    return c.json(replaced, 200)
  })

  routes.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const before = await existing(id)
    await requireRight(c, deps, 'edit', before.areaId)
    const { schedules } = await store.programme.draft()
    const user = schedules.find((schedule) => schedule.playlistId === id)
    if (user) throw new AppError('playlist-in-use', { schedule: user.name })
    await store.programme.removePlaylist(id)
    const userId = c.get('user').id
    await store.audit.add({
      at: now(),
      userId,
      action: 'playlist.delete',
      subject: id,
      detail: before,
    })
    return c.body(null, 204)
  })

  return routes
}
