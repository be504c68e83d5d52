import { createRoute, z } from '@hono/zod-openapi'
import { v7 as uuid } from 'uuid'
import { AppError, Playlist, PlaylistEdit, PlaylistId, PlaylistInput, Version } from '#protocol'
import type { Rights } from '../access/rights.ts'
import type { Deps } from '../deps.ts'
import { rightsOf } from '../http/authenticate.ts'
import { body, createRouter, json, refusals, refusalsAnd } from '../http/router.ts'
import { changedMeanwhile } from '../programme/changed-meanwhile.ts'
import { checkPlaylist } from '../programme/check-playlist.ts'
import { namedTo, referencesFrom } from '../programme/references.ts'
import type { Content } from '../store/content.ts'

const params = z.object({ id: PlaylistId })

const list = createRoute({
  method: 'get',
  path: '/api/playlists',
  summary: 'Playlists of the draft',
  responses: { 200: json(z.array(Playlist), 'Playlists'), ...refusals },
})

const get = createRoute({
  method: 'get',
  path: '/api/playlists/{id}',
  summary: 'One playlist of the draft',
  request: { params },
  responses: { 200: json(Playlist, 'The playlist'), ...refusals },
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
  summary: 'Replace a playlist of the draft; where somebody was quicker, `current` is theirs',
  request: { params, body: body(PlaylistEdit) },
  responses: { 200: json(Playlist, 'The playlist'), ...refusalsAnd(422) },
})

const remove = createRoute({
  method: 'delete',
  path: '/api/playlists/{id}',
  summary: 'Delete a playlist that nothing uses',
  request: { params, query: z.object({ version: z.coerce.number().pipe(Version) }) },
  responses: { 204: { description: 'Deleted' }, ...refusals },
})

/** @throws AppError not-found */
const existing = ({ playlists }: Content, id: PlaylistId): Playlist => {
  const found = playlists.find((playlist) => playlist.id === id)
  if (!found) throw new AppError('not-found', { what: 'playlist' })
  return found
}

/** @throws AppError playlist-in-use, playlist-nested, used-elsewhere */
const requireUnused = (
  { schedules, playlists }: Content,
  id: PlaylistId,
  rights: Pick<Rights, 'may'>,
): void => {
  const named = namedTo(rights)
  const user = schedules.find(
    ({ playlistId, fillPlaylistId }) => playlistId === id || fillPlaylistId === id,
  )
  if (user) {
    const usedBy = { what: 'schedule', id: user.id, name: user.name } as const
    const params = { schedule: user.name }
    throw named(user.areaId, new AppError('playlist-in-use', params, { attached: { usedBy } }))
  }
  const holder = playlists.find(({ items }) =>
    items.some((item) => item.kind === 'playlist' && item.playlistId === id),
  )
  if (holder) {
    const usedBy = { what: 'playlist', id: holder.id, name: holder.name } as const
    const params = { playlist: holder.name }
    throw named(holder.areaId, new AppError('playlist-nested', params, { attached: { usedBy } }))
  }
}

export const playlistRoutes = (deps: Deps) => {
  const { store, memory, planning, now, panels } = deps
  const routes = createRouter()

  const note = async (userId: string, action: string, subject: string, detail?: unknown) => {
    await store.audit.add({ at: now(), userId, action, subject, detail })
    panels.draftChanged()
  }

  routes.openapi(list, async (c) => {
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    return c.json(
      known.draft.playlists.filter(({ areaId }) => rights.may('see', areaId)),
      200,
    )
  })

  routes.openapi(get, async (c) => {
    const known = await memory.look()
    const found = existing(known.draft, c.req.valid('param').id)
    rightsOf(c, deps, known).requireThing('see', found, 'playlist')
    return c.json(found, 200)
  })

  routes.openapi(add, async (c) => {
    const input = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    rights.require('edit', input.areaId)
    const references = referencesFrom(input.areaId, rights, known)
    const id = uuid() as PlaylistId
    const [playlist] = await store.draft.as(c.get('user')).change((draft) => {
      checkPlaylist(null, input, draft, known, references)
      return [{ what: 'playlist', id, value: { id, version: 1, ...input } }]
    }, known)
    await note(c.get('user').id, 'playlist.add', id)
    return c.json(playlist as Playlist, 201)
  })

  routes.openapi(replace, async (c) => {
    const { id } = c.req.valid('param')
    const { version, ...input } = c.req.valid('json')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    let before: Playlist | undefined
    const check = (draft: Content) => {
      before = existing(draft, id)
      rights.requireThing('edit', before, 'playlist')
      rights.require('edit', input.areaId)
      if (before.version !== version) throw changedMeanwhile(before)
      checkPlaylist(id, input, draft, known, referencesFrom(input.areaId, rights, known, before))
    }
    check(known.draft)
    const value: Playlist = { id, version, ...input }
    await planning.ask('playlistToSave', { playlist: value, at: now() })
    const [playlist] = await store.draft.as(c.get('user')).change((draft) => {
      check(draft)
      return [{ what: 'playlist', id, value }]
    }, known)
    await note(c.get('user').id, 'playlist.edit', id, before)
    return c.json(playlist as Playlist, 200)
  })

  routes.openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const { version } = c.req.valid('query')
    const known = await memory.look()
    const rights = rightsOf(c, deps, known)
    let before: Playlist | undefined
    await store.draft.as(c.get('user')).change((draft) => {
      before = existing(draft, id)
      rights.requireThing('edit', before, 'playlist')
      if (before.version !== version) throw changedMeanwhile(before)
      requireUnused(draft, id, rights)
      return [{ what: 'playlist', id, value: null }]
    }, known)
    await note(c.get('user').id, 'playlist.delete', id, before)
    return c.body(null, 204)
  })

  return routes
}
