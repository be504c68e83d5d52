import { AppError, type AssetId, fieldProblem, type ThemeId } from '#protocol'
import type { Known } from './memory.ts'

/**
 * Refuses to let go of an asset that is played, or would be once the draft is published.
 * @throws AppError asset-in-use, asset-in-policy
 */
export const requireAssetFree = (
  id: AssetId,
  { draft, published, areas }: Pick<Known, 'draft' | 'published' | 'areas'>,
): void => {
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
