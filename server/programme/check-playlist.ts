import { nestingProblem } from '#playlists'
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
import type { References } from './references.ts'

const NEW = '' as PlaylistId

const WORDS = {
  cycle: 'playlist-cycle',
  'too-deep': 'playlist-too-deep',
  'too-long': 'playlist-too-long',
} as const

/**
 * Refuses a playlist that cannot be played as it is, naming every item that is wrong.
 * @param references what may be named in it
 * @param id the playlist that it replaces, or null where it is a new one
 * @throws AppError bad-input, asset-kind-mismatch
 */
export const checkPlaylist = (
  id: PlaylistId | null,
  input: PlaylistInput,
  draft: Content,
  { assets }: Pick<Known, 'assets'>,
  { mayUseAsset, mayUsePlaylist }: References,
): void => {
  type Listed = Pick<PlaylistInput, 'items' | 'channel'>
  const lists = new Map<PlaylistId, Listed>(draft.playlists.map((one) => [one.id, one]))
  const usable = new Set(draft.playlists.filter(mayUsePlaylist).map((one) => one.id))
  const fields: FieldProblem[] = []
  const complain = (field: string, code: Parameters<typeof fieldProblem>[0]) =>
    fields.push({ field, message: fieldProblem(code) })

  input.items.forEach((item, index) => {
    if (item.kind === 'asset') {
      const asset = assets.get(item.assetId)
      if (!asset || !mayUseAsset(asset)) complain(`items.${index}.assetId`, 'asset-unknown')
      else if (asset.kind && channelOf(asset.kind) !== input.channel)
        throw new AppError('asset-kind-mismatch', { title: asset.title, channel: input.channel })
      else if (asset.kind === 'relay' && item.durationMs === null)
        complain(`items.${index}.durationMs`, 'relay-duration')
      return
    }
    const field = `items.${index}.playlistId`
    const nested = lists.get(item.playlistId)
    if (!nested || !usable.has(item.playlistId)) complain(field, 'playlist-unknown')
    else if (nested.channel !== input.channel) complain(field, 'playlist-channel')
  })
  const self = id ?? NEW
  lists.set(self, input)
  const problem = nestingProblem(self, lists)
  if (problem) {
    const [, child] = problem.path
    const index = input.items.findIndex(
      (item) => item.kind === 'playlist' && item.playlistId === child,
    )
    complain(index < 0 ? 'items' : `items.${index}.playlistId`, WORDS[problem.kind])
  }
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}
