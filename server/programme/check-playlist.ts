import {
  AppError,
  channelOf,
  type FieldProblem,
  fieldProblem,
  type PlaylistId,
  type PlaylistInput,
} from '#protocol'
import type { Content } from '../store/content.ts'
import type { Known } from './memory.ts'

/** A playlist unfolds to at most so many items: lists of lists grow faster than people think. */
const MOST_ITEMS = 20_000

type Lists = ReadonlyMap<PlaylistId, Pick<PlaylistInput, 'items' | 'channel'>>

/** How many items a playlist unfolds to; Infinity where it would contain itself. */
const unfolded = (
  items: PlaylistInput['items'],
  lists: Lists,
  path: readonly string[],
  counted: Map<PlaylistId, number>,
): number => {
  let count = 0
  for (const item of items) {
    if (item.kind === 'asset') {
      count += 1
      continue
    }
    const { playlistId, take } = item
    if (path.includes(playlistId)) return Number.POSITIVE_INFINITY
    const inside = lists.get(playlistId)?.items ?? []
    const all = counted.get(playlistId) ?? unfolded(inside, lists, [...path, playlistId], counted)
    counted.set(playlistId, all)
    count += take === null || all === Number.POSITIVE_INFINITY ? all : take
  }
  return count
}

/**
 * Refuses a playlist that cannot be played as it is, naming every item that is wrong.
 * @param id the playlist that it replaces, or null where it is a new one
 * @throws AppError bad-input, asset-kind-mismatch
 */
export const checkPlaylist = (
  id: PlaylistId | null,
  input: PlaylistInput,
  draft: Content,
  { assets }: Pick<Known, 'assets'>,
): void => {
  const lists: Lists = new Map(draft.playlists.map((playlist) => [playlist.id, playlist]))
  const fields: FieldProblem[] = []
  const complain = (field: string, code: Parameters<typeof fieldProblem>[0]) =>
    fields.push({ field, message: fieldProblem(code) })

  input.items.forEach((item, index) => {
    if (item.kind === 'asset') {
      const asset = assets.get(item.assetId)
      if (!asset) complain(`items.${index}.assetId`, 'asset-unknown')
      else if (asset.kind && channelOf(asset.kind) !== input.channel)
        throw new AppError('asset-kind-mismatch', { title: asset.title, channel: input.channel })
      else if (asset.kind === 'relay' && item.durationMs === null)
        complain(`items.${index}.durationMs`, 'relay-duration')
      return
    }
    const field = `items.${index}.playlistId`
    const path = id === null ? [] : [id]
    const nested = lists.get(item.playlistId)
    if (!nested) complain(field, 'playlist-unknown')
    else if (nested.channel !== input.channel) complain(field, 'playlist-channel')
    else if (unfolded([item], lists, path, new Map()) === Number.POSITIVE_INFINITY)
      complain(field, 'playlist-cycle')
  })
  if (fields.length === 0 && unfolded(input.items, lists, [], new Map()) > MOST_ITEMS)
    complain('items', 'playlist-too-long')
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}
