import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { addDays } from '#playlists'
import type { NewSchedule, ScheduleId } from '#protocol'
import { api } from '../../../server.ts'

const SETTLED_MS = 350
const HORIZON_DAYS = 41

/** What would come of a schedule that is not saved, asked of the server once nobody types any more. */
export const usePreview = (schedule: NewSchedule | undefined, replaces: ScheduleId | null) => {
  const [settled] = useDebouncedValue(schedule && JSON.stringify(schedule), SETTLED_MS)
  return useQuery({
    queryKey: ['preview', replaces, settled],
    queryFn: () => {
      const draft = JSON.parse(settled ?? '{}') as NewSchedule
      const from = draft.time.startDate
      return api.preview({ schedule: draft, replaces, from, to: addDays(from, HORIZON_DAYS) })
    },
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
  })
}
