import { useQuery } from '@tanstack/react-query'
import type { Theme } from '#protocol'
import { api } from '../server.ts'

/** The themes of all campaigns. */
export const useThemes = (): Theme[] => {
  const { data = [] } = useQuery({
    queryKey: ['campaigns'],
    queryFn: api.campaigns,
    staleTime: 300_000,
  })
  return data.flatMap(({ themes }) => themes)
}
