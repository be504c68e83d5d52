import type { AreaId } from '#protocol'
import { useAreas } from './use-programme.ts'

/** Whether an area is the chosen one or lies below it; where none is chosen, every area does. */
export const useAreasBelow = (chosen: AreaId | undefined): ((areaId: AreaId) => boolean) => {
  const { data: areas = [] } = useAreas()
  if (chosen === undefined) return () => true
  const parentOf = new Map(areas.map(({ id, parentId }) => [id, parentId]))
  return (areaId) => {
    for (let id: AreaId | null = areaId; id; id = parentOf.get(id) ?? null) {
      if (id === chosen) return true
    }
    return false
  }
}
