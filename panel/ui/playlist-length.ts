import { type Asset, DEFAULT_SLIDE_MS, type Playlist } from '#protocol'

export type Library = {
  assets: ReadonlyMap<string, Asset>
  playlists: ReadonlyMap<string, Playlist>
}

type Items = Playlist['items']

/** Every asset that is played in one round, nested playlists laid open; a playlist in itself counts once. */
export const assetsIn = (
  items: Items,
  library: Library,
  above: readonly string[] = [],
): { asset: Asset | undefined; durationMs: number }[] =>
  items.flatMap((item) => {
    if (item.kind === 'playlist') {
      const nested = library.playlists.get(item.playlistId)
      if (!nested || above.includes(nested.id)) return []
      const inner = assetsIn(nested.items, library, [...above, nested.id])
      return item.take === null ? inner : inner.slice(0, item.take)
    }
    const asset = library.assets.get(item.assetId)
    const own = asset?.rendition?.durationMs
    return [{ asset, durationMs: own ?? item.durationMs ?? DEFAULT_SLIDE_MS }]
  })

/** One round of a playlist, ms. */
export const lengthOf = (items: Items, library: Library): number =>
  assetsIn(items, library).reduce((sum, { durationMs }) => sum + durationMs, 0)

const STEP_MS = 300_000

/** The length that a window for it gets: whole five minutes. */
export const windowFor = (lengthMs: number): number =>
  Math.max(STEP_MS, Math.ceil(lengthMs / STEP_MS) * STEP_MS)
