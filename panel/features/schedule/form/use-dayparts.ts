import { useQuery } from '@tanstack/react-query'
import type { AreaId, Daypart } from '#protocol'
import { api } from '../../../server.ts'

/** The named windows that hold in an area. */
export const useDayparts = (areaId: AreaId): readonly Daypart[] => {
  const { data } = useQuery({ queryKey: ['policy', areaId], queryFn: () => api.policy(areaId) })
  return data?.effective.dayparts ?? []
}
