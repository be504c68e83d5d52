import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { addDays, dateAt } from '#playlists'
import { HORIZON_DAYS, type NewSchedule, type ScheduleId, type TimeZone } from '#protocol'
import { api, serverNow } from '../../../server.ts'

const SETTLED_MS = 350

/** What would come of a schedule that is not saved, asked of the server once nobody types any more. */
export const usePreview = (
  schedule: NewSchedule | undefined,
  replaces: ScheduleId | null,
  timeZone: TimeZone,
) => {
  const [settled] = useDebouncedValue(schedule && JSON.stringify(schedule), SETTLED_MS)
  return useQuery({
    queryKey: ['preview', replaces, settled],
    queryFn: () => {
      const draft = JSON.parse(settled ?? '{}') as NewSchedule
      // What is over is not asked for: the same days as an impact looks at, or those from its start on.
      const today = dateAt(serverNow(), timeZone)
      const [, from = today] = [draft.time.startDate, today].sort()
      return api.preview({ schedule: draft, replaces, from, to: addDays(from, HORIZON_DAYS - 1) })
    },
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
  })
}
