import { useMemo } from 'react'
import type { Library } from './playlist-length.ts'
import { useAssets, usePlaylists } from './use-programme.ts'

/** Assets and playlists by their ids. */
export const useLibrary = (): Library => {
  const { data: assets } = useAssets()
  const { data: playlists } = usePlaylists()
  return useMemo(
    () => ({
      assets: new Map(assets?.map((asset) => [asset.id, asset])),
      playlists: new Map(playlists?.map((playlist) => [playlist.id, playlist])),
    }),
    [assets, playlists],
  )
}
