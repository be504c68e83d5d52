import { AppError, type AssetId, fieldProblem, type PlaylistId, type ThemeId } from '#protocol'
import type { Content } from '../store/content.ts'
import type { Known } from './memory.ts'

/** What has an asset on air, or would once something else were approved: by name of what holds it. */
export const holdersOf = (id: AssetId, content: Content, { assets }: Pick<Known, 'assets'>) => {
  const relays = [...assets.values()].filter(({ relay }) => relay?.fallbackAssetId === id)
  const ids = new Set([id, ...relays.map((relay) => relay.id)])
  const holding = new Set<PlaylistId>()
  for (let size = -1; size < holding.size; ) {
    size = holding.size
    for (const playlist of content.playlists) {
      const holds = playlist.items.some((item) =>
        item.kind === 'asset' ? ids.has(item.assetId) : holding.has(item.playlistId),
      )
      if (holds) holding.add(playlist.id)
    }
  }
  return {
    relays,
    playlists: content.playlists.filter((playlist) => holding.has(playlist.id)),
    schedules: content.schedules.filter(
      ({ playlistId, fillPlaylistId }) =>
        holding.has(playlistId) || (fillPlaylistId !== null && holding.has(fillPlaylistId)),
    ),
    stations: content.policies.filter(({ policy }) =>
      Object.values(policy.station ?? {}).some((assetId) => assetId !== null && ids.has(assetId)),
    ),
  }
}

/**
 * Refuses to let go of an asset that is played, or would be once the draft is published.
 * @throws AppError asset-in-use, asset-in-policy, asset-in-relay
 */
export const requireAssetFree = (
  id: AssetId,
  { draft, published, areas, assets }: Pick<Known, 'draft' | 'published' | 'areas' | 'assets'>,
): void => {
  for (const { relay, title } of assets.values())
    if (relay?.fallbackAssetId === id) throw new AppError('asset-in-relay', { relay: title })
  for (const content of [draft, published]) {
    const holder = content.playlists.find(({ items }) =>
      items.some((item) => item.kind === 'asset' && item.assetId === id),
    )
    if (holder) throw new AppError('asset-in-use', { playlist: holder.name })
    const station = content.policies.find(({ policy }) =>
      Object.values(policy.station ?? {}).includes(id),
    )
    if (station)
      throw new AppError('asset-in-policy', { area: areas.get(station.id)?.name ?? station.id })
  }
}

/** @throws AppError bad-input, naming each theme that there is not */
export const requireThemes = (
  themeIds: readonly ThemeId[],
  { draft }: Pick<Known, 'draft'>,
): void => {
  const there = new Set(draft.campaigns.flatMap(({ themes }) => themes.map(({ id }) => id)))
  const fields = themeIds.flatMap((id, index) =>
    there.has(id) ? [] : [{ field: `themeIds.${index}`, message: fieldProblem('theme-gone') }],
  )
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}
