import { useMemo } from 'react'
import { useAssets, usePlaylists } from './use-programme.ts'
import type { Library } from './playlist-length.ts'

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
