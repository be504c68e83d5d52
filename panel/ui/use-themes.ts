import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Campaign, Theme } from '#protocol'
import { api } from '../server.ts'

export const useCampaigns = () =>
  useQuery<Campaign[]>({
    queryKey: ['campaigns'],
    queryFn: api.campaigns,
    staleTime: 300_000,
  })

/** The themes of all campaigns. */
export const useThemes = (): Theme[] => {
  const { data } = useCampaigns()
  return useMemo(() => data?.flatMap(({ themes }) => themes) ?? [], [data])
}
