import type { Asset, LocalDate, PlaylistId, Policy, Schedule } from '#protocol'
import type { Programme } from '../compile/programme.ts'
import { addDays } from '../recurrence/local-time.ts'

/** On which dates what a schedule has to say may change. */
export type Reach = {
  /** Days on which the validity of something begins or has ended, sorted. */
  turns: readonly LocalDate[]
  /** Something is shuffled, or taken in parts: every day is another. */
  isDated: boolean
}

/** Everything that a schedule could play in an area, however deep, and when that changes. */
export const reachOf = (
  { playlistId, fillPlaylistId }: Schedule,
  { station }: Policy,
  { playlists, assets }: Programme,
): Reach => {
  const turns = new Set<LocalDate>()
  const seen = new Set<PlaylistId>()
  let isDated = false

  const see = (id: Asset['id'] | null) => {
    const asset = id === null ? undefined : assets.get(id)
    const standIn = asset?.relay?.fallbackAssetId
    for (const each of [asset, standIn && assets.get(standIn)]) {
      if (each && each.validFrom !== null) turns.add(each.validFrom)
      if (each && each.validTo !== null) turns.add(addDays(each.validTo, 1))
    }
  }
  const walk = (id: PlaylistId | null) => {
    const list = id === null || seen.has(id) ? undefined : playlists.get(id)
    if (!list) return
    seen.add(list.id)
    isDated ||= list.shuffle
    for (const item of list.items) {
      if (item.kind === 'asset') see(item.assetId)
      else {
        isDated ||= item.take !== null
        walk(item.playlistId)
      }
    }
  }

  walk(playlistId)
  walk(fillPlaylistId)
  for (const id of Object.values(station ?? {})) see(id)
  return { turns: [...turns].sort(), isDated }
}
