import { useQuery } from '@tanstack/react-query'
import type { Asset } from '#protocol'
import { api } from '../../server.ts'

/** What approving an asset would put on air, or what withdrawing or editing it would take off. */
export const useAirEffect = (asset: Asset, verdict: 'approved' | 'withdrawn', isWanted = true) =>
  useQuery({
    queryKey: ['assets', asset.id, 'air-effect', verdict, asset.version],
    queryFn: () => api.airEffect(asset.id, verdict),
    enabled: isWanted && asset.rendition !== null,
    // Time moves on: what was next a while ago is over.
    staleTime: 10_000,
  })
