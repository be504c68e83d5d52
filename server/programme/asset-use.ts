import { AppError, type AssetId, fieldProblem, type PlaylistId, type ThemeId } from '#protocol'
import type { Rights } from '../access/rights.ts'
import type { Content } from '../store/content.ts'
import type { Known } from './memory.ts'
import { namedTo } from './references.ts'

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
 * @throws AppError asset-in-use, asset-in-policy, asset-in-relay, used-elsewhere
 */
export const requireAssetFree = (
  id: AssetId,
  { draft, published, areas, assets }: Pick<Known, 'draft' | 'published' | 'areas' | 'assets'>,
  rights: Pick<Rights, 'may'>,
): void => {
  const named = namedTo(rights)
  for (const { id: relayId, areaId, relay, title } of assets.values()) {
    const usedBy = { what: 'asset', id: relayId, name: title } as const
    if (relay?.fallbackAssetId === id)
      throw named(
        areaId,
        new AppError('asset-in-relay', { relay: title }, { attached: { usedBy } }),
      )
  }
  for (const content of [draft, published]) {
    const holder = content.playlists.find(({ items }) =>
      items.some((item) => item.kind === 'asset' && item.assetId === id),
    )
    if (holder) {
      const usedBy = { what: 'playlist', id: holder.id, name: holder.name } as const
      const params = { playlist: holder.name }
      throw named(holder.areaId, new AppError('asset-in-use', params, { attached: { usedBy } }))
    }
    const station = content.policies.find(({ policy }) =>
      Object.values(policy.station ?? {}).includes(id),
    )
    if (station) {
      const name = areas.get(station.id)?.name ?? station.id
      const usedBy = { what: 'policy', id: station.id, name } as const
      const refusal = new AppError('asset-in-policy', { area: name }, { attached: { usedBy } })
      throw named(station.id, refusal)
    }
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
